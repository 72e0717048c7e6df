package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
	"github.com/defekt/defekt/pipeline/store/storetest"
)

// fillReviews writes 20,000 items past the store, one in a hundred of a rare language.
const fillReviews = `WITH c AS (INSERT INTO claims (id, state, created_at, record, tags, body) VALUES (gen_random_uuid(), 'done', now(), '{}', '{}', '') RETURNING id)
	INSERT INTO reviews (id, claim, axes, reasons, random, uncertainty, cost, rank, looks, lang, product, label, cluster, suggested, model, known,
		added_by, state, created_at)
	SELECT gen_random_uuid(), c.id, 'a' || i % 300, 'x', i % 50 = 0, 0.5, 1, -i, 1, CASE WHEN i % 100 = 0 THEN 'fi' ELSE 'en' END, 'p' || i % 300, 'l',
		'c' || i % 90, '', 'm', '', 'system', 'open', now() FROM generate_series(1, 20000) i, c`

// TestReviewPlans: the queue is read along an index, and sorted only where what a reviewer
// takes is gathered first.
func TestReviewPlans(t *testing.T) {
	pool := postgrestest.Pool(t)
	for _, statement := range []string{fillReviews, "ANALYZE reviews"} {
		if _, err := pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	explain := func(sql string, args []any) string {
		t.Helper()
		rows, err := pool.Query(t.Context(), "EXPLAIN (COSTS OFF) "+sql, append([]any{pgx.QueryExecModeCacheDescribe}, args...)...)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(lines, "\n")
	}
	storetest.ReviewPlans{
		Near: func(f store.ReviewFilter) string { return explain(postgres.NearQuery(store.ReviewOpen, f, 64)) },
		Far:  func(f store.ReviewFilter) string { return explain(postgres.FarQuery(store.ReviewOpen, f, 64)) },
		Rank: "reviews_rank", Slice: "slice", Lang: "reviews_lang", Product: "reviews_product", Axes: "reviews_axes",
		Scan: "Seq Scan", Sort: "Sort",
	}.Check(t)
}

// TestReviewsOnlyGrow: what was decided and logged cannot be changed, not even past the store.
func TestReviewsOnlyGrow(t *testing.T) {
	pool := postgrestest.Pool(t)
	if _, err := pool.Exec(t.Context(), strings.Replace(fillReviews, "20000", "1", 1)); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"INSERT INTO review_decisions SELECT 'd', id, claim, 'r', now(), '', 'look', '', 1, '', 1, '', false FROM reviews",
		"INSERT INTO review_events (at, who, what, item, claim, labels_was, labels_now, why, took, model) SELECT now(), 'w', 'x', id, claim, '', '', '', 1, '' FROM reviews",
	} {
		if _, err := pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []string{"review_decisions", "review_events"} {
		if _, err := pool.Exec(t.Context(), fmt.Sprintf("UPDATE %s SET model = 'x'", table)); err == nil {
			t.Errorf("%s was changed", table)
		}
	}
}
