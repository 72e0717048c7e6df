package sqlite

import (
	"context"
	"database/sql"
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
	return rules.AddReviews(ctx, reviewTx{tx}, list, now)
}

type reviewTx struct{ *sql.Tx }

var _ rules.ReviewTx = reviewTx{}

// Lock need not lock: one transaction writes at a time.
func (tx reviewTx) Lock(ctx context.Context, claim string) error {
	_, err := one(ctx, tx, value[int64], "SELECT seq FROM claim WHERE id = ?", claim)
	return err
}

func (tx reviewTx) Waiting(ctx context.Context, claim string) ([]store.Review, error) {
	return all(ctx, tx, scanReview, "SELECT "+reviewColumns+" FROM review WHERE claim = ? AND state IN ('open', 'disputed') ORDER BY created, id", claim)
}

func (tx reviewTx) Insert(ctx context.Context, r store.Review) error {
	values, err := rules.NewItemValues(r, micros)
	if err != nil {
		return err
	}
	return insert(ctx, tx.Tx, `INSERT INTO review (id, claim, axes, reasons, random, uncertainty, cost, rank, deadline, looks, lang, product,
		label, cluster, suggested, model, known, added_by, state, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, values...)
}

func (tx reviewTx) Join(ctx context.Context, r store.Review) error {
	values, err := rules.JoinedItemValues(r, micros)
	if err != nil {
		return err
	}
	return change(ctx, tx.Tx, `UPDATE review SET axes = ?2, reasons = ?3, random = ?4, uncertainty = ?5, cost = ?6, rank = ?7, deadline = ?8, looks = ?9,
		label = ?10, cluster = ?11, suggested = ?12, model = ?13, version = ?14 WHERE id = ?1`, values...)
}

func (tx reviewTx) Log(ctx context.Context, e store.ReviewEvent) error {
	values, err := rules.ReviewEventValues(e, instant)
	if err != nil {
		return err
	}
	return insert(ctx, tx.Tx, `INSERT INTO review_event (at, who, what, item, claim, labels_was, labels_now, why, took, model)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, values...)
}

const reviewColumns = `id, claim, axes, reasons, uncertainty, cost, rank, deadline, looks, lang, product, label, cluster,
	suggested, model, known, added_by, state, version, holder, held_until, touched, skips, decided, final, created, settled`

func scanReview(row scanner) (store.Review, error) { return rules.ReadItem(row, since) }
