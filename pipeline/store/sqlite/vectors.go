package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// space is a space of vectors as the database knows it.
type space struct {
	id  int64
	dim int
}

func spaceByName(ctx context.Context, q querier, name string) (space, error) {
	return one(ctx, q, func(r scanner) (sp space, err error) {
		err = r.Scan(&sp.id, &sp.dim)
		return sp, err
	}, "SELECT id, dim FROM space WHERE name = ?", rules.Text(name))
}

// fits refuses a vector of another dimension.
func (sp space) fits(name string, v []float32) error {
	if len(v) != sp.dim {
		return fmt.Errorf("sqlite: space %q has %d dimensions, the vector %d", name, sp.dim, len(v))
	}
	return nil
}

// putVector writes one vector; the first of a space gives it its dimension.
func putVector(ctx context.Context, tx *sql.Tx, claim int64, v store.Vector) error {
	if err := rules.CheckVector(v.Values); err != nil {
		return fmt.Errorf("sqlite: space %q: %w", v.Space, err)
	}
	sp, err := spaceByName(ctx, tx, v.Space)
	if errors.Is(err, store.ErrNotFound) {
		sp, err = makeSpace(ctx, tx, v.Space, len(v.Values))
	}
	if err != nil {
		return err
	}
	if err := sp.fits(v.Space, v.Values); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO vector (claim, space, floats) VALUES (?, ?, ?)", claim, sp.id, pack(v.Values)); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return nil
}

func makeSpace(ctx context.Context, tx *sql.Tx, name string, dim int) (space, error) {
	r, err := tx.ExecContext(ctx, "INSERT INTO space (name, dim) VALUES (?, ?)", rules.Text(name), dim)
	if err != nil {
		return space{}, fmt.Errorf("sqlite: %w", err)
	}
	id, err := r.LastInsertId()
	if err != nil {
		return space{}, fmt.Errorf("sqlite: %w", err)
	}
	return space{id, dim}, nil
}

// VectorsOf gives a claim's vectors; see [store.Vectors].
func (s *Store) VectorsOf(ctx context.Context, id string) (out []store.Vector, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		c, err := rowByID(ctx, tx, id)
		if err != nil {
			return err
		}
		out, err = all(ctx, tx, func(r scanner) (v store.Vector, err error) {
			var b []byte
			err = r.Scan(&v.Space, &b)
			v.Values = floats(b)
			return v, err
		}, "SELECT s.name, v.floats FROM vector v JOIN space s ON s.id = v.space WHERE v.claim = ? ORDER BY v.seq", c.seq)
		return err
	})
	return out, err
}
