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

// Accept stores a claim with its key and its jobs; see [store.Claims].
func (s *Store) Accept(ctx context.Context, n store.New) (c store.Claim, created bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		if n.IdempotencyKey != "" {
			c, err = known(ctx, tx, n.Owner, n.IdempotencyKey, n.Digest)
			if !errors.Is(err, store.ErrNotFound) {
				return err
			}
		}
		id, err := s.insert(ctx, tx, n)
		if err != nil {
			return err
		}
		created = true
		// Read back, so that the caller sees what later readers will see.
		c, err = claimByID(ctx, tx, id)
		return err
	})
	if err != nil {
		return store.Claim{}, false, err
	}
	return c, created, nil
}

// Known gives the claim that an idempotency key made before; see [store.Claims].
func (s *Store) Known(ctx context.Context, owner, key, digest string) (c store.Claim, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		c, err = known(ctx, tx, owner, key, digest)
		return err
	})
	return c, err
}

func known(ctx context.Context, tx *sql.Tx, owner, key, digest string) (store.Claim, error) {
	var first, id string
	err := tx.QueryRowContext(ctx, `SELECT i.digest, c.id FROM idempotency i JOIN claim c ON c.seq = i.claim
		WHERE i.owner = ? AND i.key = ?`, rules.Text(owner), rules.Text(key)).Scan(&first, &id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return store.Claim{}, store.ErrNotFound
	case err != nil:
		return store.Claim{}, fmt.Errorf("sqlite: %w", err)
	case first != rules.Text(digest):
		return store.Claim{}, store.ErrConflict
	}
	return claimByID(ctx, tx, id)
}

// insert writes a new claim, with its outcome if it has one, and its jobs.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, n store.New) (id string, err error) {
	if id, err = rules.NewID(); err != nil {
		return "", err
	}
	// The clock is read while nobody else writes, so that times follow the order of commits.
	now := s.now()
	seq, err := insertClaim(ctx, tx, n, id, now)
	if err != nil {
		return "", err
	}
	if n.IdempotencyKey != "" {
		if _, err := tx.ExecContext(ctx, "INSERT INTO idempotency (owner, key, digest, claim) VALUES (?, ?, ?, ?)",
			rules.Text(n.Owner), rules.Text(n.IdempotencyKey), rules.Text(n.Digest), seq); err != nil {
			return "", fmt.Errorf("sqlite: %w", err)
		}
	}
	jobs := []store.Job{{Kind: store.Classify, ID: id}}
	if n.Outcome != nil {
		jobs, err = finish(ctx, tx, row{seq: seq, id: id, owner: rules.Text(n.Owner)}, *n.Outcome, now)
		if err != nil {
			return "", err
		}
	}
	return id, s.enqueue(ctx, tx, jobs)
}

func insertClaim(ctx context.Context, tx *sql.Tx, n store.New, id string, now time.Time) (seq int64, err error) {
	c := n.Claim
	r, err := tx.ExecContext(ctx, `INSERT INTO claim (id, state, created, owner, customer, reference, product, sku, serial, batch, supplier, lang)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, store.Queued, instant(now), given(n.Owner), given(rules.Fact(c, "customer")), given(c.ID), given(c.Product), given(c.SKU),
		given(c.Serial), given(rules.Fact(c, "batch")), given(rules.Fact(c, "supplier")), given(c.Lang))
	if err != nil {
		return 0, fmt.Errorf("sqlite: %w", err)
	}
	if seq, err = r.LastInsertId(); err != nil {
		return 0, fmt.Errorf("sqlite: %w", err)
	}
	text := rules.Text(c.Text)
	c.Text, c.ReceivedAt = "", rules.Time(c.ReceivedAt)
	document, err := rules.Document(c)
	if err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO content (claim, text, document) VALUES (?, ?, ?)", seq, text, string(document)); err != nil {
		return 0, fmt.Errorf("sqlite: %w", err)
	}
	for _, blob := range c.Photos {
		if _, err := tx.ExecContext(ctx, "INSERT INTO photo (claim, blob) VALUES (?, ?) ON CONFLICT DO NOTHING", seq, rules.Text(blob)); err != nil {
			return 0, fmt.Errorf("sqlite: %w", err)
		}
	}
	return seq, nil
}
