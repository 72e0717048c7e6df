-- +goose Up

-- Corrective actions: what lists are narrowed by, and all of it as a document.
CREATE TABLE capa (
    id       TEXT PRIMARY KEY,
    version  INTEGER NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('open', 'closed', 'dropped')),
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    label    TEXT NOT NULL,
    owner    TEXT NOT NULL,
    supplier TEXT NOT NULL,
    opened   INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- One open action for each cause, also when two rules fire at once.
CREATE UNIQUE INDEX capa_cause_open ON capa (kind, name, label) WHERE state = 'open';
CREATE INDEX capa_cause ON capa (kind, name, label, id);
CREATE INDEX capa_state ON capa (state, id);

-- Money asked back from suppliers, and which claims it is for: each claim once.
CREATE TABLE credit (
    id        TEXT PRIMARY KEY,
    version   INTEGER NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('draft', 'sent', 'accepted', 'rejected', 'recovered', 'void')),
    reference TEXT NOT NULL UNIQUE,
    supplier  TEXT NOT NULL,
    lot       TEXT NOT NULL,
    capa      TEXT NOT NULL,
    digest    TEXT NOT NULL,
    currency  TEXT NOT NULL,
    claimed   INTEGER NOT NULL,
    accepted  INTEGER NOT NULL,
    recovered INTEGER NOT NULL,
    claims    INTEGER NOT NULL,
    units     INTEGER NOT NULL,
    created   INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    note      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX credit_supplier ON credit (supplier, id);
CREATE TABLE credit_claim (
    claim  TEXT PRIMARY KEY REFERENCES claim (id) ON DELETE CASCADE,
    credit TEXT NOT NULL REFERENCES credit ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX credit_claim_credit ON credit_claim (credit);

CREATE TABLE quality_event (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    who     TEXT NOT NULL,
    what    TEXT NOT NULL,
    target  TEXT NOT NULL,
    detail  TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX quality_event_target ON quality_event (target, seq);
-- +goose StatementBegin
CREATE TRIGGER quality_event_stays BEFORE UPDATE ON quality_event
BEGIN SELECT RAISE(ABORT, 'the log is not changed'); END;
-- +goose StatementEnd

-- What is told to webhooks and is about no single claim.
CREATE TABLE notice (
    id      TEXT PRIMARY KEY,
    key     TEXT,
    type    TEXT NOT NULL,
    data    TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX notice_key ON notice (key) WHERE key IS NOT NULL;

-- A delivery is now of a claim or of a notice. SQLite cannot drop NOT NULL, so the table is
-- made again.
CREATE TABLE delivery_new (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    id        TEXT NOT NULL UNIQUE,
    webhook   TEXT NOT NULL REFERENCES webhook ON DELETE CASCADE,
    claim     INTEGER REFERENCES claim ON DELETE CASCADE,
    notice    TEXT REFERENCES notice ON DELETE CASCADE,
    type      TEXT NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0,
    created   INTEGER NOT NULL,
    delivered INTEGER,
    failure   TEXT NOT NULL DEFAULT '',
    CHECK ((claim IS NULL) <> (notice IS NULL))
) STRICT;
INSERT INTO delivery_new (seq, id, webhook, claim, type, attempts, created, delivered, failure)
    SELECT seq, id, webhook, claim, type, attempts, created, delivered, failure FROM delivery;
DROP TABLE delivery;
ALTER TABLE delivery_new RENAME TO delivery;
CREATE INDEX delivery_created ON delivery (created, seq);
CREATE INDEX delivery_webhook ON delivery (webhook, created, seq);
CREATE INDEX delivery_claim ON delivery (claim);
CREATE INDEX delivery_notice ON delivery (notice) WHERE notice IS NOT NULL;

-- +goose Down
CREATE TABLE delivery_old (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    id        TEXT NOT NULL UNIQUE,
    webhook   TEXT NOT NULL REFERENCES webhook ON DELETE CASCADE,
    claim     INTEGER NOT NULL REFERENCES claim ON DELETE CASCADE,
    type      TEXT NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0,
    created   INTEGER NOT NULL,
    delivered INTEGER,
    failure   TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO delivery_old SELECT seq, id, webhook, claim, type, attempts, created, delivered, failure FROM delivery WHERE claim IS NOT NULL;
DROP TABLE delivery;
ALTER TABLE delivery_old RENAME TO delivery;
CREATE INDEX delivery_created ON delivery (created, seq);
CREATE INDEX delivery_webhook ON delivery (webhook, created, seq);
CREATE INDEX delivery_claim ON delivery (claim);
DROP TABLE notice;
DROP TABLE quality_event;
DROP TABLE credit_claim;
DROP TABLE credit;
DROP TABLE capa;
