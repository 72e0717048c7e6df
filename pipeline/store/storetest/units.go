package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func unitCases() []testCase {
	return []testCase{
		{"kept as given, once", unitKept},
		{"what a file leaves out stays", unitPartial},
		{"a serial of two products", unitProducts},
		{"all or nothing, and what is refused", unitRefused},
		{"order, pages and bytes", unitOrder},
		{"times are cut", unitTimes},
		{"filters", unitFilters},
		{"by 20 at once", unitRace},
		{"known serials by key", unitKeys},
		{"many serials at once", unitSerials},
		{"replaced units", unitReplaced},
		{"an owner forgotten", unitForgotten},
		{"exposure", unitExposure},
		{"exposure by few kinds and weeks", unitExposureCoarse},
	}
}

// put keeps units and gives the counts.
func (b *bench) put(units ...store.Unit) store.Written {
	b.Helper()
	w, err := b.store.PutUnits(b.ctx, units)
	b.check(err)
	return w
}

// unit gives the only unit of a serial.
func (b *bench) unit(serial string) store.Unit {
	b.Helper()
	list, err := b.store.UnitsBySerial(b.ctx, serial)
	b.check(err)
	if len(list) != 1 {
		b.Fatalf("%d units with the serial %s, want one", len(list), serial)
	}
	return list[0]
}

// serials lists the units that a filter keeps, page by page.
func (b *bench) serials(f store.UnitFilter, limit int) []string {
	b.Helper()
	var out []string
	for after := ""; ; {
		page, next, err := b.store.UnitsOf(b.ctx, f, after, limit)
		b.check(err)
		for _, u := range page {
			out = append(out, u.Serial)
		}
		if next == "" {
			return out
		}
		after = next
	}
}

func day(n int) time.Time { return time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }

// wholeUnit has every field.
func wholeUnit(serial string) store.Unit {
	return store.Unit{
		Serial: serial, SKU: "SKU-1", Batch: "B-1", Plant: "P1", MadeAt: day(0),
		Lots:      []store.LotRef{{Component: "hinge", Code: "L-1", Supplier: "ACME"}, {Component: "seal", Code: "L-1", Supplier: "Bolt & Co"}},
		Warehouse: "W1", Shipment: "S1", Carrier: "C1", ShippedAt: day(10), Channel: "shop", SoldAt: day(20), Region: "north", Country: "DE",
		RegisteredAt: day(25), Customer: "cu-1", Contact: "app", Terms: "t2", ExtendedUntil: day(900), Firmware: "1.2",
		ReplacedBy: "other", GoneAt: day(30), Gone: "replaced",
	}
}

func unitOrder(b *bench) {
	names := []string{"cafe", "Cafe", "café", "cafe\u0301", "ｃａｆｅ", "10", "9", "i", "ı", "İ", "%", "_", "'", "$1", "?1", "\\", `"`}
	var units []store.Unit
	for _, n := range names {
		u := store.Unit{Serial: n, SKU: n, Batch: n, Warehouse: n, Lots: []store.LotRef{{Code: n, Component: n, Supplier: n}}}
		units = append(units, u)
		b.put(u)
	}
	slices.Sort(names)
	for _, limit := range []int{1, 5, len(names), 1000} {
		b.same(fmt.Sprintf("pages of %d", limit), b.serials(store.UnitFilter{}, limit), names)
	}
	for _, u := range units {
		b.same("unit", b.unit(u.Serial), u)
		for _, g := range u.Groups() {
			b.same(g.String(), b.serials(store.UnitFilter{Groups: []store.Group{g}}, 10), []string{u.Serial})
		}
	}
	same := store.Group{Kind: store.GroupPlant, Name: "tie"}
	var want []string
	for i := range 7 {
		sku := fmt.Sprint(i)
		b.put(store.Unit{Serial: "tie", SKU: sku, Plant: "tie"})
		want = append(want, "tie")
	}
	b.same("ties", b.serials(store.UnitFilter{Groups: []store.Group{same}}, 2), want)
}

func unitTimes(b *bench) {
	at := time.Date(2026, 12, 31, 23, 59, 59, 999999999, time.FixedZone("", -9*60*60))
	u := store.Unit{Serial: "a", MadeAt: at, SoldAt: at}
	b.put(u)
	b.same("kept", b.unit("a").SoldAt, stored(at))
	b.same("again", b.put(u), store.Written{Same: 1})
	for _, tc := range []struct {
		f    store.UnitFilter
		want int
	}{{store.UnitFilter{SoldFrom: at}, 0}, {store.UnitFilter{SoldFrom: stored(at)}, 1}, {store.UnitFilter{SoldUntil: at}, 1}, {store.UnitFilter{MadeUntil: stored(at)}, 0}} {
		b.same("kept by filter", len(b.serials(tc.f, 5)), tc.want)
	}
	for _, year := range []int{1, 1969, 2263, 9999} {
		v := store.Unit{Serial: fmt.Sprint(year), MadeAt: time.Date(year, 2, 3, 4, 5, 6, 7000, time.UTC)}
		b.put(v)
		b.same("far", b.unit(v.Serial), v)
	}
}

func unitFilters(b *bench) {
	u := wholeUnit("u")
	u.GoneAt, u.Gone, u.ReplacedBy = time.Time{}, "", ""
	b.put(u,
		store.Unit{Serial: "v", SKU: "SKU-1", Batch: "B-1", Lots: []store.LotRef{{Component: "hinge", Code: "L-1", Supplier: "Other"}}},
		store.Unit{Serial: "w", SKU: "SKU-2", Batch: "B-1", MadeAt: day(3), ShippedAt: day(4), Channel: "web"},
		store.Unit{Serial: "x", SKU: "SKU-2", RegisteredAt: day(50)},
		store.Unit{Serial: "y", Gone: "scrapped"})
	keeps := func(want string, f store.UnitFilter) {
		b.Helper()
		b.same(fmt.Sprint(f), strings.Join(b.serials(f, 2), ""), want)
		counts, err := b.store.CountUnits(b.ctx, f)
		b.check(err)
		n := 0
		for _, c := range counts {
			n += c
		}
		b.same("count", n, len(want))
	}
	g := func(kind store.GroupKind, name string) store.UnitFilter {
		return store.UnitFilter{Groups: []store.Group{{Kind: kind, Name: name}}}
	}
	keeps("uvwxy", store.UnitFilter{})
	keeps("uvw", g(store.GroupBatch, "B-1"))
	keeps("uv", g(store.GroupBatch, "B-1|SKU-1"))
	keeps("uv", g(store.GroupLot, "L-1"))
	keeps("u", g(store.GroupLot, "L-1|seal"))
	keeps("v", g(store.GroupLot, "L-1||Other"))
	keeps("u", g(store.GroupLot, "||ACME"))
	keeps("uv", g(store.GroupComponent, "hinge"))
	keeps("u", g(store.GroupSupplier, "Bolt & Co"))
	keeps("", g(store.GroupSupplier, "bolt & co"))
	keeps("w", g(store.GroupChannel, "web"))
	keeps("u", g(store.GroupUnit, "u"))
	keeps("u", store.UnitFilter{Groups: []store.Group{{Kind: store.GroupSKU, Name: "SKU-1"}, {Kind: store.GroupCountry, Name: "DE"}, {Kind: store.GroupFirmware, Name: "1.2"}}})
	keeps("v", store.UnitFilter{Stages: []store.Stage{store.StageStock}})
	keeps("wy", store.UnitFilter{Stages: []store.Stage{store.StageTrade, store.StageGone}})
	keeps("ux", store.UnitFilter{Stages: []store.Stage{store.StageField}})
	keeps("w", store.UnitFilter{MadeFrom: day(1)})
	keeps("u", store.UnitFilter{SoldFrom: day(20), SoldUntil: day(50)})
	keeps("ux", store.UnitFilter{SoldFrom: day(20), SoldUntil: day(51)})
	keeps("u", store.UnitFilter{Groups: []store.Group{{Kind: store.GroupBatch, Name: "B-1"}}, SoldFrom: day(20)})
	counts, err := b.store.CountUnits(b.ctx, store.UnitFilter{})
	b.check(err)
	b.same("by stage", counts, map[store.Stage]int{store.StageStock: 1, store.StageTrade: 1, store.StageField: 2, store.StageGone: 1})
}

func unitRace(b *bench) {
	stores := []store.Store{b.store, b.again()}
	for _, err := range together(20, func(i int) error {
		var units []store.Unit
		for n := range 30 {
			u := store.Unit{Serial: fmt.Sprint("s", n), SKU: "x", Batch: fmt.Sprint("b", n%3), Lots: []store.LotRef{{Code: fmt.Sprint("l", n%5)}, {Code: fmt.Sprint("own", i)}}}
			if i%2 == 0 {
				u.Channel = "c"
			} else {
				u.Warehouse = "w"
			}
			units = append(units, u)
		}
		if i%3 == 0 {
			slices.Reverse(units)
		}
		_, err := stores[i%2].PutUnits(b.ctx, units)
		return err
	}) {
		b.check(err)
	}
	b.same("units", len(b.serials(store.UnitFilter{}, 100)), 30)
	u := b.unit("s4")
	if u.Channel != "c" || u.Warehouse != "w" || len(u.Lots) != 21 {
		b.Errorf("something was lost: %+v", u)
	}
	lots, err := b.store.LotsBy(b.ctx, "")
	b.check(err)
	b.same("lots", len(lots), 25)
}

func unitKeys(b *bench) {
	b.put(store.Unit{Serial: "AB-12"}, store.Unit{Serial: "ab12"}, store.Unit{Serial: "CD34"}, store.Unit{Serial: "CD34", SKU: "z"}, store.Unit{Serial: "--"}, store.Unit{Serial: "é5"})
	got, err := b.store.Existing(b.ctx, []string{"AB12", "CD34", "5", "XX", "", "ab12"})
	b.check(err)
	b.same("known", got, map[string]string{"AB12": "AB-12", "CD34": "CD34", "5": "é5"})
}

func unitReplaced(b *bench) {
	b.put(store.Unit{Serial: "a", ReplacedBy: "c"}, store.Unit{Serial: "b", ReplacedBy: "c"}, store.Unit{Serial: "c"})
	list, err := b.store.ReplacedBy(b.ctx, "c")
	b.check(err)
	b.same("replaced", list, []store.Unit{{Serial: "a", ReplacedBy: "c"}, {Serial: "b", ReplacedBy: "c"}})
	list, err = b.store.ReplacedBy(b.ctx, "")
	b.check(err)
	b.same("by nothing", len(list), 0)
}

func unitForgotten(b *bench) {
	b.put(store.Unit{Serial: "a", Customer: "me", Contact: "app"}, store.Unit{Serial: "b", Customer: "me"}, store.Unit{Serial: "c", Customer: "you", Contact: "mail"})
	n, err := b.store.ForgetCustomer(b.ctx, "me", "admin")
	b.check(err)
	b.same("units", n, 2)
	b.same("forgotten", b.unit("a"), store.Unit{Serial: "a"})
	b.same("another", b.unit("c").Customer, "you")
	n, err = b.store.ForgetCustomer(b.ctx, "", "admin")
	b.check(err)
	b.same("nobody", n, 0)
	trail, err := b.store.Trail(b.ctx, "")
	b.check(err)
	if len(trail) != 1 || trail[0].What != store.CustomerForgotten || trail[0].By != "admin" || strings.Contains(trail[0].Detail, "me") {
		b.Errorf("trail %+v", trail)
	}
}
