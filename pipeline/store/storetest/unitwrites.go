package storetest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func unitKept(b *bench) {
	u := wholeUnit("A-1")
	b.same("first", b.put(u, store.Unit{Serial: "A-2"}), store.Written{Added: 2})
	b.same("unit", b.unit("A-1"), u)
	b.same("bare", b.unit("A-2"), store.Unit{Serial: "A-2"})
	b.same("again", b.put(u, store.Unit{Serial: "A-2"}), store.Written{Same: 2})
	b.same("within one put", b.put(store.Unit{Serial: "A-3"}, store.Unit{Serial: "A-3", Plant: "x"}, store.Unit{Serial: "A-3", Plant: "x"}),
		store.Written{Added: 1, Changed: 1, Same: 1})
	b.same("in their order", b.unit("A-3").Plant, "x")
	none, err := b.store.UnitsBySerial(b.ctx, "nobody")
	b.check(err)
	b.same("unknown", len(none), 0)
	b.same("nothing", b.put(), store.Written{})
}

func unitPartial(b *bench) {
	u := wholeUnit("A-1")
	b.put(u)
	b.same("nothing new", b.put(store.Unit{Serial: "A-1"}), store.Written{Same: 1})
	b.same("a sale corrected", b.put(store.Unit{Serial: "A-1", SoldAt: day(21), Channel: "web"}), store.Written{Changed: 1})
	u.SoldAt, u.Channel = day(21), "web"
	b.same("unit", b.unit("A-1"), u)
	// A lot of a component replaces that component's, and leaves the others.
	b.put(store.Unit{Serial: "A-1", Lots: []store.LotRef{{Component: "hinge", Code: "L-2", Supplier: "ACME"}}})
	u.Lots[0].Code = "L-2"
	b.same("a lot corrected", b.unit("A-1").Lots, u.Lots)
	b.put(store.Unit{Serial: "A-1", Lots: []store.LotRef{{Component: "hinge", Code: "L-2"}, {Component: "hinge", Code: "L-3"}, {Code: "loose"}}})
	b.same("two lots of a component", b.unit("A-1").Lots, []store.LotRef{{Code: "loose"}, {Component: "hinge", Code: "L-2", Supplier: "ACME"},
		{Component: "hinge", Code: "L-3"}, {Component: "seal", Code: "L-1", Supplier: "Bolt & Co"}})
	b.same("again", b.put(store.Unit{Serial: "A-1", Lots: []store.LotRef{{Code: "loose"}}}), store.Written{Same: 1})
}

func unitProducts(b *bench) {
	b.put(store.Unit{Serial: "7", Channel: "web"})
	b.same("becomes the first product's", b.put(store.Unit{Serial: "7", SKU: "one"}), store.Written{Changed: 1})
	b.same("another product's", b.put(store.Unit{Serial: "7", SKU: "two"}), store.Written{Added: 1})
	list, err := b.store.UnitsBySerial(b.ctx, "7")
	b.check(err)
	b.same("both", list, []store.Unit{{Serial: "7", SKU: "one", Channel: "web"}, {Serial: "7", SKU: "two"}})
	_, err = b.store.PutUnits(b.ctx, []store.Unit{{Serial: "8"}, {Serial: "7", Plant: "x"}})
	b.wantErr(err, store.ErrConflict)
	var refused *store.RefusedError
	if !errors.As(err, &refused) || len(refused.Rows) != 1 || refused.Rows[0].Index != 1 {
		b.Errorf("refused %v, want row 1", err)
	}
	b.same("one of a known product", b.put(store.Unit{Serial: "9", SKU: "one"}, store.Unit{Serial: "9", Plant: "x"}), store.Written{Added: 1, Changed: 1})
	b.same("its SKU", b.unit("9").SKU, "one")
}

// unitSerials: as one by one, whatever the serials look like and however often each is asked for.
func unitSerials(b *bench) {
	b.put(wholeUnit("A-1"), store.Unit{Serial: "7", SKU: "two", Batch: "b"}, store.Unit{Serial: "7", SKU: "one"}, store.Unit{Serial: "'"}, store.Unit{Serial: "é"},
		store.Unit{Serial: "not asked for"})
	asked := []string{"7", "A-1", "'", "é", "e\u0301", "nobody", "7", "x\x00y", ""}
	got, err := b.store.UnitsBySerials(b.ctx, asked)
	b.check(err)
	want := map[string][]store.Unit{}
	for _, s := range asked {
		list, err := b.store.UnitsBySerial(b.ctx, s)
		b.check(err)
		if len(list) > 0 {
			want[s] = list
		}
	}
	b.same("as one by one", got, want)
	b.same("serials known", len(want), 4)
	none, err := b.store.UnitsBySerials(b.ctx, nil)
	b.check(err)
	b.same("none", len(none), 0)
	many := make([]string, store.MaxUnitChunk)
	for i := range many {
		many[i] = fmt.Sprint("many ", i)
	}
	many[9] = "A-1"
	got, err = b.store.UnitsBySerials(b.ctx, many)
	b.check(err)
	b.same("of the most at once", got, map[string][]store.Unit{"A-1": want["A-1"]})
	if _, err := b.store.UnitsBySerials(b.ctx, append(many, "one more")); err == nil {
		b.Error("more than the most at once were accepted")
	}
}

func unitRefused(b *bench) {
	long := strings.Repeat("x", store.MaxUnitText+1)
	bad := []store.Unit{{}, {Serial: long}, {Serial: "a", SKU: "x|y"}, {Serial: "a\x00"}, {Serial: "a\xff"}, {Serial: "a", Lots: []store.LotRef{{}}},
		{Serial: "a", Lots: []store.LotRef{{Code: "x|y"}}}, {Serial: "a", Lots: make([]store.LotRef, store.MaxUnitLots+1)},
		{Serial: "a", SoldAt: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}
	_, err := b.store.PutUnits(b.ctx, append([]store.Unit{{Serial: "good", Lots: []store.LotRef{{Code: "new"}}}}, bad...))
	var refused *store.RefusedError
	if !errors.As(err, &refused) {
		b.Fatalf("error %v, want the refused rows", err)
	}
	var rows []int
	for _, r := range refused.Rows {
		rows = append(rows, r.Index)
	}
	b.same("rows", rows, []int{1, 2, 3, 4, 5, 6, 7, 8, 9})
	b.same("nothing was kept", len(b.serials(store.UnitFilter{}, 10)), 0)
	lots, err := b.store.LotsBy(b.ctx, "")
	b.check(err)
	b.same("no lot either", len(lots), 0)
	if _, err := b.store.PutUnits(b.ctx, make([]store.Unit, store.MaxUnitChunk+1)); err == nil {
		b.Error("a chunk beyond the limit was taken")
	}
	for _, f := range []store.UnitFilter{{Groups: []store.Group{{Kind: "moon", Name: "x"}}}, {Groups: []store.Group{{Kind: store.GroupLot}}},
		{Groups: []store.Group{{Kind: store.GroupWarehouse}}}, {Stages: []store.Stage{"x"}}} {
		if _, _, err := b.store.UnitsOf(b.ctx, f, "", 1); err == nil {
			b.Errorf("%v was answered", f)
		}
	}
	for _, limit := range []int{0, store.MaxUnitPage + 1} {
		if _, _, err := b.store.UnitsOf(b.ctx, store.UnitFilter{}, "", limit); err == nil {
			b.Errorf("a page of %d", limit)
		}
	}
	for _, cursor := range []string{"x", "!", "QQ", "AEE"} {
		_, _, err := b.store.UnitsOf(b.ctx, store.UnitFilter{}, cursor, 1)
		b.wantErr(err, store.ErrCursor)
	}
}
