package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"github.com/defekt/defekt/pipeline/store"
)

const (
	// nearFactor times K is how many vectors are looked at for K that pass a filter.
	nearFactor = 25
	// nearEffort is how many candidates the index keeps for each of those: at the rim of its
	// candidates it misses some, and with a filter the rim counts too.
	nearEffort = 2
	// slack is how many more rows than needed the iterative scan fetches for each: it hands
	// them out nearly in order only, and those of a far-off filter less so.
	slack = 4
	// maxEffort is the most that hnsw.ef_search takes.
	maxEffort = 1000
)

// indexed reports whether the space has a valid index. A yes is remembered: should the index
// go later, the queries below become slow and stay right.
func (s *Store) indexed(ctx context.Context, sp space) (yes bool, err error) {
	s.mu.Lock()
	yes = s.valid[sp.id]
	s.mu.Unlock()
	if yes {
		return true, nil
	}
	err = s.pool.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND indisvalid)", sp.index()).Scan(&yes)
	if yes {
		s.mu.Lock()
		s.valid[sp.id] = true
		s.mu.Unlock()
	}
	return yes, err
}

// near takes the nearest vectors from the index and keeps those that pass. Without a filter,
// Effort of them are enough.
func (s *Store) near(ctx context.Context, sp space, n store.Near) (store.Neighbours, bool, error) {
	q := vectorFilter(n)
	depth := min(max(s.cfg.Search.Effort, 2*n.K), maxEffort)
	effort := depth
	if narrows(n) {
		depth = min(nearFactor*n.K, maxEffort)
		effort = min(nearEffort*depth, maxEffort)
	}
	distance := sp.distance(q.arg(pgvector.NewHalfVector(n.Vector)))
	// The filter is looked at after the limit: as a condition it would make the scan go on.
	sql := fmt.Sprintf(`SELECT c.claim::text, 1 - d FROM (SELECT c.claim, c.tags, c.created_at, %s AS d FROM vectors c WHERE c.space = %d ORDER BY %s LIMIT %d) c WHERE %s`,
		distance, sp.id, distance, depth, q.sql())
	hits, err := s.scanIndex(ctx, "off", effort, sql, q.args)
	return store.Neighbours{Hits: hits[:min(len(hits), n.K)]}, len(hits) >= n.K, err
}

// iterate lets the index go on until enough vectors pass the filter, or ScanTuples were seen.
func (s *Store) iterate(ctx context.Context, sp space, n store.Near) ([]store.Neighbour, error) {
	q := vectorFilter(n)
	distance := sp.distance(q.arg(pgvector.NewHalfVector(n.Vector)))
	limit := slack * n.K
	sql := fmt.Sprintf("SELECT c.claim::text, 1 - (%s) FROM vectors c WHERE c.space = %d AND %s ORDER BY %s LIMIT %d",
		distance, sp.id, q.sql(), distance, limit)
	hits, err := s.scanIndex(ctx, "relaxed_order", min(max(s.cfg.Search.Effort, 2*limit), maxEffort), sql, q.args)
	return hits[:min(len(hits), n.K)], err
}

// scanIndex runs a query that orders by distance, and gives each claim once. The settings
// hold for the transaction, which a batch is: they and the query travel together.
func (s *Store) scanIndex(ctx context.Context, iterative string, effort int, sql string, args []any) ([]store.Neighbour, error) {
	b := &pgx.Batch{}
	// Without sorting, the index is the only way to the order: the planner, which cannot
	// know how many rows an index visits, must not choose to sort thousands of matching ones.
	b.Queue(`SELECT set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', $2, true),
		set_config('hnsw.max_scan_tuples', $3, true), set_config('enable_sort', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)`,
		strconv.Itoa(effort), iterative, strconv.Itoa(s.cfg.Search.ScanTuples))
	var rows []store.Neighbour
	b.Queue(sql, args...).Query(func(r pgx.Rows) (err error) {
		rows, err = pgx.CollectRows(r, scanNeighbour)
		return err
	})
	err := s.pool.SendBatch(ctx, b).Close()
	return nearestOfEach(rows), err
}

// nearestOfEach keeps each claim's best row and orders by score, then id.
func nearestOfEach(rows []store.Neighbour) []store.Neighbour {
	slices.SortFunc(rows, func(a, b store.Neighbour) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	seen := make(map[string]bool, len(rows))
	return slices.DeleteFunc(rows, func(n store.Neighbour) bool {
		before := seen[n.ID]
		seen[n.ID] = true
		return before
	})
}
