package sqlite

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// plan is how SQLite means to answer a filter.
func plan(t *testing.T, s *Store, f store.Filter) string {
	t.Helper()
	query, args := filtered(f).query("claim.seq", "claim", "LIMIT 10", nil, nil)
	return explained(t, s, query, args)
}

// explained is how SQLite means to answer a query.
func explained(t *testing.T, s *Store, query string, args []any) string {
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

// TestPlans: what must be quick is answered by an index.
func TestPlans(t *testing.T) {
	s := testStore(t)
	for name, f := range map[string]store.Filter{
		"product": {Product: "x"}, "sku": {SKU: "x"}, "serial": {Serial: "x"}, "batch": {Batch: "x"}, "supplier": {Supplier: "x"},
		"owner": {Owner: "x"}, "reference": {Reference: "x"}, "state": {State: store.Failed}, "abstained": {Abstained: true},
		"label": {Labels: []store.Label{{Axis: "a", Label: "b"}}}, "cluster": {Cluster: "x"},
	} {
		index := "_" + name
		if name == "label" {
			index = "PRIMARY KEY"
		}
		got := plan(t, s, f)
		if !strings.Contains(got, index) || strings.Contains(got, "SCAN") && name != "abstained" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestTune: with statistics, SQLite begins with the rarer of two facts.
func TestTune(t *testing.T) {
	s := testStore(t)
	err := s.write(t.Context(), func(tx *sql.Tx) error {
		for i := range 500 {
			n := store.New{Claim: claim.Claim{ID: "x", Context: map[string]any{"batch": fmt.Sprint(i / 10)}},
				Outcome: &store.Outcome{Prediction: claim.Prediction{Axes: map[string]claim.AxisPrediction{"severity": {Label: "major"}}}}}
			if _, err := s.insert(t.Context(), tx, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.tune(t.Context())
	got := plan(t, s, store.Filter{Batch: "7", Labels: []store.Label{{Axis: "severity", Label: "major"}}})
	if first, _, _ := strings.Cut(got, ";"); !strings.Contains(first, "claim_batch") {
		t.Errorf("begins with %s", got)
	}
}
