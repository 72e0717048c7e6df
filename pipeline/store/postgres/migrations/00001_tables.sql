-- +goose Up
CREATE EXTENSION IF NOT EXISTS vector;

-- A claim. What a filter asks for by equality is in tags, one text for each fact (see tag.go),
-- so that one index answers any conjunction; body is the text in lower ASCII case.
CREATE TABLE claims (
    id          uuid PRIMARY KEY,
    state       text NOT NULL CHECK (state IN ('queued', 'done', 'failed')),
    created_at  timestamptz NOT NULL,
    finished_at timestamptz,
    record      json NOT NULL,
    prediction  json,
    failure     text NOT NULL DEFAULT '',
    tags        text[] NOT NULL,
    body        text COLLATE "C" NOT NULL
);
CREATE INDEX claims_newest ON claims (created_at, id);
CREATE INDEX claims_open ON claims (state, created_at, id) WHERE state <> 'done';
CREATE INDEX claims_tags ON claims USING gin (tags) WITH (fastupdate = off);
ALTER TABLE claims ALTER COLUMN tags SET STATISTICS 1000;

-- An idempotency key, as the sha256 of owner and key: senders may put any bytes into it.
CREATE TABLE idempotency (
    key    bytea PRIMARY KEY,
    digest text COLLATE "C" NOT NULL,
    claim  uuid NOT NULL REFERENCES claims ON DELETE CASCADE
);
CREATE INDEX idempotency_claim ON idempotency (claim);

-- Which claim refers to which blob.
CREATE TABLE blobs (
    claim uuid NOT NULL REFERENCES claims ON DELETE CASCADE,
    blob  text COLLATE "C" NOT NULL,
    PRIMARY KEY (claim, blob)
);
CREATE INDEX blobs_blob ON blobs (blob);

-- Perceptual hashes. customer is the sha256 of owner and customer, NULL when not named.
CREATE TABLE hashes (
    claim    uuid NOT NULL REFERENCES claims ON DELETE CASCADE,
    ord      int NOT NULL,
    blob     text COLLATE "C" NOT NULL,
    hash     bigint NOT NULL,
    customer bytea,
    PRIMARY KEY (claim, ord)
);

-- A space of vectors that may be compared. Its index is named vectors_hnsw_<id>.
CREATE TABLE spaces (
    id   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    dim  int NOT NULL CHECK (dim BETWEEN 1 AND 16000)
);

-- Vectors, with the claim's tags and time beside them so that a filter needs no join.
CREATE TABLE vectors (
    claim      uuid NOT NULL REFERENCES claims ON DELETE CASCADE,
    ord        int NOT NULL,
    space      int NOT NULL REFERENCES spaces,
    created_at timestamptz NOT NULL,
    tags       text[] NOT NULL,
    v          halfvec NOT NULL,
    PRIMARY KEY (claim, ord)
) WITH (toast_tuple_target = 8160); -- vectors stay in the row: a scan must not fetch each one apart
CREATE INDEX vectors_time ON vectors (space, created_at);
CREATE INDEX vectors_tags ON vectors USING gin (tags) WITH (fastupdate = off);
ALTER TABLE vectors ALTER COLUMN tags SET STATISTICS 1000;

CREATE TABLE clusters (
    id         text COLLATE "C" PRIMARY KEY,
    space      text COLLATE "C" NOT NULL,
    terms      text[] NOT NULL,
    central    text[] NOT NULL,
    size       int NOT NULL,
    centroid   real[] NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    emerging   boolean NOT NULL,
    came_from  text[] NOT NULL,
    went_into  text NOT NULL
);
CREATE INDEX clusters_living ON clusters (space, size DESC, id) WHERE went_into = '';

-- Who belongs to which cluster of a space; an empty cluster is the noise pool.
CREATE TABLE members (
    space   text COLLATE "C" NOT NULL,
    claim   uuid NOT NULL REFERENCES claims ON DELETE CASCADE,
    cluster text COLLATE "C" NOT NULL,
    PRIMARY KEY (space, claim)
);
CREATE INDEX members_claim ON members (claim);
CREATE INDEX members_cluster ON members (cluster);

CREATE TABLE keys (
    id         text COLLATE "C" PRIMARY KEY,
    name       text COLLATE "C" NOT NULL,
    hash       text COLLATE "C" NOT NULL UNIQUE,
    scopes     text[] NOT NULL,
    per_minute int NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX keys_name ON keys (name) WHERE revoked_at IS NULL;

CREATE TABLE webhooks (
    id         text COLLATE "C" PRIMARY KEY,
    url        text NOT NULL,
    secret     text NOT NULL,
    owner      text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE deliveries (
    id           text COLLATE "C" PRIMARY KEY,
    webhook      text COLLATE "C" NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    claim        uuid NOT NULL REFERENCES claims ON DELETE CASCADE,
    type         text NOT NULL,
    attempts     int NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    delivered_at timestamptz,
    failure      text NOT NULL DEFAULT ''
);
CREATE INDEX deliveries_newest ON deliveries (created_at, id);
CREATE INDEX deliveries_webhook ON deliveries (webhook, created_at, id);
CREATE INDEX deliveries_claim ON deliveries (claim);

CREATE TABLE audit (
    seq    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamptz NOT NULL,
    who    text NOT NULL,
    what   text NOT NULL,
    target text COLLATE "C" NOT NULL,
    detail text NOT NULL
);
CREATE INDEX audit_target ON audit (target, at, seq);

-- +goose Down
DROP TABLE audit, deliveries, webhooks, keys, members, clusters, vectors, spaces, hashes, blobs, idempotency, claims;
