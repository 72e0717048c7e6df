-- +goose Up

-- Published versions of the taxonomy, in the order of seq.
CREATE TABLE taxonomies (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ref      text NOT NULL UNIQUE,
    document text NOT NULL,
    mapping  text NOT NULL,
    who      text NOT NULL,
    why      text NOT NULL,
    at       timestamptz NOT NULL
);

-- +goose Down
DROP TABLE taxonomies;
