package postgres

import (
	"context"
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
	return rules.AddReviews(ctx, reviewTx{tx}, list, now)
}

type reviewTx struct{ pgx.Tx }

var _ rules.ReviewTx = reviewTx{}

func (tx reviewTx) Lock(ctx context.Context, claim string) error {
	if !isID(claim) {
		return store.ErrNotFound
	}
	_, err := only(ctx, tx, pgx.RowTo[string], "SELECT id::text FROM claims WHERE id = $1 FOR NO KEY UPDATE", claim)
	return err
}

func (tx reviewTx) Waiting(ctx context.Context, claim string) ([]store.Review, error) {
	return all(ctx, tx, scanReview, "SELECT "+reviewColumns+` FROM reviews r WHERE claim = $1 AND state IN ('open', 'disputed')
		ORDER BY created_at, id FOR UPDATE`, claim)
}

func (tx reviewTx) Insert(ctx context.Context, r store.Review) error {
	values, err := rules.NewItemValues(r, when)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO reviews (id, claim, axes, reasons, random, uncertainty, cost, rank, deadline, looks, lang, product,
		label, cluster, suggested, model, known, added_by, state, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`, values...)
	return err
}

func (tx reviewTx) Join(ctx context.Context, r store.Review) error {
	values, err := rules.JoinedItemValues(r, when)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, `UPDATE reviews SET axes = $2, reasons = $3, random = $4, uncertainty = $5, cost = $6, rank = $7, deadline = $8,
		looks = $9, label = $10, cluster = $11, suggested = $12, model = $13, version = $14 WHERE id = $1`, values...)
}

func (tx reviewTx) Log(ctx context.Context, e store.ReviewEvent) error {
	b := &pgx.Batch{}
	if err := queueEvent(b, e); err != nil {
		return err
	}
	return tx.SendBatch(ctx, b).Close()
}

// reviewColumns are those of r.
const reviewColumns = `r.id::text, r.claim::text, r.axes, r.reasons, r.uncertainty, r.cost, r.rank, r.deadline, r.looks, r.lang, r.product,
	r.label, r.cluster, r.suggested, r.model, r.known, r.added_by, r.state, r.version, r.holder, r.held_until, r.touched, r.skips, r.decided,
	r.final, r.created_at, r.settled_at`

func scanReview(row pgx.CollectableRow) (store.Review, error) { return rules.ReadItem(row, since) }

// checkReviews finds fault before a transaction that others share.
func checkReviews(o store.Outcome) error {
	for _, n := range o.Reviews {
		if _, err := rules.NewItem(n, time.Time{}); err != nil {
			return fmt.Errorf("postgres: %w", err)
		}
	}
	return nil
}
