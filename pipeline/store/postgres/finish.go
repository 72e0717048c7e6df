package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// Finish stores the outcome of a Queued claim; see [store.Claims].
func (s *Store) Finish(ctx context.Context, id string, o store.Outcome) error {
	if !isID(id) {
		return store.ErrNotFound
	}
	out, err := s.prepare(ctx, o)
	if err != nil {
		return err
	}
	_, err = s.ends.do(ctx, ending{id, out})
	return err
}

// setDone sets what an outcome changes in the claim itself.
const setDone = "state = 'done', finished_at = $3, prediction = $4, tags = tags || $5::text[]"

// Fail marks a Queued claim Failed; see [store.Claims].
func (s *Store) Fail(ctx context.Context, id, reason string) error {
	if !isID(id) {
		return store.ErrNotFound
	}
	return s.inTx(ctx, "fail", func(ctx context.Context, tx pgx.Tx) error {
		c, err := change(ctx, tx, id, store.Queued, store.ErrFinished,
			"state = 'failed', finished_at = $3, failure = $4", s.now(), rules.Text(reason))
		if err != nil {
			return err
		}
		jobs, err := announce(ctx, tx, store.ClaimFailed, []store.Claim{c})
		if err != nil {
			return err
		}
		return s.enqueue(ctx, tx, jobs)
	})
}

// Requeue makes a Failed claim Queued again; see [store.Claims].
func (s *Store) Requeue(ctx context.Context, id string) error {
	if !isID(id) {
		return store.ErrNotFound
	}
	return s.inTx(ctx, "requeue", func(ctx context.Context, tx pgx.Tx) error {
		if _, err := change(ctx, tx, id, store.Failed, store.ErrConflict, "state = 'queued', finished_at = NULL, failure = ''"); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, []store.Job{{Kind: store.Classify, ID: id}})
	})
}

// change updates a claim that is in the given state, and gives what announcing it takes: id,
// owner, customer and FinishedAt. The error is otherwise when it is in another state,
// ErrNotFound when it is gone. set's arguments begin at $3.
func change(ctx context.Context, tx pgx.Tx, id string, from store.State, otherwise error, set string, args ...any) (store.Claim, error) {
	c, err := scanChange(id, tx.QueryRow(ctx, updateClaim(set), append([]any{id, from}, args...)...))
	if !errors.Is(err, pgx.ErrNoRows) {
		return c, err
	}
	return store.Claim{}, missing(ctx, tx, id, otherwise)
}

func updateClaim(set string) string {
	return "UPDATE claims SET " + set + ` WHERE id = $1 AND state = $2
		RETURNING COALESCE(record->>'owner', ''), COALESCE(record->>'customer', ''), finished_at`
}

func scanChange(id string, row pgx.Row) (store.Claim, error) {
	c := store.Claim{ID: id}
	var finished *time.Time
	err := row.Scan(&c.Owner, &c.Customer, &finished)
	c.FinishedAt = since(finished)
	return c, err
}

// missing says why a claim could not be changed.
func missing(ctx context.Context, tx pgx.Tx, id string, otherwise error) error {
	var there bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM claims WHERE id = $1)", id).Scan(&there); err != nil {
		return err
	}
	if !there {
		return store.ErrNotFound
	}
	return otherwise
}
