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
			c, err := s.Known(ctx, n.Owner, n.IdempotencyKey, n.Digest)
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

// Known gives the claim that the key's first use made; see [store.Claims].
func (s *Store) Known(ctx context.Context, owner, key, body string) (store.Claim, error) {
	var id, first string
	err := s.try(ctx, "accept", func(ctx context.Context) error {
		return s.pool.QueryRow(ctx, "SELECT claim::text, digest FROM idempotency WHERE key = $1", digest(owner, key)).Scan(&id, &first)
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return store.Claim{}, store.ErrNotFound
	case err != nil:
		return store.Claim{}, err
	case first != rules.Text(body):
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
	c, err := s.insertFirst(ctx, incoming{n, a})
	if !errors.Is(err, errUncertain) || ctx.Err() != nil {
		return c, err
	}
	c, err = s.Claim(ctx, a.claim.ID)
	if !errors.Is(err, store.ErrNotFound) {
		return c, err
	}
	c, err = s.insertAlone(ctx, incoming{n, a})
	if taken(err, "claims_pkey") {
		c, err = s.Claim(ctx, a.claim.ID)
	}
	return c, err
}

// insertFirst shares a transaction with other arrivals where it can.
func (s *Store) insertFirst(ctx context.Context, in incoming) (store.Claim, error) {
	if in.new.Outcome != nil {
		return s.insertAlone(ctx, in)
	}
	return s.arrivals.do(ctx, in)
}

// insertAlone is a group of one.
func (s *Store) insertAlone(ctx context.Context, in incoming) (store.Claim, error) {
	r := s.acceptTogether(ctx, []incoming{in})[0]
	return r.out, r.err
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
	claim      store.Claim // as it will be read
	record     []byte
	prediction []byte // nil while there is none
	tags       []string
	outcome    *outcome // nil while there is none
}

func (s *Store) arrive(ctx context.Context, n store.New) (a arrival, err error) {
	c := store.Claim{State: store.Queued, CreatedAt: s.now()}
	if c.ID, err = rules.NewID(); err != nil {
		return arrival{}, fmt.Errorf("postgres: accept: %w", err)
	}
	a.tags = claimTags(n.Claim, n.Owner)
	if a.record, err = rules.Document(newRecord(n)); err != nil {
		return arrival{}, fmt.Errorf("postgres: accept: %w", err)
	}
	if n.Outcome != nil {
		if a.outcome, err = s.prepare(ctx, *n.Outcome); err != nil {
			return arrival{}, err
		}
		a.tags = append(a.tags, a.outcome.tags...)
		a.prediction = a.outcome.prediction
		c.State, c.FinishedAt = store.Done, c.CreatedAt
	}
	if a.claim, err = read(c, a.record, a.prediction); err != nil {
		return arrival{}, fmt.Errorf("postgres: accept: %w", err)
	}
	return a, nil
}

const insertBlobs = "INSERT INTO blobs (claim, blob) SELECT $1, b FROM unnest($2::text[]) b ON CONFLICT DO NOTHING"

func (a arrival) queueClaim(b *pgx.Batch) {
	c := a.claim
	b.Queue(`INSERT INTO claims (id, state, created_at, finished_at, prediction, record, tags, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.ID, c.State, c.CreatedAt, when(c.FinishedAt), a.prediction, a.record, cleanAll(a.tags), rules.Lower(c.Claim.Text))
}

func (a arrival) queueKey(b *pgx.Batch, n store.New) {
	b.Queue("INSERT INTO idempotency (key, digest, claim) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
		digest(n.Owner, n.IdempotencyKey), rules.Text(n.Digest), a.claim.ID)
}
