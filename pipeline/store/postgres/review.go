package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddReviews puts items into the queue; see [store.Reviews].
func (s *Store) AddReviews(ctx context.Context, n []store.NewReview) (ids []string, err error) {
	err = s.inTx(ctx, "add reviews", func(ctx context.Context, tx pgx.Tx) error {
		ids, err = addReviews(ctx, tx, n, s.now())
		return err
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

func addReviews(ctx context.Context, tx pgx.Tx, list []store.NewReview, now time.Time) ([]string, error) {
	ids := make([]string, 0, len(list))
	for _, n := range list {
		if !isID(n.Claim) {
			return nil, store.ErrNotFound
		}
		// Two that ask for a look at one claim take turns, so that the second joins the first.
		if _, err := only(ctx, tx, pgx.RowTo[string], "SELECT id::text FROM claims WHERE id = $1 FOR NO KEY UPDATE", n.Claim); err != nil {
			return nil, err
		}
		r, err := addReview(ctx, tx, n, now)
		if err != nil {
			return nil, err
		}
		if err := putEvents(ctx, tx, store.ReviewEvent{At: now, Who: r.By, What: store.ReviewAdded, Item: r.ID, Claim: r.Claim, Why: rules.Why(n)}); err != nil {
			return nil, err
		}
		ids = append(ids, r.ID)
	}
	return ids, nil
}

// addReview joins an item that waits, or makes one.
func addReview(ctx context.Context, tx pgx.Tx, n store.NewReview, now time.Time) (store.Review, error) {
	r, err := rules.NewItem(n, now)
	if err != nil {
		return store.Review{}, err
	}
	if r.State == store.ReviewKnown {
		return r, insertReview(ctx, tx, r)
	}
	waiting, err := all(ctx, tx, scanReview, "SELECT "+reviewColumns+` FROM reviews r WHERE claim = $1 AND state IN ('open', 'disputed')
		ORDER BY created_at, id FOR UPDATE`, n.Claim)
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

// reviewColumns are those of r.
const reviewColumns = `r.id::text, r.claim::text, r.axes, r.reasons, r.uncertainty, r.cost, r.rank, r.deadline, r.looks, r.lang, r.product,
	r.label, r.cluster, r.suggested, r.model, r.known, r.added_by, r.state, r.version, r.holder, r.held_until, r.touched, r.skips, r.decided,
	r.final, r.created_at, r.settled_at`

func scanReview(row pgx.CollectableRow) (store.Review, error) {
	r, rest := store.Review{}, reviewRest{}
	if err := row.Scan(rest.into(&r)...); err != nil {
		return store.Review{}, err
	}
	return r, rest.finish(&r)
}

// reviewRest are the columns of an item that are kept in another form.
type reviewRest struct {
	axes, reasons, suggested, known, touched string
	deadline, until, settled                 *time.Time
}

func (c *reviewRest) into(r *store.Review) []any {
	return []any{&r.ID, &r.Claim, &c.axes, &c.reasons, &r.Uncertainty, &r.Cost, &r.Rank, &c.deadline, &r.Looks, &r.Lang, &r.Product,
		&r.Label, &r.Cluster, &c.suggested, &r.Model, &c.known, &r.By, &r.State, &r.Version, &r.Holder, &c.until, &c.touched,
		&r.Skips, &r.Decided, &r.Final, &r.CreatedAt, &c.settled}
}

func (c *reviewRest) finish(r *store.Review) error {
	r.Axes, r.Reasons, r.Touched = rules.Split[string](c.axes), rules.Split[store.ReviewReason](c.reasons), rules.Split[string](c.touched)
	r.Deadline, r.HeldUntil, r.SettledAt, r.CreatedAt = since(c.deadline), since(c.until), since(c.settled), rules.Time(r.CreatedAt)
	var err, err2 error
	r.Suggested, err = rules.ReadLabels[store.Suggestion](c.suggested)
	r.Known, err2 = rules.ReadLabels[string](c.known)
	return errors.Join(err, err2)
}

func insertReview(ctx context.Context, tx pgx.Tx, r store.Review) error {
	suggested, err := rules.Labels(r.Suggested)
	if err != nil {
		return err
	}
	known, err := rules.Labels(r.Known)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO reviews (id, claim, axes, reasons, random, uncertainty, cost, rank, deadline, looks, lang, product,
		label, cluster, suggested, model, known, added_by, state, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		r.ID, r.Claim, rules.Joined(r.Axes), rules.Joined(r.Reasons), rules.Random(r), r.Uncertainty, r.Cost, r.Rank, when(r.Deadline), r.Looks,
		rules.Text(r.Lang), rules.Text(r.Product), rules.Text(r.Label), rules.Text(r.Cluster), suggested, rules.Text(r.Model), known,
		rules.Text(r.By), r.State, r.CreatedAt)
	return err
}

// joinReview keeps what an item took on.
func joinReview(ctx context.Context, tx pgx.Tx, r store.Review) error {
	suggested, err := rules.Labels(r.Suggested)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, `UPDATE reviews SET axes = $2, reasons = $3, random = $4, uncertainty = $5, cost = $6, rank = $7, deadline = $8,
		looks = $9, label = $10, cluster = $11, suggested = $12, model = $13, version = $14 WHERE id = $1`,
		r.ID, rules.Joined(r.Axes), rules.Joined(r.Reasons), rules.Random(r), r.Uncertainty, r.Cost, r.Rank, when(r.Deadline), r.Looks,
		rules.Text(r.Label), rules.Text(r.Cluster), suggested, rules.Text(r.Model), r.Version)
}

// checkReviews finds fault before a transaction that others share.
func checkReviews(o store.Outcome) error {
	for _, n := range o.Reviews {
		if _, err := rules.NewItem(n, time.Time{}); err != nil {
			return fmt.Errorf("postgres: %w", err)
		}
	}
	return nil
}
