-- +goose Up

-- What codes on a claim's photos say.
CREATE TABLE readings (
    claim    uuid PRIMARY KEY REFERENCES claims ON DELETE CASCADE,
    document text NOT NULL
);

-- +goose Down
DROP TABLE readings;
