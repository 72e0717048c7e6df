package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// Waiting counts queued claims; see [store.Claims].
func (s *Store) Waiting(ctx context.Context) (n int, oldest time.Time, err error) {
	err = s.try(ctx, "waiting", func(ctx context.Context) error {
		var first *time.Time
		err := s.pool.QueryRow(ctx, "SELECT count(*), min(created_at) FROM claims WHERE state <> 'done' AND state = $1", store.Queued).Scan(&n, &first)
		oldest = since(first)
		return err
	})
	return n, oldest, err
}

// Blobs lists what claims and registered models refer to; see [store.Claims].
func (s *Store) Blobs(ctx context.Context) (used map[string]bool, err error) {
	err = s.try(ctx, "blobs", func(ctx context.Context) error {
		list, err := all(ctx, s.pool, pgx.RowTo[string], "SELECT blob FROM blobs UNION SELECT archive FROM models")
		used = make(map[string]bool, len(list))
		for _, b := range list {
			used[b] = true
		}
		return err
	})
	return used, err
}

// HasBlob tells whether a claim or a registered model refers to the blob; see [store.Claims].
func (s *Store) HasBlob(ctx context.Context, blob string) (has bool, err error) {
	err = s.try(ctx, "blobs", func(ctx context.Context) error {
		return s.pool.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM blobs WHERE blob = $1) OR EXISTS (SELECT 1 FROM models WHERE archive = $1)", rules.Text(blob)).Scan(&has)
	})
	return has, err
}
