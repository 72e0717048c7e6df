package world

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// The kinds of planted defects.
const (
	KindLot       = "lot"       // units with one component lot
	KindBatch     = "batch"     // units of one batch
	KindDesign    = "design"    // units of one SKU made from a change of the design on
	KindSupplier  = "supplier"  // units with a supplier's parts, made from a change there on
	KindPlant     = "plant"     // units made in one plant in some months
	KindWarehouse = "warehouse" // units shipped from one warehouse in some weeks
	KindCarrier   = "carrier"   // units shipped with one carrier in some weeks
	KindSeason    = "season"    // units made in one season
	KindFirmware  = "firmware"  // units while they run one version
)

// kinds is the order that defects are planted in: thirty have eight lots, six batches ...
var kinds = []string{
	KindLot, KindBatch, KindWarehouse, KindDesign, KindSeason, KindFirmware,
	KindLot, KindSupplier, KindBatch, KindLot, KindPlant, KindDesign, KindCarrier, KindLot, KindBatch,
	KindWarehouse, KindLot, KindSupplier, KindBatch, KindDesign, KindFirmware, KindLot, KindSeason, KindBatch,
	KindLot, KindSupplier, KindWarehouse, KindDesign, KindLot, KindBatch,
}

// defect is one that is planted.
type defect struct {
	kind, name   string
	target       int // place of the lot, batch, SKU ...
	label        int
	multiplier   float64
	begin, until Day // of manufacture or shipping; of a firmware version, its release
}

// ratios are the least and most that a defect multiplies the claims of an affected unit by, all
// labels together: bad lots are bad, what meets many units is milder.
var ratios = map[string][2]float64{
	KindLot: {1.4, 6}, KindBatch: {1.4, 6}, KindDesign: {1.3, 4}, KindSupplier: {1.2, 3}, KindFirmware: {1.2, 4},
	KindPlant: {1.15, 2.5}, KindWarehouse: {1.15, 3}, KindCarrier: {1.15, 2.5}, KindSeason: {1.15, 2.5},
}

// plant chooses the defects.
func (w *World) plant(rng *rand.Rand) error {
	taken := map[string]bool{}
	for i := range w.cfg.Defects {
		d, err := w.plantOne(rng, kinds[i%len(kinds)], taken)
		if err != nil {
			return err
		}
		taken[d.kind+d.name] = true
		w.defects = append(w.defects, d)
	}
	return nil
}

const plantTries = 5_000

func (w *World) plantOne(rng *rand.Rand, kind string, taken map[string]bool) (defect, error) {
	for range plantTries {
		d, ok := w.propose(rng, kind)
		if ok && !taken[d.kind+d.name] {
			return d, nil
		}
	}
	return defect{}, fmt.Errorf("%w: no room for one more defect of kind %s", ErrConfig, kind)
}

// propose draws a target with its time and strength; false when it does not fit the world.
func (w *World) propose(rng *rand.Rand, kind string) (defect, bool) {
	_, first, end := w.Period()
	last := end - tail
	d := defect{kind: kind, begin: first + Day(rng.IntN(int(last-first))), until: end}
	weeks := func(least, more int) Day { return d.begin + Day(7*(least+rng.IntN(more))) }
	var labels []string
	category := -1
	switch kind {
	case KindLot:
		d.target = rng.IntN(len(w.lots))
		l := w.lots[d.target]
		d.name, d.begin, labels = l.code, l.first, components[w.suppliers[l.supplier].component].labels
	case KindBatch:
		d.target = rng.IntN(len(w.batches))
		b := w.batches[d.target]
		d.name, d.begin, category = b.code, b.made, w.skus[b.sku].category
	case KindDesign:
		d.target = rng.IntN(len(w.skus))
		d.name, category = w.skus[d.target].code, w.skus[d.target].category
		d.begin = max(d.begin, w.skus[d.target].launch)
	case KindSupplier:
		d.target = rng.IntN(len(w.suppliers))
		d.name, labels = w.suppliers[d.target].code, components[w.suppliers[d.target].component].labels
	case KindPlant:
		d.target, d.until = rng.IntN(plants), weeks(10, 20)
		d.name = plantName(d.target)
	case KindWarehouse:
		d.target, d.until = rng.IntN(warehouses), weeks(4, 16)
		d.name, labels = name3("WH", d.target+1), []string{"corrosion_rust", "crack_break", "leak"}
	case KindCarrier:
		d.target, d.until = rng.IntN(carriers), weeks(4, 16)
		d.name, labels = name3("CAR", d.target+1), []string{"crack_break", "loose_misaligned"}
	case KindSeason:
		d.name, d.begin, d.until = Season(d.begin)
	case KindFirmware:
		d.target = rng.IntN(len(categories))
		category = d.target
		all := w.firmware[category]
		if len(all) == 0 {
			return d, false
		}
		r := all[rng.IntN(len(all))]
		d.name, d.begin, labels = r.version, r.day, []string{"no_power", "intermittent", "performance"}
	}
	if d.begin < first || d.begin >= last {
		return d, false
	}
	return d, w.strength(rng, &d, labels, category)
}

// strength chooses the label, one that the affected products have, and the multiplier.
func (w *World) strength(rng *rand.Rand, d *defect, labels []string, category int) bool {
	const least = 0.04 // of the claims of a product, for a label to be chosen
	if labels == nil {
		labels = Labels()
	}
	share := map[string]float64{}
	var known []string
	for _, l := range labels {
		n := 0
		for i, c := range categories {
			if s := c.share(l); (category < 0 || category == i) && s >= least {
				share[l] += s
				n++
			}
		}
		if n > 0 {
			share[l] /= float64(n)
			known = append(known, l)
		}
	}
	if len(known) == 0 {
		return false
	}
	label := known[rng.IntN(len(known))]
	r := ratios[d.kind]
	ratio := r[0] * math.Pow(r[1]/r[0], rng.Float64())
	d.label, d.multiplier = symptomAt(label), 1+(ratio-1)/share[label]
	return true
}

// defectsOf gives the places of the defects that some of the batch may have.
func (w *World) defectsOf(b *Batch) []int {
	var out []int
	for i := range w.defects {
		if categories[w.skus[b.sku].category].rates[symptoms[w.defects[i].label].label] > 0 {
			out = append(out, i)
		}
	}
	return out
}

// spell gives the days of age that a cohort has the defect in.
func (d *defect) spell(b *Batch, c *Cohort) (from, to int, ok bool) {
	within := func(day Day) bool { return day >= d.begin && day < d.until }
	switch d.kind {
	case KindLot:
		ok = slices.Contains(c.lots, d.target)
	case KindBatch:
		ok = b.place == d.target
	case KindDesign:
		ok = b.sku == d.target && within(b.Made)
	case KindSupplier:
		ok = within(b.Made) && slices.ContainsFunc(c.Lots, func(l Lot) bool { return l.Supplier == d.name })
	case KindPlant:
		ok = b.plant == d.target && within(b.Made)
	case KindWarehouse:
		ok = c.route.warehouse == d.target && within(c.Shipped)
	case KindCarrier:
		ok = c.route.carrier == d.target && within(c.Shipped)
	case KindSeason:
		ok = within(b.Made)
	case KindFirmware:
		return d.running(c)
	}
	return 0, Warranty, ok
}

// running gives the days of age in which a cohort runs the version.
func (d *defect) running(c *Cohort) (from, to int, ok bool) {
	for i, f := range c.Firmware {
		if f.Version != d.name {
			continue
		}
		from, to = max(0, int(f.From-c.Sold)), Warranty
		if i+1 < len(c.Firmware) {
			to = min(Warranty, int(c.Firmware[i+1].From-c.Sold))
		}
		return from, to, from < to
	}
	return 0, 0, false
}

// Season gives the meteorological season of a day, such as "summer 2024" (a winter by the year
// that it ends in), its first day and the first after it.
func Season(d Day) (name string, first, next Day) {
	t := d.Time()
	year, month := t.Year(), int(t.Month())
	quarter := month % 12 / 3
	names := [...]string{"winter", "spring", "summer", "autumn"}
	begin := monthStart(year, 3*quarter)
	if quarter == 0 {
		begin = monthStart(year-1, 12)
		if month == 12 {
			begin = monthStart(year, 12)
			year++
		}
	}
	bt := begin.Time()
	return fmt.Sprintf("%s %d", names[quarter], year), begin, monthStart(bt.Year(), int(bt.Month())+3)
}
