-- +goose Up

-- What codes on a claim's photos say, as a JSON document.
CREATE TABLE reading (
    claim    INTEGER PRIMARY KEY REFERENCES claim ON DELETE CASCADE,
    document TEXT NOT NULL
) STRICT;

-- +goose Down
DROP TABLE reading;
