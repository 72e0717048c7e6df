package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
)

// Twins finds photos of other customers that look alike; see [store.Claims]. A claim that
// names no customer is of another one than all others. It looks at every hash, since no
// index knows Hamming distances.
func (s *Store) Twins(ctx context.Context, id string, distance int) (twins []store.Twin, err error) {
	if _, err := s.Claim(ctx, id); err != nil {
		return nil, err
	}
	err = s.try(ctx, "twins", func(ctx context.Context) error {
		twins, err = all(ctx, s.pool, scanTwin, `SELECT a.blob, b.blob, b.claim::text, min(bit_count((a.hash # b.hash)::bit(64))) AS d
			FROM hashes a JOIN hashes b ON b.claim <> a.claim AND (a.customer IS NULL OR b.customer IS DISTINCT FROM a.customer)
			WHERE a.claim = $1 AND bit_count((a.hash # b.hash)::bit(64)) <= $2
			GROUP BY a.blob, b.blob, b.claim ORDER BY d, b.claim, a.blob, b.blob`, id, distance)
		return err
	})
	return twins, err
}

func scanTwin(row pgx.CollectableRow) (t store.Twin, err error) {
	err = row.Scan(&t.Photo, &t.Other, &t.Claim, &t.Distance)
	return t, err
}
