-- +goose Up

-- Which claims a model answered: what is left to re-score is found by it.
CREATE INDEX content_model ON content (json_extract(prediction, '$.model'), claim) WHERE prediction IS NOT NULL;

-- Registered models. gate is a JSON document, empty without one.
CREATE TABLE model (
    digest   TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    archive  TEXT NOT NULL,
    bytes    INTEGER NOT NULL,
    data     TEXT NOT NULL,
    taxonomy TEXT NOT NULL,
    gate     TEXT NOT NULL,
    passed   INTEGER NOT NULL,
    who      TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which model answers: the last row. An empty model is the one that the program starts with.
CREATE TABLE promotion (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    id     TEXT NOT NULL UNIQUE,
    at     INTEGER NOT NULL,
    model  TEXT NOT NULL,
    before TEXT NOT NULL,
    back   INTEGER NOT NULL,
    auto   INTEGER NOT NULL,
    who    TEXT NOT NULL,
    why    TEXT NOT NULL
) STRICT;

CREATE TABLE shadow (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    model TEXT NOT NULL REFERENCES model,
    share REAL NOT NULL,
    who   TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT;

CREATE TABLE shadow_run (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    claim  INTEGER NOT NULL REFERENCES claim ON DELETE CASCADE,
    live   TEXT NOT NULL,
    shadow TEXT NOT NULL,
    at     INTEGER NOT NULL,
    axes   INTEGER NOT NULL,
    differ INTEGER NOT NULL,
    UNIQUE (claim, shadow, live)
) STRICT;
CREATE INDEX shadow_run_pair ON shadow_run (shadow, live, at, differ);

-- The axes on which a run differs; live and shadow are suggestions as JSON.
CREATE TABLE shadow_difference (
    run    INTEGER NOT NULL REFERENCES shadow_run ON DELETE CASCADE,
    axis   TEXT NOT NULL,
    live   TEXT NOT NULL,
    shadow TEXT NOT NULL,
    PRIMARY KEY (run, axis)
) STRICT, WITHOUT ROWID;

-- Predictions that another one replaced.
CREATE TABLE past_prediction (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    claim      INTEGER NOT NULL REFERENCES claim ON DELETE CASCADE,
    model      TEXT NOT NULL,
    prediction TEXT NOT NULL,
    replaced   INTEGER NOT NULL,
    UNIQUE (claim, model)
) STRICT;

-- On which side of the split a claim stands for good.
CREATE TABLE dataset_split (
    claim INTEGER PRIMARY KEY REFERENCES claim ON DELETE CASCADE,
    split TEXT NOT NULL
) STRICT;

CREATE TABLE dataset (
    digest   TEXT PRIMARY KEY,
    extends  TEXT NOT NULL,
    document TEXT NOT NULL,
    who      TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER promotion_stays BEFORE UPDATE ON promotion
BEGIN SELECT RAISE(ABORT, 'promotions are not changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER promotion_kept BEFORE DELETE ON promotion
BEGIN SELECT RAISE(ABORT, 'promotions are not taken away'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER past_prediction_stays BEFORE UPDATE ON past_prediction
BEGIN SELECT RAISE(ABORT, 'past predictions are not changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER dataset_split_stays BEFORE UPDATE ON dataset_split
BEGIN SELECT RAISE(ABORT, 'a split is for good'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE dataset;
DROP TABLE dataset_split;
DROP TABLE past_prediction;
DROP TABLE shadow_difference;
DROP TABLE shadow_run;
DROP TABLE shadow;
DROP TABLE promotion;
DROP TABLE model;
DROP INDEX content_model;
