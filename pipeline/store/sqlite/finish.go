package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// Finish stores an outcome; see [store.Claims].
func (s *Store) Finish(ctx context.Context, id string, o store.Outcome) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		c, err := queued(ctx, tx, id)
		if err != nil {
			return err
		}
		jobs, err := finish(ctx, tx, c, o, s.now())
		if err != nil {
			return err
		}
		return s.enqueue(ctx, tx, jobs)
	})
}

// queued finds a claim that waits for its outcome.
func queued(ctx context.Context, tx *sql.Tx, id string) (row, error) {
	c, err := rowByID(ctx, tx, id)
	if err == nil && c.state != store.Queued {
		err = store.ErrFinished
	}
	return c, err
}

// finish writes the outcome of a claim and the deliveries that announce it, and gives the
// jobs for them.
func finish(ctx context.Context, tx *sql.Tx, c row, o store.Outcome, now time.Time) ([]store.Job, error) {
	prediction, err := rules.Document(o.Prediction)
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE content SET prediction = ? WHERE claim = ?", string(prediction), c.seq); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	abstained, err := putLabels(ctx, tx, c.seq, o.Prediction)
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE claim SET state = ?, finished = ?, abstained = ? WHERE seq = ?",
		store.Done, instant(now), abstained, c.seq); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	for _, v := range o.Vectors {
		if err := putVector(ctx, tx, c.seq, v); err != nil {
			return nil, err
		}
	}
	for _, p := range o.Photos {
		if _, err := tx.ExecContext(ctx, "INSERT INTO hash (claim, blob, bits) VALUES (?, ?, ?)", c.seq, rules.Text(p.Blob), int64(p.Hash)); err != nil {
			return nil, fmt.Errorf("sqlite: %w", err)
		}
	}
	if _, err := addReviews(ctx, tx, rules.ReviewsOf(c.id, o.Reviews), now); err != nil {
		return nil, err
	}
	jobs, err := announce(ctx, tx, store.ClaimDone, c, now)
	if o.ReadCodes {
		jobs = append(jobs, store.Job{Kind: store.ReadCodes, ID: c.id})
	}
	return jobs, err
}

// putLabels writes the labels that filters find, and says whether an axis has none.
func putLabels(ctx context.Context, tx *sql.Tx, seq int64, p claim.Prediction) (abstained bool, err error) {
	for axis, a := range p.Axes {
		if a.Abstained {
			abstained = true
			continue
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO label (axis, label, claim) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
			rules.Text(axis), rules.Text(a.Label), seq); err != nil {
			return false, fmt.Errorf("sqlite: %w", err)
		}
	}
	return abstained, nil
}

// Fail marks a claim; see [store.Claims].
func (s *Store) Fail(ctx context.Context, id, reason string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		c, err := queued(ctx, tx, id)
		if err != nil {
			return err
		}
		now := s.now()
		if err := setFailure(ctx, tx, c.seq, store.Failed, micros(now), rules.Text(reason)); err != nil {
			return err
		}
		jobs, err := announce(ctx, tx, store.ClaimFailed, c, now)
		if err != nil {
			return err
		}
		return s.enqueue(ctx, tx, jobs)
	})
}

// Requeue gives a failed claim another try; see [store.Claims].
func (s *Store) Requeue(ctx context.Context, id string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		c, err := rowByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.state != store.Failed {
			return store.ErrConflict
		}
		if err := setFailure(ctx, tx, c.seq, store.Queued, sql.NullInt64{}, ""); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, []store.Job{{Kind: store.Classify, ID: id}})
	})
}

func setFailure(ctx context.Context, tx *sql.Tx, seq int64, state store.State, finished sql.NullInt64, reason string) error {
	if err := change(ctx, tx, "UPDATE claim SET state = ?, finished = ? WHERE seq = ?", state, finished, seq); err != nil {
		return err
	}
	return change(ctx, tx, "UPDATE content SET failure = ? WHERE claim = ?", reason, seq)
}
