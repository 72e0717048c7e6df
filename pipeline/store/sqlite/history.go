package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// answeredBy is the model of a claim's prediction, as its index has it.
const answeredBy = "json_extract(prediction, '$.model')"

// answering lists the models that present predictions are of, one look-up each.
func answering(ctx context.Context, q querier) (models []string, err error) {
	const by = "SELECT " + answeredBy + " FROM content WHERE prediction IS NOT NULL %s ORDER BY " + answeredBy + " LIMIT 1"
	m, err := one(ctx, q, value[string], fmt.Sprintf(by, ""))
	for err == nil {
		models = append(models, m)
		m, err = one(ctx, q, value[string], fmt.Sprintf(by, "AND "+answeredBy+" > ?"), m)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return models, err
}

// Stale lists what another model answered; see [store.History].
func (s *Store) Stale(ctx context.Context, model, before string, limit int) (out []store.Claim, err error) {
	if err := rules.CheckPage(store.Page{Limit: limit}); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(tx *sql.Tx) error {
		models, err := answering(ctx, tx)
		if err != nil {
			return err
		}
		for _, m := range models {
			if m == rules.Text(model) {
				continue
			}
			list, err := all(ctx, tx, scanClaim, "SELECT "+claimColumns+` FROM content JOIN claim ON claim.seq = content.claim
				WHERE prediction IS NOT NULL AND `+answeredBy+` = ? AND (? = '' OR content.claim <= (SELECT seq FROM claim WHERE id < ? ORDER BY id DESC LIMIT 1))
				ORDER BY content.claim DESC LIMIT ?`, m, before, before, limit)
			if err != nil {
				return err
			}
			out = append(out, list...)
		}
		out = rules.NewestFirst(out, limit)
		return nil
	})
	return out, err
}

// CountStale counts what another model answered; see [store.History].
func (s *Store) CountStale(ctx context.Context, model string) (stale, done int, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FILTER (WHERE "+answeredBy+" <> ?), count(*) FROM content WHERE prediction IS NOT NULL", rules.Text(model)).Scan(&stale, &done)
	if err != nil {
		return 0, 0, fmt.Errorf("sqlite: %w", explain(err))
	}
	return stale, done, nil
}

// Rescore replaces a prediction; see [store.History].
func (s *Store) Rescore(ctx context.Context, id string, o store.Outcome) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		c, err := rowByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.state != store.Done {
			return store.ErrConflict
		}
		kept, err := one(ctx, tx, value[string], "SELECT "+answeredBy+" FROM content WHERE claim = ?", c.seq)
		if err != nil || kept == rules.Text(o.Prediction.Model) {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO past_prediction (claim, model, prediction, replaced)
			SELECT claim, ?, prediction, ? FROM content WHERE claim = ? ON CONFLICT DO NOTHING`, kept, instant(s.now()), c.seq); err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
		if err := replacePrediction(ctx, tx, c.seq, o.Prediction); err != nil {
			return err
		}
		return replaceVectors(ctx, tx, c.seq, o.Vectors)
	})
}

// replacePrediction puts a prediction and its labels in the place of others.
func replacePrediction(ctx context.Context, tx *sql.Tx, seq int64, p claim.Prediction) error {
	document, err := rules.Document(p)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE content SET prediction = ? WHERE claim = ?", string(document), seq); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM label WHERE claim = ?", seq); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	abstained, err := putLabels(ctx, tx, seq, p)
	if err != nil {
		return err
	}
	return change(ctx, tx, "UPDATE claim SET abstained = ? WHERE seq = ?", abstained, seq)
}

// replaceVectors puts vectors in the place of others if their spaces differ.
func replaceVectors(ctx context.Context, tx *sql.Tx, seq int64, vectors []store.Vector) error {
	have, err := all(ctx, tx, value[string], "SELECT DISTINCT s.name FROM vector v JOIN space s ON s.id = v.space WHERE v.claim = ?", seq)
	if err != nil || !rules.NewSpaces(have, vectors) {
		return err
	}
	for _, statement := range []string{
		"INSERT INTO vector_gone (vector, space) SELECT seq, space FROM vector WHERE claim = ?",
		"DELETE FROM vector WHERE claim = ?",
	} {
		if _, err := tx.ExecContext(ctx, statement, seq); err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
	}
	for _, v := range vectors {
		if err := putVector(ctx, tx, seq, v); err != nil {
			return err
		}
	}
	return nil
}

// Past lists replaced predictions; see [store.History].
func (s *Store) Past(ctx context.Context, id string) (out []store.Past, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		c, err := rowByID(ctx, tx, id)
		if err != nil {
			return err
		}
		out, err = all(ctx, tx, func(r scanner) (p store.Past, err error) {
			var (
				document string
				replaced int64
			)
			err = r.Scan(&p.Model, &document, &replaced)
			p.Prediction, p.ReplacedAt = []byte(document), moment(replaced)
			return p, err
		}, "SELECT model, prediction, replaced FROM past_prediction WHERE claim = ? ORDER BY seq", c.seq)
		return err
	})
	return out, err
}

// Trend counts labels by day and model; see [store.History].
func (s *Store) Trend(ctx context.Context, axis string, from, until time.Time) ([]store.TrendCount, error) {
	last := sql.NullInt64{}
	if !until.IsZero() {
		last = micros(until)
	}
	return all(ctx, s.db, func(r scanner) (c store.TrendCount, err error) {
		var day int64
		err = r.Scan(&day, &c.Model, &c.Label, &c.Abstained, &c.N)
		c.Day = moment(day * day24)
		return c, err
	}, `WITH answer AS (
			SELECT c.created, `+answeredBy+` AS model, prediction FROM claim c JOIN content ON content.claim = c.seq
				WHERE prediction IS NOT NULL AND c.created >= :from AND (:until IS NULL OR c.created < :until)
			UNION ALL
			SELECT c.created, p.model, p.prediction FROM claim c JOIN past_prediction p ON p.claim = c.seq JOIN content n ON n.claim = c.seq
				WHERE c.created >= :from AND (:until IS NULL OR c.created < :until) AND json_extract(n.prediction, '$.model') <> p.model)
		SELECT answer.created / :day, answer.model, a.value ->> 'label', ifnull(a.value ->> 'abstained', 0), count(*)
		FROM answer, json_each(answer.prediction, '$.axes') a WHERE a.key = :axis GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
		sql.Named("from", instant(from)), sql.Named("until", last), sql.Named("day", day24), sql.Named("axis", rules.Text(axis)))
}

// day24 is a day in microseconds.
const day24 = int64(24 * time.Hour / time.Microsecond)
