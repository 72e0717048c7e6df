package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// LeaseReview hands out the first free item; see [store.Reviews].
func (s *Store) LeaseReview(ctx context.Context, l store.Lease) (r store.Review, err error) {
	states, err := rules.Document(rules.Leasable(l))
	if err != nil {
		return store.Review{}, err
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		for _, id := range l.IDs {
			r, err = one(ctx, tx, scanReview, `UPDATE review SET version = version + 1, holder = ?1, held_until = ?2
				WHERE id = ?3 AND state IN (SELECT value FROM json_each(?4)) AND (holder = '' OR holder = ?1 OR held_until <= ?5) AND instr(touched, ?6) = 0
				RETURNING `+reviewColumns, rules.Text(l.Holder), micros(l.Until), id, string(states), micros(l.At), rules.Marked(l.Holder))
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			return reviewTx{tx}.Log(ctx, store.ReviewEvent{At: l.At, Who: l.Holder, What: store.ReviewHanded, Item: r.ID, Claim: r.Claim, Model: r.Model})
		}
		return store.ErrNotFound
	})
	if err != nil {
		return store.Review{}, err
	}
	return r, nil
}

// HoldReview prolongs a hand-out; see [store.Reviews].
func (s *Store) HoldReview(ctx context.Context, id, reviewer string, version int64, until time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		err := change(ctx, tx, "UPDATE review SET held_until = ? WHERE id = ? AND version = ? AND holder = ? AND holder <> ''",
			micros(until), id, version, rules.Text(reviewer))
		return stale(ctx, tx, id, err)
	})
}

// stale makes ErrConflict of an ErrNotFound whose item is there.
func stale(ctx context.Context, tx *sql.Tx, id string, err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if _, err := one(ctx, tx, value[string], "SELECT id FROM review WHERE id = ?", id); err != nil {
		return err
	}
	return store.ErrConflict
}

// ChangeReview moves an item on; see [store.Reviews].
func (s *Store) ChangeReview(ctx context.Context, r store.Review, decisions []store.ReviewDecision, events []store.ReviewEvent) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		claim, err := one(ctx, tx, value[string], `UPDATE review SET version = version + 1, state = ?, holder = ?, held_until = ?, touched = ?, skips = ?,
			decided = ?, final = ?, settled = ? WHERE id = ? AND version = ? RETURNING claim`,
			r.State, rules.Text(r.Holder), micros(r.HeldUntil), rules.Joined(r.Touched), r.Skips, r.Decided, rules.Text(r.Final), micros(r.SettledAt), r.ID, r.Version)
		if err != nil {
			return stale(ctx, tx, r.ID, err)
		}
		for _, d := range decisions {
			d.Item, d.Claim = r.ID, claim
			if err := putDecision(ctx, tx, d); err != nil {
				return err
			}
		}
		for _, e := range events {
			e.Item, e.Claim = r.ID, claim
			if err := (reviewTx{tx}).Log(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

func putDecision(ctx context.Context, tx *sql.Tx, d store.ReviewDecision) error {
	values, err := rules.DecisionValues(d, instant)
	if err != nil {
		return err
	}
	return insert(ctx, tx, `INSERT INTO review_decision (id, item, claim, reviewer, at, labels, role, withdraws, version, why, took, model, shown)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, values...)
}
