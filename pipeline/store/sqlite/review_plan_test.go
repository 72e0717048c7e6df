package sqlite

import (
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/storetest"
)

// TestReviewPlans: the queue is read along an index, and sorted only where what a reviewer
// takes is gathered first.
func TestReviewPlans(t *testing.T) {
	s := testStore(t)
	explain := func(query string, args []any) string {
		t.Helper()
		return explained(t, s, query, args)
	}
	storetest.ReviewPlans{
		Near: func(f store.ReviewFilter) string { return explain(nearQuery(store.ReviewOpen, f, 64)) },
		Far:  func(f store.ReviewFilter) string { return explain(farQuery(store.ReviewOpen, f, 64)) },
		Rank: "review_rank", Slice: "review_waiting_slice", Lang: "review_lang", Product: "review_product", Axes: "review_axes",
		Scan: "SCAN", Sort: "TEMP B-TREE",
	}.Check(t)
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
