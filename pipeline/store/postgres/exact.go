package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"github.com/defekt/defekt/pipeline/store"
)

// compareAll compares every vector that the filter keeps.
func (s *Store) compareAll(ctx context.Context, sp space, n store.Near) (store.Neighbours, error) {
	q := vectorFilter(n)
	to := q.arg(pgvector.NewHalfVector(n.Vector))
	sql := fmt.Sprintf("SELECT c.claim::text, 1 - min(c.v <=> %s) AS score FROM vectors c WHERE c.space = %d AND %s GROUP BY c.claim ORDER BY score DESC, c.claim LIMIT %d",
		to, sp.id, q.sql(), n.K)
	hits, err := all(ctx, s.pool, scanNeighbour, sql, append([]any{fresh}, q.args...)...)
	return store.Neighbours{Hits: hits, Exact: true}, err
}

// few compares the vectors that the filter keeps unless they are more than ExactRows.
// Counting and comparing are one pass, since both cost the same: to fetch the rows.
func (s *Store) few(ctx context.Context, sp space, n store.Near) (store.Neighbours, bool, error) {
	q := vectorFilter(n)
	to := q.arg(pgvector.NewHalfVector(n.Vector))
	limit := s.cfg.Search.ExactRows
	sql := fmt.Sprintf(`WITH kept AS MATERIALIZED (SELECT c.claim, c.v <=> %s AS d FROM vectors c WHERE c.space = %d AND %s LIMIT %d)
		SELECT claim::text, 1 - min(d) AS score, (SELECT count(*) FROM kept) FROM kept GROUP BY claim ORDER BY score DESC, claim LIMIT %d`,
		to, sp.id, q.sql(), limit+1, n.K)
	kept := 0
	hits, err := all(ctx, s.pool, func(row pgx.CollectableRow) (n store.Neighbour, err error) {
		err = row.Scan(&n.ID, &n.Score, &kept)
		return clamped(n), err
	}, sql, append([]any{fresh}, q.args...)...)
	return store.Neighbours{Hits: hits, Exact: true}, kept <= limit, err
}

func scanNeighbour(row pgx.CollectableRow) (n store.Neighbour, err error) {
	err = row.Scan(&n.ID, &n.Score)
	return clamped(n), err
}

// clamped keeps the score a cosine: half precision may step over 1 by a hair.
func clamped(n store.Neighbour) store.Neighbour {
	n.Score = min(max(n.Score, -1), 1)
	return n
}

// estimate is what the planner believes that the filter keeps.
func (s *Store) estimate(ctx context.Context, sp space, n store.Near) (int, error) {
	q := vectorFilter(n)
	var raw []byte
	err := s.pool.QueryRow(ctx, fmt.Sprintf("EXPLAIN (FORMAT JSON) SELECT 1 FROM vectors c WHERE c.space = %d AND %s", sp.id, q.sql()),
		append([]any{fresh}, q.args...)...).Scan(&raw)
	if err != nil {
		return 0, err
	}
	var plans []struct {
		Plan struct {
			Rows float64 `json:"Plan Rows"`
		}
	}
	if err := json.Unmarshal(raw, &plans); err != nil || len(plans) != 1 {
		return 0, fmt.Errorf("estimate: unexpected plan %.200q: %w", raw, err)
	}
	return int(plans[0].Plan.Rows), nil
}
