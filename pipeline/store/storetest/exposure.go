package storetest

import (
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// dayNumber is the number of days since 1970 of day(n).
func dayNumber(n int) int { return int(day(n).Unix() / 86400) }

func unitExposure(b *bench) {
	got, err := b.store.Exposure(b.ctx, store.ExposureQuery{})
	b.check(err)
	b.same("nothing", got, store.Exposure{})
	u := wholeUnit("1")
	u.GoneAt, u.Gone, u.ReplacedBy = time.Time{}, "", ""
	twin := u
	twin.Serial, twin.SoldAt = "2", u.SoldAt.Add(5*time.Hour)
	gone := u
	gone.Serial, gone.Gone = "3", "returned"
	b.put(u, twin, gone, store.Unit{Serial: "4"}, store.Unit{Serial: "5", MadeAt: day(7)}, store.Unit{Serial: "6", MadeAt: day(7), Gone: "scrapped"})
	got, err = b.store.Exposure(b.ctx, store.ExposureQuery{})
	b.check(err)
	b.same("exposure", got, store.Exposure{
		Groups: [][]store.Group{{}, u.Groups()},
		Rows: []store.ExposureRow{
			{Groups: 0, Stage: store.StageStock, Units: 1},
			{Groups: 0, Stage: store.StageStock, Day: dayNumber(7), Dated: true, Units: 1},
			{Groups: 0, Stage: store.StageGone, Day: dayNumber(7), Dated: true, Units: 1},
			{Groups: 1, Stage: store.StageField, Day: dayNumber(20), Dated: true, Started: true, Units: 2},
			{Groups: 1, Stage: store.StageGone, Day: dayNumber(20), Dated: true, Started: true, Units: 1},
		}})
	got, err = b.store.Exposure(b.ctx, store.ExposureQuery{Made: true})
	b.check(err)
	b.same("made", got.Made, map[string]int{store.BatchName(u.Batch, u.SKU): int(u.MadeAt.Unix() / 86400)})
	// What changes counts anew.
	b.put(store.Unit{Serial: "4", SoldAt: day(20)}, store.Unit{Serial: "2", Channel: "web"})
	got, err = b.store.Exposure(b.ctx, store.ExposureQuery{Kinds: []store.GroupKind{store.GroupChannel}})
	b.check(err)
	channels := map[string]int{}
	for _, r := range got.Rows {
		if r.Stage == store.StageField {
			channels[fmt.Sprint(got.Groups[r.Groups])] += r.Units
		}
	}
	b.same("in the field", channels, map[string]int{"[]": 1, "[channel shop]": 1, "[channel web]": 1})
}

func unitExposureCoarse(b *bench) {
	for i := range 28 {
		b.put(store.Unit{Serial: fmt.Sprint(i), SKU: fmt.Sprint("s", i%2), Batch: fmt.Sprint(i), SoldAt: day(i), Warehouse: fmt.Sprint(i)})
	}
	got, err := b.store.Exposure(b.ctx, store.ExposureQuery{Kinds: []store.GroupKind{store.GroupSKU}, Step: 7})
	b.check(err)
	b.same("groups", got.Groups, [][]store.Group{{{Kind: store.GroupSKU, Name: "s0"}}, {{Kind: store.GroupSKU, Name: "s1"}}})
	n := 0
	for _, r := range got.Rows {
		n += r.Units
		if r.Day%7 != 0 {
			b.Errorf("day %d of a row", r.Day)
		}
	}
	b.same("units", n, 28)
	if len(got.Rows) > 10 {
		b.Errorf("%d rows for 5 weeks of 2 products", len(got.Rows))
	}
}
