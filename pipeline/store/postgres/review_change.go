package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// lease takes the first of the items that is free. Items that another transaction is taking
// are passed over, so that reviewers who want the same one do not wait for each other.
const lease = `UPDATE reviews r SET version = version + 1, holder = $2, held_until = $3 WHERE r.id = (
		SELECT i.id FROM unnest($1::uuid[]) WITH ORDINALITY w (id, n) JOIN reviews i ON i.id = w.id
		WHERE i.state = ANY($6::text[]) AND (i.holder = '' OR i.holder = $2 OR i.held_until <= $4) AND strpos(i.touched, $5) = 0
		ORDER BY w.n LIMIT 1 FOR UPDATE OF i SKIP LOCKED)
	RETURNING ` + reviewColumns

// LeaseReview hands out the first free item; see [store.Reviews].
func (s *Store) LeaseReview(ctx context.Context, l store.Lease) (r store.Review, err error) {
	ids := onlyIDs(l.IDs)
	err = s.inTx(ctx, "lease review", func(ctx context.Context, tx pgx.Tx) error {
		r, err = only(ctx, tx, scanReview, lease, ids, rules.Text(l.Holder), when(l.Until), when(l.At), rules.Marked(l.Holder), rules.Leasable(l))
		if err != nil {
			return err
		}
		return reviewTx{tx}.Log(ctx, store.ReviewEvent{At: l.At, Who: l.Holder, What: store.ReviewHanded, Item: r.ID, Claim: r.Claim, Model: r.Model})
	})
	if err != nil {
		return store.Review{}, err
	}
	return r, nil
}

// HoldReview prolongs a hand-out; see [store.Reviews].
func (s *Store) HoldReview(ctx context.Context, id, reviewer string, version int64, until time.Time) error {
	if !isID(id) {
		return store.ErrNotFound
	}
	return s.inTx(ctx, "hold review", func(ctx context.Context, tx pgx.Tx) error {
		err := mustChange(ctx, tx, "UPDATE reviews SET held_until = $1 WHERE id = $2 AND version = $3 AND holder = $4 AND holder <> ''",
			when(until), id, version, rules.Text(reviewer))
		return stale(ctx, tx, id, err)
	})
}

// stale makes ErrConflict of an ErrNotFound whose item is there.
func stale(ctx context.Context, tx pgx.Tx, id string, err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if _, err := only(ctx, tx, pgx.RowTo[string], "SELECT id::text FROM reviews WHERE id = $1", id); err != nil {
		return err
	}
	return store.ErrConflict
}

// ChangeReview moves an item on; see [store.Reviews].
func (s *Store) ChangeReview(ctx context.Context, r store.Review, decisions []store.ReviewDecision, events []store.ReviewEvent) error {
	if !isID(r.ID) {
		return store.ErrNotFound
	}
	err := s.inTx(ctx, "change review", func(ctx context.Context, tx pgx.Tx) error {
		claim, err := only(ctx, tx, pgx.RowTo[string], `UPDATE reviews SET version = version + 1, state = $3, holder = $4, held_until = $5, touched = $6,
			skips = $7, decided = $8, final = $9, settled_at = $10 WHERE id = $1 AND version = $2 RETURNING claim::text`,
			r.ID, r.Version, r.State, rules.Text(r.Holder), when(r.HeldUntil), rules.Joined(r.Touched), r.Skips, r.Decided, rules.Text(r.Final), when(r.SettledAt))
		if err != nil {
			return stale(ctx, tx, r.ID, err)
		}
		b := &pgx.Batch{}
		for _, d := range decisions {
			d.Item, d.Claim = r.ID, claim
			if err := queueDecision(b, d); err != nil {
				return err
			}
		}
		for _, e := range events {
			e.Item, e.Claim = r.ID, claim
			if err := queueEvent(b, e); err != nil {
				return err
			}
		}
		if b.Len() == 0 {
			return nil
		}
		return tx.SendBatch(ctx, b).Close()
	})
	return conflict(err)
}

func queueDecision(b *pgx.Batch, d store.ReviewDecision) error {
	values, err := rules.DecisionValues(d, rules.Time)
	if err != nil {
		return err
	}
	b.Queue(`INSERT INTO review_decisions (id, item, claim, reviewer, at, labels, role, withdraws, version, why, took, model, shown)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, values...)
	return nil
}

func queueEvent(b *pgx.Batch, e store.ReviewEvent) error {
	values, err := rules.ReviewEventValues(e, rules.Time)
	if err != nil {
		return err
	}
	b.Queue(`INSERT INTO review_events (at, who, what, item, claim, labels_was, labels_now, why, took, model)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, values...)
	return nil
}
