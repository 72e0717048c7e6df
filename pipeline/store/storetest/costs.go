package storetest

import (
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
)

func costCases() []testCase {
	return []testCase{
		{"kept once, corrected by id", costKept},
		{"sums by group", costSums},
		{"pages", costPages},
	}
}

func euro(minor int64) store.Money { return store.Money{Minor: minor, Currency: "EUR"} }

func costKept(b *bench) {
	c := store.Cost{ID: "1", Serial: "A-1", SKU: "s", Claim: "cl", At: day(1).Add(7), Kind: "repair", Amount: euro(-1<<62 + 1), Note: "n\x00"}
	w, err := b.store.PutCosts(b.ctx, []store.Cost{c, {ID: "2", Claim: "cl", At: day(2), Amount: euro(5)}})
	b.check(err)
	b.same("added", w, store.Written{Added: 2})
	w, err = b.store.PutCosts(b.ctx, []store.Cost{c, {ID: "2", Claim: "cl", At: day(2), Amount: euro(6)}})
	b.check(err)
	b.same("again", w, store.Written{Same: 1, Changed: 1})
	c.At, c.Note = day(1), "n\ufffd"
	got, err := b.store.CostsOf(b.ctx, store.CostFilter{}, "", 10)
	b.check(err)
	b.same("costs", got, []store.Cost{c, {ID: "2", Claim: "cl", At: day(2), Amount: euro(6)}})
	b.same("the unit is known", b.unit("A-1").SKU, "s")
	for _, tc := range []struct {
		f    store.CostFilter
		want int
	}{
		{store.CostFilter{Serial: "A-1"}, 1}, {store.CostFilter{Claim: "cl"}, 2}, {store.CostFilter{Kind: "repair"}, 1}, {store.CostFilter{From: day(2)}, 1},
		{store.CostFilter{Until: day(2)}, 1}, {store.CostFilter{Groups: []store.Group{{Kind: store.GroupSKU, Name: "s"}}}, 1},
	} {
		got, err := b.store.CostsOf(b.ctx, tc.f, "", 10)
		b.check(err)
		b.same(fmt.Sprint(tc.f), len(got), tc.want)
	}
	b.put(store.Unit{Serial: "7", SKU: "a"}, store.Unit{Serial: "7", SKU: "b"})
	_, err = b.store.PutCosts(b.ctx, []store.Cost{{ID: "3", Claim: "x", At: day(1), Amount: euro(1)}, {ID: "4", Serial: "7", At: day(1), Amount: euro(1)}})
	b.wantErr(err, store.ErrConflict)
	var refused *store.RefusedError
	if !errors.As(err, &refused) || len(refused.Rows) != 1 || refused.Rows[0].Index != 1 {
		b.Errorf("error %v, want row 1", err)
	}
	_, err = b.store.PutCosts(b.ctx, []store.Cost{{Claim: "x", At: day(1), Amount: euro(1)}, {ID: "5", At: day(1), Amount: euro(1)}, {ID: "6", Claim: "x", Amount: euro(1)}, {ID: "7", Claim: "x", At: day(1), Amount: store.Money{Minor: 1, Currency: "eur"}}})
	if !errors.As(err, &refused) || len(refused.Rows) != 4 {
		b.Errorf("error %v", err)
	}
}

func costSums(b *bench) {
	b.put(store.Unit{Serial: "1", Batch: "B-1", Lots: []store.LotRef{{Code: "x"}, {Code: "y"}}}, store.Unit{Serial: "2", Batch: "B-2", Lots: []store.LotRef{{Code: "y"}}}, store.Unit{Serial: "3"})
	var costs []store.Cost
	for i, serial := range []string{"1", "1", "2", "3"} {
		costs = append(costs, store.Cost{ID: fmt.Sprint(i), Serial: serial, At: day(i), Amount: euro(100 + int64(i))})
	}
	costs = append(costs, store.Cost{ID: "c", Claim: "no unit", At: day(9), Amount: store.Money{Minor: 7, Currency: "CHF"}})
	_, err := b.store.PutCosts(b.ctx, costs)
	b.check(err)
	sum := func(f store.CostFilter, by store.GroupKind) []store.CostSum {
		b.Helper()
		got, err := b.store.SumCosts(b.ctx, f, by)
		b.check(err)
		return got
	}
	chf := store.CostSum{Amount: store.Money{Minor: 7, Currency: "CHF"}, N: 1}
	b.same("all", sum(store.CostFilter{}, ""), []store.CostSum{chf, {Amount: euro(406), N: 4}})
	batch := func(name string) store.Group { return store.Group{Kind: store.GroupBatch, Name: name} }
	b.same("by batch", sum(store.CostFilter{}, store.GroupBatch), []store.CostSum{chf, {Amount: euro(103), N: 1}, {Group: batch("B-1"), Amount: euro(201), N: 2}, {Group: batch("B-2"), Amount: euro(102), N: 1}})
	lot := func(name string) store.Group { return store.Group{Kind: store.GroupLot, Name: name} }
	b.same("by lot", sum(store.CostFilter{Groups: []store.Group{batch("B-1")}}, store.GroupLot), []store.CostSum{{Group: lot("x"), Amount: euro(201), N: 2}, {Group: lot("y"), Amount: euro(201), N: 2}})
	b.same("since", sum(store.CostFilter{From: day(2), Until: day(5)}, ""), []store.CostSum{{Amount: euro(205), N: 2}})
	// The unit moved to another batch later.
	b.put(store.Unit{Serial: "2", Batch: "B-1"})
	b.same("as it is now", sum(store.CostFilter{Groups: []store.Group{batch("B-1")}}, ""), []store.CostSum{{Amount: euro(303), N: 3}})
}

func costPages(b *bench) {
	var costs []store.Cost
	for i := range 25 {
		costs = append(costs, store.Cost{ID: fmt.Sprintf("%02d", i), Claim: "x", At: day(i / 10), Amount: euro(1)})
	}
	_, err := b.store.PutCosts(b.ctx, costs)
	b.check(err)
	n, after := 0, ""
	for {
		page, err := b.store.CostsOf(b.ctx, store.CostFilter{}, after, 4)
		b.check(err)
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			b.same("id", c.ID, fmt.Sprintf("%02d", n))
			n++
		}
		after = page[len(page)-1].ID
	}
	b.same("costs", n, 25)
	_, err = b.store.CostsOf(b.ctx, store.CostFilter{}, "gone", 4)
	b.wantErr(err, store.ErrNotFound)
}
