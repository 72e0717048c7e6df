package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddReviews puts items into the queue; see [store.Reviews].
func (s *Store) AddReviews(ctx context.Context, n []store.NewReview) (ids []string, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		ids, err = addReviews(ctx, tx, n, s.now())
		return err
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

func addReviews(ctx context.Context, tx *sql.Tx, list []store.NewReview, now time.Time) ([]string, error) {
	ids := make([]string, 0, len(list))
	for _, n := range list {
		if _, err := one(ctx, tx, value[int64], "SELECT seq FROM claim WHERE id = ?", n.Claim); err != nil {
			return nil, err
		}
		r, err := addReview(ctx, tx, n, now)
		if err != nil {
			return nil, err
		}
		if err := logReview(ctx, tx, store.ReviewEvent{At: now, Who: r.By, What: store.ReviewAdded, Item: r.ID, Claim: r.Claim, Why: rules.Why(n)}); err != nil {
			return nil, err
		}
		ids = append(ids, r.ID)
	}
	return ids, nil
}

// addReview joins an item that waits, or makes one.
func addReview(ctx context.Context, tx *sql.Tx, n store.NewReview, now time.Time) (store.Review, error) {
	r, err := rules.NewItem(n, now)
	if err != nil {
		return store.Review{}, fmt.Errorf("sqlite: %w", err)
	}
	if r.State == store.ReviewKnown {
		return r, insertReview(ctx, tx, r)
	}
	waiting, err := all(ctx, tx, scanReview, "SELECT "+reviewColumns+" FROM review WHERE claim = ? AND state IN ('open', 'disputed') ORDER BY created, id", n.Claim)
	if err != nil {
		return store.Review{}, err
	}
	for _, old := range waiting {
		if joined, ok := rules.JoinReview(old, r.NewReview, now); ok {
			joined.By = r.By
			return joined, joinReview(ctx, tx, joined)
		}
	}
	return r, insertReview(ctx, tx, r)
}

const reviewColumns = `id, claim, axes, reasons, uncertainty, cost, rank, deadline, looks, lang, product, label, cluster,
	suggested, model, known, added_by, state, version, holder, held_until, touched, skips, decided, final, created, settled`

func scanReview(row scanner) (store.Review, error) {
	r, rest := store.Review{}, reviewRest{}
	if err := row.Scan(rest.into(&r)...); err != nil {
		return store.Review{}, err
	}
	return r, rest.finish(&r)
}

// reviewRest are the columns of an item that are kept in another form.
type reviewRest struct {
	axes, reasons, suggested, known, touched string
	deadline, until, settled                 sql.NullInt64
	created                                  int64
}

func (c *reviewRest) into(r *store.Review) []any {
	return []any{&r.ID, &r.Claim, &c.axes, &c.reasons, &r.Uncertainty, &r.Cost, &r.Rank, &c.deadline, &r.Looks, &r.Lang, &r.Product,
		&r.Label, &r.Cluster, &c.suggested, &r.Model, &c.known, &r.By, &r.State, &r.Version, &r.Holder, &c.until, &c.touched,
		&r.Skips, &r.Decided, &r.Final, &c.created, &c.settled}
}

func (c *reviewRest) finish(r *store.Review) error {
	r.Axes, r.Reasons, r.Touched = rules.Split[string](c.axes), rules.Split[store.ReviewReason](c.reasons), rules.Split[string](c.touched)
	r.Deadline, r.HeldUntil, r.SettledAt, r.CreatedAt = since(c.deadline), since(c.until), since(c.settled), moment(c.created)
	var err, err2 error
	r.Suggested, err = rules.ReadLabels[store.Suggestion](c.suggested)
	r.Known, err2 = rules.ReadLabels[string](c.known)
	return errors.Join(err, err2)
}

func insertReview(ctx context.Context, tx *sql.Tx, r store.Review) error {
	suggested, err := rules.Labels(r.Suggested)
	if err != nil {
		return err
	}
	known, err := rules.Labels(r.Known)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO review (id, claim, axes, reasons, random, uncertainty, cost, rank, deadline, looks, lang, product,
		label, cluster, suggested, model, known, added_by, state, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.ID, r.Claim, rules.Joined(r.Axes), rules.Joined(r.Reasons), rules.Random(r), r.Uncertainty, r.Cost, r.Rank, micros(r.Deadline), r.Looks,
		rules.Text(r.Lang), rules.Text(r.Product), rules.Text(r.Label), rules.Text(r.Cluster), suggested, rules.Text(r.Model), known,
		rules.Text(r.By), r.State, instant(r.CreatedAt)); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return nil
}

// joinReview keeps what an item took on.
func joinReview(ctx context.Context, tx *sql.Tx, r store.Review) error {
	suggested, err := rules.Labels(r.Suggested)
	if err != nil {
		return err
	}
	return change(ctx, tx, `UPDATE review SET axes = ?, reasons = ?, random = ?, uncertainty = ?, cost = ?, rank = ?, deadline = ?, looks = ?,
		label = ?, cluster = ?, suggested = ?, model = ?, version = ? WHERE id = ?`,
		rules.Joined(r.Axes), rules.Joined(r.Reasons), rules.Random(r), r.Uncertainty, r.Cost, r.Rank, micros(r.Deadline), r.Looks,
		rules.Text(r.Label), rules.Text(r.Cluster), suggested, rules.Text(r.Model), r.Version, r.ID)
}
