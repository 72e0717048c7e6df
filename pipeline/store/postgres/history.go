package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// answeredBy is the model of a claim's prediction, as its index has it.
const answeredBy = `(prediction->>'model') COLLATE "C"`

// answering lists the models that present predictions are of, one look-up each.
func (s *Store) answering(ctx context.Context) (models []string, err error) {
	const from, to = "SELECT prediction->>'model' FROM claims WHERE state = 'done' ", " ORDER BY " + answeredBy + " LIMIT 1"
	m, err := find(ctx, s, "models in use", pgx.RowTo[string], from+to)
	for err == nil {
		models = append(models, m)
		m, err = find(ctx, s, "models in use", pgx.RowTo[string], from+"AND "+answeredBy+" > $1"+to, m)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return models, err
}

// Stale lists what another model answered; see [store.History].
func (s *Store) Stale(ctx context.Context, model, before string, limit int) ([]store.Claim, error) {
	if err := rules.CheckPage(store.Page{Limit: limit}); err != nil {
		return nil, err
	}
	var last *string
	if isID(before) {
		last = &before
	}
	models, err := s.answering(ctx)
	if err != nil {
		return nil, err
	}
	var out []store.Claim
	for _, m := range models {
		if m == rules.Text(model) {
			continue
		}
		list, err := listOf(ctx, s, "stale claims", scanClaim, "SELECT "+columns+` FROM claims c WHERE state = 'done' AND `+answeredBy+` = $1
			AND ($2::uuid IS NULL OR id < $2::uuid) ORDER BY id DESC LIMIT $3`, m, last, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return rules.NewestFirst(out, limit), nil
}

// CountStale counts what another model answered; see [store.History].
func (s *Store) CountStale(ctx context.Context, model string) (stale, done int, err error) {
	err = s.try(ctx, "count stale claims", func(ctx context.Context) error {
		return s.pool.QueryRow(ctx, "SELECT count(*) FILTER (WHERE "+answeredBy+" <> $1), count(*) FROM claims WHERE state = 'done'", rules.Text(model)).Scan(&stale, &done)
	})
	return stale, done, err
}

// Rescore replaces a prediction; see [store.History].
func (s *Store) Rescore(ctx context.Context, id string, o store.Outcome) error {
	if !isID(id) {
		return store.ErrNotFound
	}
	o.Reviews, o.Photos = nil, nil
	out, err := s.prepare(ctx, o)
	if err != nil {
		return err
	}
	return s.inTx(ctx, "rescore", func(ctx context.Context, tx pgx.Tx) error {
		c, err := only(ctx, tx, scanClaim, "SELECT "+columns+" FROM claims c WHERE c.id = $1 FOR NO KEY UPDATE", id)
		if err != nil {
			return err
		}
		if c.State != store.Done {
			return store.ErrConflict
		}
		if c.Prediction.Model == rules.Text(o.Prediction.Model) {
			return nil
		}
		if _, err := tx.Exec(ctx, `INSERT INTO past_predictions (claim, model, prediction, replaced_at)
			SELECT id, $2, prediction, $3 FROM claims WHERE id = $1 ON CONFLICT DO NOTHING`, id, c.Prediction.Model, s.now()); err != nil {
			return err
		}
		tags := append(claimTags(c.Claim, c.Owner), out.tags...)
		if err := mustChange(ctx, tx, "UPDATE claims SET prediction = $2, tags = $3 WHERE id = $1", id, out.prediction, tags); err != nil {
			return err
		}
		return out.replaceVectors(ctx, tx, c, tags)
	})
}

// replaceVectors puts vectors in the place of others if their spaces differ; those that stay
// take on the claim's new tags.
func (o *outcome) replaceVectors(ctx context.Context, tx pgx.Tx, c store.Claim, tags []string) error {
	have, err := all(ctx, tx, pgx.RowTo[string], "SELECT DISTINCT s.name FROM vectors v JOIN spaces s ON s.id = v.space WHERE v.claim = $1", c.ID)
	if err != nil {
		return err
	}
	if !rules.NewSpaces(have, o.vectors) {
		_, err := tx.Exec(ctx, "UPDATE vectors SET tags = $2 WHERE claim = $1", c.ID, tags)
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM vectors WHERE claim = $1", c.ID); err != nil || len(o.vectors) == 0 {
		return err
	}
	b := &pgx.Batch{}
	o.queue(b, c)
	return tx.SendBatch(ctx, b).Close()
}

// Past lists replaced predictions; see [store.History].
func (s *Store) Past(ctx context.Context, id string) ([]store.Past, error) {
	if !isID(id) {
		return nil, store.ErrNotFound
	}
	list, err := listOf(ctx, s, "past predictions", func(row pgx.CollectableRow) (p store.Past, err error) {
		var document []byte
		err = row.Scan(&p.Model, &document, &p.ReplacedAt)
		p.Prediction, p.ReplacedAt = json.RawMessage(document), rules.Time(p.ReplacedAt)
		return p, err
	}, "SELECT model, prediction, replaced_at FROM past_predictions WHERE claim = $1 ORDER BY seq", id)
	if err == nil && len(list) == 0 {
		_, err = s.Claim(ctx, id)
	}
	return list, err
}

// Trend counts labels by day and model; see [store.History].
func (s *Store) Trend(ctx context.Context, axis string, from, until time.Time) ([]store.TrendCount, error) {
	return listOf(ctx, s, "trend", func(row pgx.CollectableRow) (c store.TrendCount, err error) {
		var day time.Time
		err = row.Scan(&day, &c.Model, &c.Label, &c.Abstained, &c.N)
		c.Day = day.UTC()
		return c, err
	}, `WITH answer AS (
			SELECT created_at, `+answeredBy+` AS model, prediction->'axes'->$1 AS said FROM claims
				WHERE state = 'done' AND created_at >= $2 AND ($3::timestamptz IS NULL OR created_at < $3)
			UNION ALL
			SELECT c.created_at, p.model, p.prediction->'axes'->$1 FROM claims c JOIN past_predictions p ON p.claim = c.id
				WHERE c.created_at >= $2 AND ($3::timestamptz IS NULL OR c.created_at < $3) AND c.prediction->>'model' <> p.model)
		SELECT date_trunc('day', created_at AT TIME ZONE 'UTC'), model, (said->>'label') COLLATE "C", COALESCE((said->>'abstained')::boolean, false), count(*)
		FROM answer WHERE said IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`, rules.Text(axis), rules.Time(from), when(until))
}
