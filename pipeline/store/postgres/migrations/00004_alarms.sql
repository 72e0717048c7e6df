-- +goose Up

-- An alarm: what was found and what people made of it. document is the alarm as JSON without its
-- facts, which change without it. Of one cause there is one that lives.
CREATE TABLE alarms (
    id        uuid PRIMARY KEY,
    version   bigint NOT NULL,
    state     text NOT NULL CHECK (state IN ('open', 'acknowledged', 'dismissed', 'closed')),
    kind      text COLLATE "C" NOT NULL,
    name      text COLLATE "C" NOT NULL,
    label     text COLLATE "C" NOT NULL,
    known     boolean NOT NULL,
    opened_at timestamptz NOT NULL,
    document  text NOT NULL,
    facts     text NOT NULL
);
CREATE UNIQUE INDEX alarms_living ON alarms (kind, name, label) WHERE state <> 'closed';
CREATE INDEX alarms_state ON alarms (state, id DESC);
CREATE INDEX alarms_group ON alarms (kind, name, id DESC);

-- +goose Down
DROP TABLE alarms;
