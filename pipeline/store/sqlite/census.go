package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// Waiting counts what is queued; see [store.Claims].
func (s *Store) Waiting(ctx context.Context) (n int, oldest time.Time, err error) {
	var first sql.NullInt64
	if err := s.db.QueryRowContext(ctx, "SELECT count(*), min(created) FROM claim WHERE state = ?", store.Queued).Scan(&n, &first); err != nil {
		return 0, time.Time{}, fmt.Errorf("sqlite: %w", explain(err))
	}
	return n, since(first), nil
}

// Blobs gives what claims and registered models refer to; see [store.Claims].
func (s *Store) Blobs(ctx context.Context) (map[string]bool, error) {
	blobs, err := all(ctx, s.db, value[string], "SELECT blob FROM photo UNION SELECT archive FROM model")
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(blobs))
	for _, b := range blobs {
		out[b] = true
	}
	return out, nil
}

// HasBlob tells whether a claim or a registered model refers to the blob; see [store.Claims].
func (s *Store) HasBlob(ctx context.Context, blob string) (has bool, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM photo WHERE blob = :b) OR EXISTS (SELECT 1 FROM model WHERE archive = :b)", sql.Named("b", rules.Text(blob))).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("sqlite: %w", explain(err))
	}
	return has, nil
}
