-- +goose Up

-- An item of the review queue. Lists (axes, reasons, touched) are texts with each entry between
-- unit separators, empty without entries; labels are JSON. rank orders the queue.
CREATE TABLE review (
    id          TEXT PRIMARY KEY,
    claim       TEXT NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
    axes        TEXT NOT NULL,
    reasons     TEXT NOT NULL,
    random      INTEGER NOT NULL,
    uncertainty REAL NOT NULL,
    cost        REAL NOT NULL,
    rank        REAL NOT NULL,
    deadline    INTEGER,
    looks       INTEGER NOT NULL,
    lang        TEXT NOT NULL,
    product     TEXT NOT NULL,
    label       TEXT NOT NULL,
    cluster     TEXT NOT NULL,
    suggested   TEXT NOT NULL,
    model       TEXT NOT NULL,
    known       TEXT NOT NULL,
    added_by    TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'disputed', 'known', 'settled', 'dropped')),
    version     INTEGER NOT NULL DEFAULT 1,
    holder      TEXT NOT NULL DEFAULT '',
    held_until  INTEGER,
    touched     TEXT NOT NULL DEFAULT '',
    skips       INTEGER NOT NULL DEFAULT 0,
    decided     INTEGER NOT NULL DEFAULT 0,
    final       TEXT NOT NULL DEFAULT '',
    created     INTEGER NOT NULL,
    settled     INTEGER
) STRICT;
CREATE INDEX review_claim ON review (claim, created, id);
CREATE INDEX review_rank ON review (state, rank DESC, id);
CREATE INDEX review_lang ON review (state, lang, rank DESC, id);
CREATE INDEX review_product ON review (state, product, rank DESC, id);
CREATE INDEX review_axes ON review (state, axes, rank DESC, id);
CREATE INDEX review_waiting_slice ON review (state, created, id) WHERE random = 1;
CREATE INDEX review_slice ON review (created, id) WHERE random = 1;
CREATE INDEX review_holder ON review (holder, held_until) WHERE holder <> '';
CREATE INDEX review_settled ON review (claim, settled, id) WHERE state = 'settled';

CREATE TABLE review_decision (
    id        TEXT PRIMARY KEY,
    item      TEXT NOT NULL REFERENCES review ON DELETE CASCADE,
    claim     TEXT NOT NULL,
    reviewer  TEXT NOT NULL,
    at        INTEGER NOT NULL,
    labels    TEXT NOT NULL,
    role      TEXT NOT NULL CHECK (role IN ('look', 'adjudication', 'known', 'withdrawal')),
    withdraws TEXT NOT NULL,
    version   INTEGER NOT NULL,
    why       TEXT NOT NULL,
    took      INTEGER NOT NULL,
    model     TEXT NOT NULL,
    shown     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX review_decision_item ON review_decision (item, at, id);
CREATE INDEX review_decision_claim ON review_decision (claim, at, id);
CREATE INDEX review_decision_reviewer ON review_decision (reviewer, at, id);
CREATE INDEX review_decision_at ON review_decision (at, id);

CREATE TABLE review_event (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    who        TEXT NOT NULL,
    what       TEXT NOT NULL,
    item       TEXT NOT NULL REFERENCES review ON DELETE CASCADE,
    claim      TEXT NOT NULL,
    labels_was TEXT NOT NULL,
    labels_now TEXT NOT NULL,
    why        TEXT NOT NULL,
    took       INTEGER NOT NULL,
    model      TEXT NOT NULL
) STRICT;
CREATE INDEX review_event_item ON review_event (item, seq);
CREATE INDEX review_event_handed ON review_event (who, seq) WHERE what = 'review.handed';

-- +goose StatementBegin
CREATE TRIGGER review_decision_stays BEFORE UPDATE ON review_decision
BEGIN SELECT RAISE(ABORT, 'decisions are not changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER review_event_stays BEFORE UPDATE ON review_event
BEGIN SELECT RAISE(ABORT, 'the log is not changed'); END;
-- +goose StatementEnd

CREATE TABLE reviewer (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    roles    TEXT NOT NULL,
    password TEXT NOT NULL,
    subject  TEXT NOT NULL,
    langs    TEXT NOT NULL,
    products TEXT NOT NULL,
    axes     TEXT NOT NULL,
    created  INTEGER NOT NULL,
    disabled INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reviewer_subject ON reviewer (subject) WHERE subject <> '';

CREATE TABLE session (
    hash     TEXT PRIMARY KEY,
    reviewer TEXT NOT NULL REFERENCES reviewer ON DELETE CASCADE,
    created  INTEGER NOT NULL,
    expires  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_reviewer ON session (reviewer);
CREATE INDEX session_expires ON session (expires);

-- +goose Down
DROP TABLE session;
DROP TABLE reviewer;
DROP TABLE review_event;
DROP TABLE review_decision;
DROP TABLE review;
