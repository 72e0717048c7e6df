-- +goose Up

-- Corrective actions: what lists are narrowed by, and all of it as a document.
CREATE TABLE capas (
    id        text COLLATE "C" PRIMARY KEY,
    version   bigint NOT NULL,
    state     text NOT NULL CHECK (state IN ('open', 'closed', 'dropped')),
    kind      text COLLATE "C" NOT NULL,
    name      text COLLATE "C" NOT NULL,
    label     text COLLATE "C" NOT NULL,
    owner     text COLLATE "C" NOT NULL,
    supplier  text COLLATE "C" NOT NULL,
    opened_at timestamptz NOT NULL,
    document  text NOT NULL
);
-- One open action for each cause, also when two rules fire at once.
CREATE UNIQUE INDEX capas_cause_open ON capas (kind, name, label) WHERE state = 'open';
CREATE INDEX capas_cause ON capas (kind, name, label, id);
CREATE INDEX capas_state ON capas (state, id);

-- Money asked back from suppliers, and which claims it is for: each claim once.
CREATE TABLE credits (
    id         text COLLATE "C" PRIMARY KEY,
    version    bigint NOT NULL,
    state      text NOT NULL CHECK (state IN ('draft', 'sent', 'accepted', 'rejected', 'recovered', 'void')),
    reference  text COLLATE "C" NOT NULL UNIQUE,
    supplier   text COLLATE "C" NOT NULL,
    lot        text COLLATE "C" NOT NULL,
    capa       text COLLATE "C" NOT NULL,
    digest     text NOT NULL,
    currency   text NOT NULL,
    claimed    bigint NOT NULL,
    accepted   bigint NOT NULL,
    recovered  bigint NOT NULL,
    claims     bigint NOT NULL,
    units      bigint NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    note       text NOT NULL
);
CREATE INDEX credits_supplier ON credits (supplier, id);
CREATE TABLE credit_claims (
    claim  uuid PRIMARY KEY REFERENCES claims ON DELETE CASCADE,
    credit text COLLATE "C" NOT NULL REFERENCES credits ON DELETE CASCADE
);
CREATE INDEX credit_claims_credit ON credit_claims (credit);

CREATE TABLE quality_events (
    seq     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    who     text NOT NULL,
    what    text NOT NULL,
    target  text COLLATE "C" NOT NULL,
    detail  text NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX quality_events_target ON quality_events (target, seq);
CREATE TRIGGER quality_events_stays BEFORE UPDATE ON quality_events FOR EACH ROW EXECUTE FUNCTION defekt_stays();

-- What is told to webhooks and is about no single claim.
CREATE TABLE notices (
    id         text COLLATE "C" PRIMARY KEY,
    key        text COLLATE "C",
    type       text NOT NULL,
    data       text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX notices_key ON notices (key) WHERE key IS NOT NULL;

-- A delivery is now of a claim or of a notice.
ALTER TABLE deliveries ALTER COLUMN claim DROP NOT NULL;
ALTER TABLE deliveries ADD COLUMN notice text COLLATE "C" REFERENCES notices ON DELETE CASCADE;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_of_one CHECK ((claim IS NULL) <> (notice IS NULL));
CREATE INDEX deliveries_notice ON deliveries (notice) WHERE notice IS NOT NULL;

-- +goose Down
DELETE FROM deliveries WHERE claim IS NULL;
ALTER TABLE deliveries DROP COLUMN notice;
ALTER TABLE deliveries ALTER COLUMN claim SET NOT NULL;
DROP TABLE notices, quality_events, credit_claims, credits, capas;
