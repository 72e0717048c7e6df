-- +goose Up

-- What filters ask of a claim; kept narrow, since some filters must look at every row. Times
-- are microseconds since 1970. Facts that a claim does not have are NULL, so that the partial
-- indexes leave them out. seq never comes again: caches of vectors go by it.
CREATE TABLE claim (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    id        TEXT NOT NULL UNIQUE,
    state     TEXT NOT NULL CHECK (state IN ('queued', 'done', 'failed')),
    created   INTEGER NOT NULL,
    finished  INTEGER,
    owner     TEXT,
    customer  TEXT,
    reference TEXT,
    product   TEXT,
    sku       TEXT,
    serial    TEXT,
    batch     TEXT,
    supplier  TEXT,
    lang      TEXT,
    abstained INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX claim_created ON claim (created, id);
CREATE INDEX claim_state ON claim (state, created, id);
CREATE INDEX claim_owner ON claim (owner, created, id) WHERE owner IS NOT NULL;
CREATE INDEX claim_reference ON claim (reference, created, id) WHERE reference IS NOT NULL;
CREATE INDEX claim_product ON claim (product, created, id) WHERE product IS NOT NULL;
CREATE INDEX claim_sku ON claim (sku, created, id) WHERE sku IS NOT NULL;
CREATE INDEX claim_serial ON claim (serial, created, id) WHERE serial IS NOT NULL;
CREATE INDEX claim_batch ON claim (batch, created, id) WHERE batch IS NOT NULL;
CREATE INDEX claim_supplier ON claim (supplier, created, id) WHERE supplier IS NOT NULL;
CREATE INDEX claim_abstained ON claim (created, id) WHERE abstained = 1;

-- The rest of a claim: document is the claim as JSON without its text.
CREATE TABLE content (
    claim      INTEGER PRIMARY KEY REFERENCES claim ON DELETE CASCADE,
    text       TEXT NOT NULL,
    document   TEXT NOT NULL,
    prediction TEXT,
    failure    TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE idempotency (
    owner  TEXT NOT NULL,
    key    TEXT NOT NULL,
    digest TEXT NOT NULL,
    claim  INTEGER NOT NULL REFERENCES claim ON DELETE CASCADE,
    PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_claim ON idempotency (claim);

-- Which claim refers to which blob.
CREATE TABLE photo (
    claim INTEGER NOT NULL REFERENCES claim ON DELETE CASCADE,
    blob  TEXT NOT NULL,
    PRIMARY KEY (claim, blob)
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_blob ON photo (blob);

-- Perceptual hashes, 64 bits as a signed integer.
CREATE TABLE hash (
    seq   INTEGER PRIMARY KEY,
    claim INTEGER NOT NULL REFERENCES claim ON DELETE CASCADE,
    blob  TEXT NOT NULL,
    bits  INTEGER NOT NULL
) STRICT;
CREATE INDEX hash_claim ON hash (claim);
CREATE INDEX hash_bits ON hash (bits); -- read as a whole, narrower than the table

-- Labels that the model did not abstain on.
CREATE TABLE label (
    axis  TEXT NOT NULL,
    label TEXT NOT NULL,
    claim INTEGER NOT NULL REFERENCES claim ON DELETE CASCADE,
    PRIMARY KEY (axis, label, claim)
) STRICT, WITHOUT ROWID;
CREATE INDEX label_claim ON label (claim);

CREATE TABLE space (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    dim  INTEGER NOT NULL
) STRICT;

-- Vectors as little-endian float32. A process that keeps them in memory reads what came
-- behind the last seq it knows, and in vector_gone what went.
CREATE TABLE vector (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    claim  INTEGER NOT NULL REFERENCES claim ON DELETE CASCADE,
    space  INTEGER NOT NULL REFERENCES space,
    floats BLOB NOT NULL
) STRICT;
CREATE INDEX vector_claim ON vector (claim);
CREATE INDEX vector_space ON vector (space);
CREATE TABLE vector_gone (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    vector INTEGER NOT NULL,
    space  INTEGER NOT NULL
) STRICT;
CREATE INDEX vector_gone_space ON vector_gone (space);

CREATE TABLE cluster (
    id        TEXT PRIMARY KEY,
    space     TEXT NOT NULL,
    terms     TEXT NOT NULL,
    central   TEXT NOT NULL,
    size      INTEGER NOT NULL,
    centroid  BLOB NOT NULL,
    created   INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    emerging  INTEGER NOT NULL,
    came_from TEXT NOT NULL,
    went_into TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX cluster_living ON cluster (space, size DESC, id) WHERE went_into = '';

-- Who belongs to which cluster of a space; an empty cluster is the noise pool.
CREATE TABLE member (
    space   TEXT NOT NULL,
    claim   INTEGER NOT NULL REFERENCES claim ON DELETE CASCADE,
    cluster TEXT NOT NULL,
    PRIMARY KEY (space, claim)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_claim ON member (claim);
CREATE INDEX member_cluster ON member (cluster, claim);

CREATE TABLE api_key (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    scopes     TEXT NOT NULL,
    per_minute INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    revoked    INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_key_name ON api_key (name) WHERE revoked IS NULL;

CREATE TABLE webhook (
    id      TEXT PRIMARY KEY,
    url     TEXT NOT NULL,
    secret  TEXT NOT NULL,
    owner   TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
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
CREATE INDEX delivery_created ON delivery (created, seq);
CREATE INDEX delivery_webhook ON delivery (webhook, created, seq);
CREATE INDEX delivery_claim ON delivery (claim);

CREATE TABLE audit (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    who    TEXT NOT NULL,
    what   TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_target ON audit (target, seq);

-- +goose Down
DROP TABLE audit;
DROP TABLE delivery;
DROP TABLE webhook;
DROP TABLE api_key;
DROP TABLE member;
DROP TABLE cluster;
DROP TABLE vector_gone;
DROP TABLE vector;
DROP TABLE space;
DROP TABLE label;
DROP TABLE hash;
DROP TABLE photo;
DROP TABLE idempotency;
DROP TABLE content;
DROP TABLE claim;
