-- +goose Up

-- Published versions of the taxonomy, in the order of seq.
CREATE TABLE taxonomy (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    ref      TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    mapping  TEXT NOT NULL,
    who      TEXT NOT NULL,
    why      TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE taxonomy;
