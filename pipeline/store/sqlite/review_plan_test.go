package sqlite

import (
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// TestReviewPlans: the queue is read along an index, and sorted only where what a reviewer
// takes is gathered first.
func TestReviewPlans(t *testing.T) {
	s := testStore(t)
	explain := func(query string, args []any) string {
		t.Helper()
		steps, err := all(t.Context(), s.db, func(r scanner) (detail string, err error) {
			var id, parent, unused int
			err = r.Scan(&id, &parent, &unused, &detail)
			return detail, err
		}, "EXPLAIN QUERY PLAN "+query, args...)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(steps, "; ")
	}
	base := store.ReviewFilter{By: "me", Free: time.Now(), Unlike: &store.Likeness{Cluster: "c", Label: "l", Product: "p"}}
	with := func(change func(*store.ReviewFilter)) store.ReviewFilter {
		f := base
		change(&f)
		return f
	}
	for name, tc := range map[string]struct {
		f         store.ReviewFilter
		near, far string
	}{
		"all":      {base, "", "review_rank"},
		"slice":    {with(func(f *store.ReviewFilter) { f.Slice = true }), "", "review_waiting_slice"},
		"language": {with(func(f *store.ReviewFilter) { f.Langs = []string{"de", "fr"} }), "review_rank", "review_lang"},
		"product":  {with(func(f *store.ReviewFilter) { f.Products = []string{"a", "b"} }), "review_rank", "review_product"},
		"axes":     {with(func(f *store.ReviewFilter) { f.Axes = []string{"a", "b"} }), "review_rank", "review_axes"},
	} {
		far := explain(farQuery(store.ReviewOpen, tc.f, 64))
		if !strings.Contains(far, tc.far) || strings.Contains(far, "SCAN review") || tc.near == "" && strings.Contains(far, "TEMP B-TREE") {
			t.Errorf("%s: %s", name, far)
		}
		if tc.near == "" {
			continue
		}
		near := explain(nearQuery(store.ReviewOpen, tc.f, 64))
		if !strings.Contains(near, tc.near) || strings.Contains(near, "SCAN") || strings.Contains(near, "TEMP B-TREE") {
			t.Errorf("%s, near: %s", name, near)
		}
	}
	for name, query := range map[string]string{
		"handed": "SELECT r.id FROM review_event e JOIN review r ON r.id = e.item WHERE e.who = 'x' AND e.what = 'review.handed' ORDER BY e.seq DESC LIMIT 9",
		"held":   "SELECT id FROM review WHERE holder = 'x' AND holder <> '' AND held_until > 5 ORDER BY held_until, id",
	} {
		if got := explain(query, nil); strings.Contains(got, "SCAN") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestReviewsOnlyGrow: what was decided and logged cannot be changed, not even past the store.
func TestReviewsOnlyGrow(t *testing.T) {
	s := testStore(t)
	for _, statement := range []string{
		"PRAGMA foreign_keys = OFF",
		"INSERT INTO review_decision VALUES ('d', 'i', 'c', 'r', 1, '', 'look', '', 1, '', 1, '', 0)",
		"INSERT INTO review_event (at, who, what, item, claim, labels_was, labels_now, why, took, model) VALUES (1, 'w', 'x', 'i', 'c', '', '', '', 1, '')",
	} {
		s.db.SetMaxOpenConns(1)
		if _, err := s.db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range []string{"UPDATE review_decision SET labels = 'x'", "UPDATE review_event SET who = 'x'"} {
		if _, err := s.db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s: done", statement)
		}
	}
}
