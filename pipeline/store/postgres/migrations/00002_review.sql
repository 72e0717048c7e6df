-- +goose Up

-- An item of the review queue. Lists (axes, reasons, touched) are texts with each entry between
-- unit separators, empty without entries; labels are JSON. rank orders the queue.
CREATE TABLE reviews (
    id          uuid PRIMARY KEY,
    claim       uuid NOT NULL REFERENCES claims ON DELETE CASCADE,
    axes        text COLLATE "C" NOT NULL,
    reasons     text COLLATE "C" NOT NULL,
    random      boolean NOT NULL,
    uncertainty double precision NOT NULL,
    cost        double precision NOT NULL,
    rank        double precision NOT NULL,
    deadline    timestamptz,
    looks       int NOT NULL,
    lang        text COLLATE "C" NOT NULL,
    product     text COLLATE "C" NOT NULL,
    label       text COLLATE "C" NOT NULL,
    cluster     text COLLATE "C" NOT NULL,
    suggested   text NOT NULL,
    model       text NOT NULL,
    known       text NOT NULL,
    added_by    text NOT NULL,
    state       text NOT NULL CHECK (state IN ('open', 'disputed', 'known', 'settled', 'dropped')),
    version     bigint NOT NULL DEFAULT 1,
    holder      text COLLATE "C" NOT NULL DEFAULT '',
    held_until  timestamptz,
    touched     text COLLATE "C" NOT NULL DEFAULT '',
    skips       int NOT NULL DEFAULT 0,
    decided     int NOT NULL DEFAULT 0,
    final       text COLLATE "C" NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    settled_at  timestamptz
);
CREATE INDEX reviews_claim ON reviews (claim, created_at, id);
-- Settled items are most of the table in the long run, and nobody looks for them by rank.
CREATE INDEX reviews_rank ON reviews (state, rank DESC, id) WHERE state IN ('open', 'disputed', 'known');
CREATE INDEX reviews_lang ON reviews (state, lang, rank DESC, id) WHERE state IN ('open', 'disputed', 'known');
CREATE INDEX reviews_product ON reviews (state, product, rank DESC, id) WHERE state IN ('open', 'disputed', 'known');
CREATE INDEX reviews_axes ON reviews (state, axes, rank DESC, id) WHERE state IN ('open', 'disputed', 'known');
CREATE INDEX reviews_waiting_slice ON reviews (state, created_at, id) WHERE random;
CREATE INDEX reviews_slice ON reviews (created_at, id) WHERE random;
CREATE INDEX reviews_holder ON reviews (holder, held_until) WHERE holder <> '';
CREATE INDEX reviews_settled ON reviews (claim, settled_at, id) WHERE state = 'settled';

CREATE TABLE review_decisions (
    id        text COLLATE "C" PRIMARY KEY,
    item      uuid NOT NULL REFERENCES reviews ON DELETE CASCADE,
    claim     uuid NOT NULL,
    reviewer  text COLLATE "C" NOT NULL,
    at        timestamptz NOT NULL,
    labels    text NOT NULL,
    role      text NOT NULL CHECK (role IN ('look', 'adjudication', 'known', 'withdrawal')),
    withdraws text COLLATE "C" NOT NULL,
    version   bigint NOT NULL,
    why       text NOT NULL,
    took      bigint NOT NULL,
    model     text NOT NULL,
    shown     boolean NOT NULL
);
CREATE INDEX review_decisions_item ON review_decisions (item, at, id);
CREATE INDEX review_decisions_claim ON review_decisions (claim, at, id);
CREATE INDEX review_decisions_reviewer ON review_decisions (reviewer, at, id);
CREATE INDEX review_decisions_at ON review_decisions (at, id);

CREATE TABLE review_events (
    seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    who        text COLLATE "C" NOT NULL,
    what       text COLLATE "C" NOT NULL,
    item       uuid NOT NULL REFERENCES reviews ON DELETE CASCADE,
    claim      uuid NOT NULL,
    labels_was text NOT NULL,
    labels_now text NOT NULL,
    why        text NOT NULL,
    took       bigint NOT NULL,
    model      text NOT NULL
);
CREATE INDEX review_events_item ON review_events (item, seq);
CREATE INDEX review_events_handed ON review_events (who, seq) WHERE what = 'review.handed';

-- +goose StatementBegin
CREATE FUNCTION defekt_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is not changed, only added to', TG_TABLE_NAME;
END $$;
-- +goose StatementEnd
CREATE TRIGGER review_decisions_stays BEFORE UPDATE ON review_decisions FOR EACH ROW EXECUTE FUNCTION defekt_stays();
CREATE TRIGGER review_events_stays BEFORE UPDATE ON review_events FOR EACH ROW EXECUTE FUNCTION defekt_stays();

CREATE TABLE reviewers (
    id          text COLLATE "C" PRIMARY KEY,
    name        text COLLATE "C" NOT NULL UNIQUE,
    roles       text NOT NULL,
    password    text NOT NULL,
    subject     text COLLATE "C" NOT NULL,
    langs       text NOT NULL,
    products    text NOT NULL,
    axes        text NOT NULL,
    created_at  timestamptz NOT NULL,
    disabled_at timestamptz
);
CREATE UNIQUE INDEX reviewers_subject ON reviewers (subject) WHERE subject <> '';

CREATE TABLE sessions (
    hash       text COLLATE "C" PRIMARY KEY,
    reviewer   text COLLATE "C" NOT NULL REFERENCES reviewers ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_reviewer ON sessions (reviewer);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- +goose Down
DROP TABLE sessions, reviewers, review_events, review_decisions, reviews;
DROP FUNCTION defekt_stays;
