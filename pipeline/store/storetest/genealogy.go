package storetest

import (
	"errors"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func genealogyCases() []testCase {
	return []testCase{
		{"batches, before and after their units", genealogyBatches},
		{"lots, before and after their units", genealogyLots},
		{"codes that several suppliers use", genealogyCodes},
		{"inspections", genealogyInspections},
		{"records", genealogyRecords},
		{"one id twice in a put", genealogyTwice},
		{"events of a unit", genealogyEvents},
	}
}

func genealogyBatches(b *bench) {
	b.put(store.Unit{Serial: "1", SKU: "s", Batch: "B-1"}, store.Unit{Serial: "2", SKU: "s", Batch: "B-2"}, store.Unit{Serial: "3", SKU: "s2", Batch: "B-2"})
	got, err := b.store.BatchesBy(b.ctx, "")
	b.check(err)
	b.same("named by units", got, []store.Batch{{Code: "B-1", SKU: "s"}, {Code: "B-2", SKU: "s"}, {Code: "B-2", SKU: "s2"}})
	whole := store.Batch{Code: "B-1", SKU: "s", Plant: "P", Line: "3", MadeAt: day(1).Add(999), Size: 400, Note: "night shift"}
	w, err := b.store.PutBatches(b.ctx, []store.Batch{whole, {Code: "B-9", Size: 3}})
	b.check(err)
	b.same("written", w, store.Written{Added: 1, Changed: 1})
	whole.MadeAt = day(1)
	w, err = b.store.PutBatches(b.ctx, []store.Batch{whole, {Code: "B-1", Size: 401}, {Code: "B-9", SKU: "s", Line: "1"}})
	b.check(err)
	b.same("partly", w, store.Written{Same: 1, Changed: 2})
	whole.Size = 401
	got, err = b.store.BatchesBy(b.ctx, "B-1")
	b.check(err)
	b.same("batch", got, []store.Batch{whole})
	got, err = b.store.BatchesBy(b.ctx, "B-9|s")
	b.check(err)
	b.same("took its SKU", got, []store.Batch{{Code: "B-9", SKU: "s", Size: 3, Line: "1"}})
	_, err = b.store.PutBatches(b.ctx, []store.Batch{{Code: "new"}, {Code: "B-2", Size: 1}, {}})
	b.wantErr(err, store.ErrConflict)
	var refused *store.RefusedError
	if !errors.As(err, &refused) || len(refused.Rows) != 2 {
		b.Errorf("error %v", err)
	}
	got, err = b.store.BatchesBy(b.ctx, "new")
	b.check(err)
	b.same("nothing kept", len(got), 0)
}

func genealogyLots(b *bench) {
	ref := store.LotRef{Component: "hinge", Code: "L-1", Supplier: "ACME"}
	whole := store.Lot{LotRef: ref, MadeAt: day(1), ReceivedAt: day(2), ExpiresAt: day(900), Size: 5000, Price: store.Money{Minor: 120, Currency: "EUR"}, Note: "x"}
	w, err := b.store.PutLots(b.ctx, []store.Lot{whole})
	b.check(err)
	b.same("added", w, store.Written{Added: 1})
	b.put(store.Unit{Serial: "1", Lots: []store.LotRef{{Component: "hinge", Code: "L-1"}, {Code: "L-2"}}})
	b.same("unit", b.unit("1").Lots, []store.LotRef{{Code: "L-2"}, ref})
	w, err = b.store.PutLots(b.ctx, []store.Lot{{LotRef: store.LotRef{Code: "L-2", Component: "seal", Supplier: "Bolt"}}, {LotRef: ref, Size: 6000}, whole})
	b.check(err)
	b.same("changed", w, store.Written{Changed: 3})
	b.same("unit after", b.unit("1").Lots, []store.LotRef{ref, {Component: "seal", Code: "L-2", Supplier: "Bolt"}})
	got, err := b.store.LotsBy(b.ctx, "||ACME")
	b.check(err)
	b.same("lot", got, []store.Lot{whole})
	// Filling in the supplier changes neither what other units hold nor the way back.
	b.same("units of it", b.serials(store.UnitFilter{Groups: []store.Group{{Kind: store.GroupSupplier, Name: "Bolt"}}}, 5), []string{"1"})
}

func genealogyCodes(b *bench) {
	// A date as the lot of every component, from suppliers who share it.
	date := "2025-05"
	u := store.Unit{Serial: "1", Lots: []store.LotRef{{Component: "hinge", Code: date, Supplier: "ACME"}, {Component: "seal", Code: date, Supplier: "Bolt"}}}
	b.put(u, store.Unit{Serial: "2", Lots: []store.LotRef{{Component: "hinge", Code: date, Supplier: "Other"}}})
	b.same("two", b.unit("1"), u)
	for _, tc := range []struct {
		name string
		want []string
	}{{date, []string{"1", "2"}}, {date + "|hinge", []string{"1", "2"}}, {date + "|hinge|ACME", []string{"1"}}, {date + "||Other", []string{"2"}}, {date + "|seal", []string{"1"}}} {
		b.same(tc.name, b.serials(store.UnitFilter{Groups: []store.Group{{Kind: store.GroupLot, Name: tc.name}}}, 5), tc.want)
	}
	_, err := b.store.PutUnits(b.ctx, []store.Unit{{Serial: "3", Lots: []store.LotRef{{Component: "hinge", Code: date}}}})
	b.wantErr(err, store.ErrConflict)
	b.put(store.Unit{Serial: "3", Lots: []store.LotRef{{Component: "seal", Code: date}}})
	b.same("the only seal", b.unit("3").Lots[0].Supplier, "Bolt")
}

func genealogyInspections(b *bench) {
	lot := store.Group{Kind: store.GroupLot, Name: "L-1|hinge|ACME"}
	list := []store.Inspection{
		{ID: "2", On: lot, At: day(1), Checked: 50, Failed: 3, Result: "fail", Defect: "crack", By: "QA", Note: "n"},
		{ID: "1", On: lot, At: day(1), Checked: 50, Result: "pass"},
		{ID: "3", On: store.Group{Kind: store.GroupUnit, Name: "serial"}, At: day(0), Result: "pass"},
		{ID: "4", On: store.Group{Kind: store.GroupLot, Name: "L-1|seal"}, At: day(3)},
	}
	w, err := b.store.PutInspections(b.ctx, list)
	b.check(err)
	b.same("added", w, store.Written{Added: 4})
	list[1].Checked = 60
	w, err = b.store.PutInspections(b.ctx, list)
	b.check(err)
	b.same("again", w, store.Written{Same: 3, Changed: 1})
	for _, tc := range []struct {
		on          store.Group
		from, until time.Time
		want        []store.Inspection
	}{
		{lot, time.Time{}, time.Time{}, []store.Inspection{list[1], list[0]}},
		{store.Group{Kind: store.GroupLot, Name: "L-1"}, time.Time{}, time.Time{}, []store.Inspection{list[1], list[0], list[3]}},
		{store.Group{}, day(0), day(1), []store.Inspection{list[2]}},
		{store.Group{Kind: store.GroupUnit, Name: "serial"}, day(1), time.Time{}, nil},
	} {
		got, err := b.store.InspectionsOn(b.ctx, tc.on, tc.from, tc.until)
		b.check(err)
		b.same(tc.on.String(), got, tc.want)
	}
	_, err = b.store.PutInspections(b.ctx, []store.Inspection{{ID: "9", On: lot, At: day(1)}, {ID: "8", On: lot}, {On: lot, At: day(1)}, {ID: "7", At: day(1)}, {ID: "6", On: lot, At: day(1), Checked: 1, Failed: 2}})
	var refused *store.RefusedError
	if !errors.As(err, &refused) || len(refused.Rows) != 4 {
		b.Errorf("error %v", err)
	}
}

func genealogyRecords(b *bench) {
	record := func(kind store.RecordKind, id string, v any) store.Record {
		b.Helper()
		r, err := store.RecordOf(kind, id, v)
		b.check(err)
		return r
	}
	w, err := b.store.PutRecords(b.ctx, []store.Record{
		record(store.RecordTerms, "t2", store.Terms{Months: 24, Countries: []string{"DE"}}),
		record(store.RecordSupplier, "ACME", store.Supplier{Name: "Acme", Contact: "q@acme"}),
		record(store.RecordSupplier, "Bolt", store.Supplier{}),
	})
	b.check(err)
	b.same("added", w, store.Written{Added: 3})
	w, err = b.store.PutRecords(b.ctx, []store.Record{record(store.RecordSupplier, "ACME", store.Supplier{Country: "CZ"}), record(store.RecordSupplier, "Bolt", store.Supplier{})})
	b.check(err)
	b.same("changed", w, store.Written{Changed: 1, Same: 1})
	got, err := b.store.RecordsOf(b.ctx, store.RecordSupplier)
	b.check(err)
	if len(got) != 2 || got[0].ID != "ACME" || got[1].ID != "Bolt" {
		b.Fatalf("records %v", got)
	}
	acme, err := store.ReadRecord[store.Supplier](got[0])
	b.check(err)
	b.same("record", acme, store.Supplier{Name: "Acme", Contact: "q@acme", Country: "CZ"})
	got, err = b.store.RecordsOf(b.ctx, store.RecordTerms, "t2", "t3", "ACME")
	b.check(err)
	b.same("by id", len(got), 1)
	_, err = b.store.PutRecords(b.ctx, []store.Record{{Kind: store.RecordSupplier, ID: "new", Body: []byte("{}")}, {Kind: store.RecordSupplier, Body: []byte("{}")}, {Kind: store.RecordSupplier, ID: "x", Body: []byte("[]")}})
	var refused *store.RefusedError
	if !errors.As(err, &refused) || len(refused.Rows) != 2 {
		b.Errorf("error %v", err)
	}
}

// genealogyTwice: of what comes twice in a put, each row takes effect after the one before.
func genealogyTwice(b *bench) {
	want := store.Written{Added: 2, Changed: 1, Same: 1}
	lot := store.Group{Kind: store.GroupLot, Name: "L-1"}
	inspect := func(id string, checked int) store.Inspection {
		return store.Inspection{ID: id, On: lot, At: day(1), Checked: checked}
	}
	w, err := b.store.PutInspections(b.ctx, []store.Inspection{inspect("1", 5), inspect("1", 6), inspect("2", 5), inspect("1", 6)})
	b.check(err)
	b.same("inspections", w, want)
	inspections, err := b.store.InspectionsOn(b.ctx, lot, time.Time{}, time.Time{})
	b.check(err)
	b.same("kept inspections", inspections, []store.Inspection{inspect("1", 6), inspect("2", 5)})

	cost := func(id string, minor int64) store.Cost {
		return store.Cost{ID: id, Serial: "S-" + id, At: day(1), Amount: euro(minor)}
	}
	w, err = b.store.PutCosts(b.ctx, []store.Cost{cost("1", 5), cost("1", 6), cost("2", 5), cost("1", 6)})
	b.check(err)
	b.same("costs", w, want)
	costs, err := b.store.CostsOf(b.ctx, store.CostFilter{}, "", 10)
	b.check(err)
	b.same("kept costs", costs, []store.Cost{cost("1", 6), cost("2", 5)})

	record := func(kind store.RecordKind, body string) store.Record {
		return store.Record{Kind: kind, ID: "x", Body: []byte(body)}
	}
	w, err = b.store.PutRecords(b.ctx, []store.Record{record(store.RecordSupplier, `{"name":"a"}`), record(store.RecordSupplier, `{"country":"CZ"}`),
		record(store.RecordWarehouse, `{}`), record(store.RecordSupplier, `{"name":"a"}`)})
	b.check(err)
	b.same("records", w, want)
	records, err := b.store.RecordsOf(b.ctx, store.RecordSupplier)
	b.check(err)
	b.same("kept records", records, []store.Record{record(store.RecordSupplier, `{"country":"CZ","name":"a"}`)})
}

func genealogyEvents(b *bench) {
	events := []store.UnitEvent{
		{Serial: "1", At: day(2), What: "shipping", Where: "W1", With: "SSCC", Source: "a.jsonl"},
		{Serial: "1", SKU: "s", At: day(1), What: "commissioning"},
		{Serial: "2", At: day(1), What: "commissioning"},
	}
	w, err := b.store.AddUnitEvents(b.ctx, events)
	b.check(err)
	b.same("added", w, store.Written{Added: 3})
	again := events[0]
	again.Source = "b.jsonl"
	w, err = b.store.AddUnitEvents(b.ctx, []store.UnitEvent{again, {Serial: "1", At: day(2), What: "shipping", Where: "W2"}})
	b.check(err)
	b.same("again", w, store.Written{Added: 1, Same: 1})
	got, err := b.store.EventsOf(b.ctx, "1", "")
	b.check(err)
	for i := range events {
		events[i].SKU = "s" // as the second event told
	}
	b.same("time line", got, []store.UnitEvent{events[1], events[0], {Serial: "1", SKU: "s", At: day(2), What: "shipping", Where: "W2"}})
	got, err = b.store.EventsOf(b.ctx, "1", "other")
	b.check(err)
	b.same("another product", len(got), 0)
	b.same("the unit is known", b.unit("2").Serial, "2")
	_, err = b.store.AddUnitEvents(b.ctx, []store.UnitEvent{{Serial: "3", At: day(1), What: "x"}, {Serial: "4", What: "x"}, {Serial: "5", At: day(1)}, {At: day(1), What: "x"}})
	var refused *store.RefusedError
	if !errors.As(err, &refused) || len(refused.Rows) != 3 {
		b.Errorf("error %v", err)
	}
}
