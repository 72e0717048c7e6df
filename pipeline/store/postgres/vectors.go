package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"github.com/defekt/defekt/pipeline/store"
)

// VectorsOf gives a claim's vectors as they are kept, in half precision; see [store.Vectors].
func (s *Store) VectorsOf(ctx context.Context, id string) (vectors []store.Vector, err error) {
	if !isID(id) {
		return nil, store.ErrNotFound
	}
	vectors, err = listOf(ctx, s, "vectors", scanVector, "SELECT s.name, v.v FROM vectors v JOIN spaces s ON s.id = v.space WHERE v.claim = $1 ORDER BY v.ord", id)
	if err == nil && len(vectors) == 0 {
		_, err = s.Claim(ctx, id)
	}
	return vectors, err
}

func scanVector(row pgx.CollectableRow) (v store.Vector, err error) {
	var half pgvector.HalfVector
	err = row.Scan(&v.Space, &half)
	v.Values = half.Slice()
	return v, err
}
