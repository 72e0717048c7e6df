package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
)

// eraseLock is the advisory lock that erasures take turns by: of two that share a photo, the
// second must see that the first is gone, else neither would call the photo an orphan.
const eraseLock = 0x64656601

// Erase takes a claim away; see [store.Claims]. The tables that refer to it follow by cascade.
func (s *Store) Erase(ctx context.Context, id, by string) (orphans []string, err error) {
	if !isID(id) {
		return nil, store.ErrNotFound
	}
	err = s.inTx(ctx, "erase", func(ctx context.Context, tx pgx.Tx) error {
		orphans, err = erase(ctx, tx, id)
		if err != nil {
			return err
		}
		return note(ctx, tx, store.Entry{At: s.now(), By: by, What: store.ClaimErased, On: id})
	})
	if err != nil {
		return nil, err
	}
	return orphans, nil
}

func erase(ctx context.Context, tx pgx.Tx, id string) ([]string, error) {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", eraseLock); err != nil {
		return nil, err
	}
	orphans, err := all(ctx, tx, pgx.RowTo[string], `SELECT b.blob FROM blobs b WHERE b.claim = $1
		AND NOT EXISTS (SELECT 1 FROM blobs o WHERE o.blob = b.blob AND o.claim <> b.claim) ORDER BY b.blob`, id)
	if err != nil {
		return nil, err
	}
	if err := leaveClusters(ctx, tx, id); err != nil {
		return nil, err
	}
	return orphans, mustChange(ctx, tx, "DELETE FROM claims WHERE id = $1", id)
}

// leaveClusters takes the claim out of its clusters, and those away whose last member it was.
func leaveClusters(ctx context.Context, tx pgx.Tx, id string) error {
	if _, err := tx.Exec(ctx, `UPDATE clusters SET central = array_remove(central, m.claim::text), size = greatest(size - 1, 0)
		FROM members m WHERE m.claim = $1 AND clusters.id = m.cluster`, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM clusters c USING members m WHERE m.claim = $1 AND c.id = m.cluster
		AND NOT EXISTS (SELECT 1 FROM members o WHERE o.cluster = c.id AND o.claim <> m.claim)`, id)
	return err
}
