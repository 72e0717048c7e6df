package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// errSeen ends a transaction that found its idempotency key taken.
var errSeen = errors.New("key seen before")

// seenAttempts bounds the rounds between "taken" and "gone": an erasure may come between.
const seenAttempts = 5

// Accept stores a claim; see [store.Claims].
func (s *Store) Accept(ctx context.Context, n store.New) (store.Claim, bool, error) {
	for range seenAttempts {
		if n.IdempotencyKey != "" {
			c, err := s.seen(ctx, n)
			if !errors.Is(err, store.ErrNotFound) {
				return c, false, err
			}
		}
		c, err := s.insert(ctx, n)
		if !errors.Is(err, errSeen) {
			return c, err == nil, err
		}
	}
	return store.Claim{}, false, fmt.Errorf("postgres: accept: %w: the key's claim comes and goes", store.ErrBusy)
}

// seen gives the claim that the key's first use made; ErrNotFound when there was none.
func (s *Store) seen(ctx context.Context, n store.New) (store.Claim, error) {
	var id, first string
	err := s.try(ctx, "accept", func(ctx context.Context) error {
		return s.pool.QueryRow(ctx, "SELECT claim::text, digest FROM idempotency WHERE key = $1", digest(n.Owner, n.IdempotencyKey)).Scan(&id, &first)
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return store.Claim{}, store.ErrNotFound
	case err != nil:
		return store.Claim{}, err
	case first != rules.Text(n.Digest):
		return store.Claim{}, fmt.Errorf("postgres: accept: %w: the idempotency key came with another body before", store.ErrConflict)
	}
	return s.Claim(ctx, id)
}

// insert stores claim, key, photos, outcome and jobs together. When the commit's answer is
// lost it looks whether the claim is there, and else tries again with the same id: that waits
// for a commit still under way and cannot make a second claim.
func (s *Store) insert(ctx context.Context, n store.New) (store.Claim, error) {
	a, err := s.arrive(ctx, n)
	if err != nil {
		return store.Claim{}, err
	}
	c, err := s.insertOnce(ctx, n, a)
	if !errors.Is(err, errUncertain) || ctx.Err() != nil {
		return c, err
	}
	c, err = s.Claim(ctx, a.id)
	if !errors.Is(err, store.ErrNotFound) {
		return c, err
	}
	c, err = s.insertOnce(ctx, n, a)
	if taken(err, "claims_pkey") {
		c, err = s.Claim(ctx, a.id)
	}
	return c, err
}

func (s *Store) insertOnce(ctx context.Context, n store.New, a arrival) (c store.Claim, err error) {
	err = s.inTx(ctx, "accept", func(ctx context.Context, tx pgx.Tx) error {
		if c, err = a.put(ctx, tx, n); err != nil {
			return err
		}
		jobs := []store.Job{{Kind: store.Classify, ID: a.id}}
		if n.Outcome != nil {
			if jobs, err = a.outcome.put(ctx, tx, c); err != nil {
				return err
			}
		}
		return s.enqueue(ctx, tx, jobs)
	})
	if err != nil {
		return store.Claim{}, err
	}
	return c, nil
}

// enqueue spares the queue a call without jobs.
func (s *Store) enqueue(ctx context.Context, tx pgx.Tx, jobs []store.Job) error {
	if len(jobs) == 0 {
		return nil
	}
	return s.cfg.Enqueue(ctx, tx, jobs)
}

// arrival is a claim made ready for the database, outside any transaction.
type arrival struct {
	id      string
	record  []byte
	tags    []string
	outcome *outcome // nil while there is none
	row     []any    // state, created_at, finished_at, prediction
}

func (s *Store) arrive(ctx context.Context, n store.New) (arrival, error) {
	id, err := rules.NewID()
	if err != nil {
		return arrival{}, fmt.Errorf("postgres: accept: %w", err)
	}
	a := arrival{id: id, tags: claimTags(n.Claim, n.Owner)}
	if a.record, err = rules.Document(newRecord(n)); err != nil {
		return arrival{}, fmt.Errorf("postgres: accept: %w", err)
	}
	now := s.now()
	a.row = []any{store.Queued, now, nil, nil}
	if n.Outcome != nil {
		if a.outcome, err = s.prepare(ctx, *n.Outcome); err != nil {
			return arrival{}, err
		}
		a.tags = append(a.tags, a.outcome.tags...)
		a.row = []any{store.Done, now, now, a.outcome.prediction}
	}
	if a.tags == nil {
		a.tags = []string{}
	}
	return a, nil
}

func (a arrival) put(ctx context.Context, tx pgx.Tx, n store.New) (store.Claim, error) {
	rows, err := tx.Query(ctx, `INSERT INTO claims AS c (id, state, created_at, finished_at, prediction, record, tags, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING `+columns,
		append([]any{a.id}, append(a.row, a.record, a.tags, rules.Lower(rules.Text(n.Claim.Text)))...)...)
	if err != nil {
		return store.Claim{}, err
	}
	c, err := pgx.CollectExactlyOneRow(rows, scanClaim)
	if err != nil {
		return store.Claim{}, err
	}
	if n.IdempotencyKey != "" {
		tag, err := tx.Exec(ctx, "INSERT INTO idempotency (key, digest, claim) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
			digest(n.Owner, n.IdempotencyKey), rules.Text(n.Digest), a.id)
		if err != nil {
			return store.Claim{}, err
		}
		if tag.RowsAffected() == 0 {
			return store.Claim{}, errSeen
		}
	}
	if len(n.Claim.Photos) > 0 {
		_, err = tx.Exec(ctx, "INSERT INTO blobs (claim, blob) SELECT $1, b FROM unnest($2::text[]) b ON CONFLICT DO NOTHING", a.id, cleanAll(n.Claim.Photos))
	}
	return c, err
}
