package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// space is a space of vectors by its number in the database.
type space struct {
	id, dim int
}

// maxIndexDim is the most dimensions that an HNSW index over halfvec takes.
const maxIndexDim = 4000

// index is the name of the space's HNSW index.
func (sp space) index() string { return fmt.Sprintf("vectors_hnsw_%d", sp.id) }

// distance is the expression that the index is made on; a query must use the very same one.
func (sp space) distance(to string) string {
	return fmt.Sprintf("(c.v::halfvec(%d)) <=> %s::halfvec(%d)", sp.dim, to, sp.dim)
}

// findSpace gives a known space; ErrNotFound when no vector of it was ever stored.
func (s *Store) findSpace(ctx context.Context, name string) (space, error) {
	s.mu.Lock()
	sp, ok := s.spaces[name]
	s.mu.Unlock()
	if ok {
		return sp, nil
	}
	err := s.pool.QueryRow(ctx, "SELECT id, dim FROM spaces WHERE name = $1", rules.Text(name)).Scan(&sp.id, &sp.dim)
	if errors.Is(err, pgx.ErrNoRows) {
		return space{}, store.ErrNotFound
	}
	if err != nil {
		return space{}, err
	}
	s.mu.Lock()
	s.spaces[name] = sp
	s.mu.Unlock()
	return sp, nil
}

// ensureSpace gives a space that has the dimension, making it if it is new.
func (s *Store) ensureSpace(ctx context.Context, name string, dim int) (sp space, err error) {
	err = s.try(ctx, "space", func(ctx context.Context) error {
		sp, err = s.findSpace(ctx, name)
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if _, err := s.pool.Exec(ctx, "INSERT INTO spaces (name, dim) VALUES ($1, $2) ON CONFLICT DO NOTHING", rules.Text(name), dim); err != nil {
			return err
		}
		sp, err = s.findSpace(ctx, name)
		return err
	})
	if err == nil && sp.dim != dim {
		err = fmt.Errorf("postgres: space %q has %d dimensions, the vector %d", name, sp.dim, dim)
	}
	return sp, err
}
