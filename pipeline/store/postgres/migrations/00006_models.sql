-- +goose Up

-- Which claims a model answered: what is left to re-score is found by it.
CREATE INDEX claims_model ON claims ((prediction->>'model') COLLATE "C", id) WHERE state = 'done';

-- Registered models. gate is a JSON document, empty without one.
CREATE TABLE models (
    digest   text COLLATE "C" PRIMARY KEY,
    name     text NOT NULL,
    archive  text COLLATE "C" NOT NULL,
    bytes    bigint NOT NULL,
    data     text NOT NULL,
    taxonomy text NOT NULL,
    gate     text NOT NULL,
    passed   boolean NOT NULL,
    who      text NOT NULL,
    at       timestamptz NOT NULL
);

-- Which model answers: the last row. An empty model is the one that the program starts with.
CREATE TABLE promotions (
    seq    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id     text COLLATE "C" NOT NULL UNIQUE,
    at     timestamptz NOT NULL,
    model  text COLLATE "C" NOT NULL,
    before text COLLATE "C" NOT NULL,
    back   boolean NOT NULL,
    auto   boolean NOT NULL,
    who    text NOT NULL,
    why    text NOT NULL
);

CREATE TABLE shadow (
    id    int PRIMARY KEY CHECK (id = 1),
    model text COLLATE "C" NOT NULL REFERENCES models,
    share double precision NOT NULL,
    who   text NOT NULL,
    since timestamptz NOT NULL
);

CREATE TABLE shadow_runs (
    seq    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim  uuid NOT NULL REFERENCES claims ON DELETE CASCADE,
    live   text COLLATE "C" NOT NULL,
    shadow text COLLATE "C" NOT NULL,
    at     timestamptz NOT NULL,
    axes   int NOT NULL,
    differ int NOT NULL,
    UNIQUE (claim, shadow, live)
);
CREATE INDEX shadow_runs_pair ON shadow_runs (shadow, live, at, differ);

-- The axes on which a run differs; live and shadow are suggestions as JSON.
CREATE TABLE shadow_differences (
    run    bigint NOT NULL REFERENCES shadow_runs ON DELETE CASCADE,
    axis   text COLLATE "C" NOT NULL,
    live   text NOT NULL,
    shadow text NOT NULL,
    PRIMARY KEY (run, axis)
);

-- Predictions that another one replaced.
CREATE TABLE past_predictions (
    seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim       uuid NOT NULL REFERENCES claims ON DELETE CASCADE,
    model       text COLLATE "C" NOT NULL,
    prediction  json NOT NULL,
    replaced_at timestamptz NOT NULL,
    UNIQUE (claim, model)
);

-- On which side of the split a claim stands for good.
CREATE TABLE dataset_splits (
    claim uuid PRIMARY KEY REFERENCES claims ON DELETE CASCADE,
    split text COLLATE "C" NOT NULL
);

CREATE TABLE datasets (
    digest   text COLLATE "C" PRIMARY KEY,
    extends  text NOT NULL,
    document text NOT NULL,
    who      text NOT NULL,
    at       timestamptz NOT NULL
);

CREATE TRIGGER promotions_stays BEFORE UPDATE OR DELETE ON promotions FOR EACH ROW EXECUTE FUNCTION defekt_stays();
CREATE TRIGGER past_predictions_stays BEFORE UPDATE ON past_predictions FOR EACH ROW EXECUTE FUNCTION defekt_stays();
CREATE TRIGGER dataset_splits_stays BEFORE UPDATE ON dataset_splits FOR EACH ROW EXECUTE FUNCTION defekt_stays();

-- +goose Down
DROP TABLE datasets, dataset_splits, past_predictions, shadow_differences, shadow_runs, shadow, promotions, models;
DROP INDEX claims_model;
