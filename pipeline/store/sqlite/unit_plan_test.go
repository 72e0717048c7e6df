package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// TestUnitPlans: no question about a group or a serial reads all units, and counting all of them
// reads an index alone.
func TestUnitPlans(t *testing.T) {
	s := testStore(t)
	explain := func(query string, args []any) string {
		t.Helper()
		return explained(t, s, marked(query), args)
	}
	for _, g := range []store.Group{
		{Kind: store.GroupLot, Name: "L-17"}, {Kind: store.GroupLot, Name: "L-17|hinge|ACME"}, {Kind: store.GroupSupplier, Name: "x"}, {Kind: store.GroupComponent, Name: "x"},
		{Kind: store.GroupBatch, Name: "B-1"}, {Kind: store.GroupBatch, Name: "B-1|S"}, {Kind: store.GroupSKU, Name: "S"}, {Kind: store.GroupShipment, Name: "x"}, {Kind: store.GroupUnit, Name: "x"},
	} {
		for _, after := range []string{"", rules.UnitCursor(store.Unit{Serial: "a"})} {
			q := newUnitQuery()
			query, err := q.ListUnits(store.UnitFilter{Groups: []store.Group{g}}, after, 100, false, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := explain(query, q.Args); strings.Contains(got, "SCAN u") {
				t.Errorf("%s, after %q: %s", g, after, got)
			}
		}
	}
	for _, groups := range [][]store.Group{nil, {{Kind: store.GroupSupplier, Name: "x"}}} {
		q := newUnitQuery()
		query, err := q.ListUnits(store.UnitFilter{Groups: groups}, "", 100, true, " INDEXED BY units_serial")
		if err != nil {
			t.Fatal(err)
		}
		if got := explain(query, q.Args); !strings.Contains(got, "SCAN u USING INDEX units_serial") || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("by serial: %s", got)
		}
	}
	for query, index := range map[string]string{
		"SELECT 1 FROM units u WHERE u.replaced_by <> '' AND u.replaced_by = 'x' ORDER BY u.serial, u.sku":                               "units_replaced_by",
		"SELECT origin, group_concat(" + rules.PackedPlace + "), group_concat(day) FROM units INDEXED BY units_exposure GROUP BY origin": "COVERING INDEX units_exposure",
		"SELECT j.value, min(u.serial) FROM json_each('[]') j CROSS JOIN units u ON u.key = j.value AND u.key IS NOT NULL GROUP BY 1":    "COVERING INDEX units_key",
	} {
		if got := explain(query, nil); !strings.Contains(got, index) {
			t.Errorf("%s: %s", query, got)
		}
	}
}

// TestWalkedAndSorted: a large group's pages are those that sorting it gives.
func TestWalkedAndSorted(t *testing.T) {
	s := testStore(t)
	var units []store.Unit
	for i := range 50 {
		units = append(units, store.Unit{Serial: fmt.Sprintf("%02d", i*7%50), SKU: "S", Plant: string(rune('x' + i%2))})
	}
	if _, err := s.PutUnits(t.Context(), units); err != nil {
		t.Fatal(err)
	}
	f := store.UnitFilter{Groups: []store.Group{{Kind: store.GroupPlant, Name: "x"}}}
	var pages [2][]string
	for i, walk := range []bool{false, true} {
		q := newUnitQuery()
		query, err := q.ListUnits(f, rules.UnitCursor(store.Unit{Serial: "02", SKU: "S"}), 10, walk, "")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := all(t.Context(), s.db, scanUnit, marked(query), q.Args...)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			pages[i] = append(pages[i], r.Unit.Serial)
		}
	}
	if len(pages[0]) != 11 || !slices.Equal(pages[0], pages[1]) {
		t.Errorf("sorted %q, walked %q", pages[0], pages[1])
	}
}
