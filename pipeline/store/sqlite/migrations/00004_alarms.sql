-- +goose Up

-- An alarm: what was found and what people made of it. document is the alarm as JSON without its
-- facts, which change without it. Of one cause there is one that lives.
CREATE TABLE alarm (
    id       TEXT PRIMARY KEY,
    version  INTEGER NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'dismissed', 'closed')),
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    label    TEXT NOT NULL,
    known    INTEGER NOT NULL,
    opened   INTEGER NOT NULL,
    document TEXT NOT NULL,
    facts    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX alarm_living ON alarm (kind, name, label) WHERE state <> 'closed';
CREATE INDEX alarm_state ON alarm (state, id DESC);
CREATE INDEX alarm_group ON alarm (kind, name, id DESC);

-- +goose Down
DROP TABLE alarm;
