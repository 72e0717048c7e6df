package world

import (
	"math/rand/v2"
	"slices"
	"sort"
)

// Claim is one report.
type Claim struct {
	// Cohort is the place in the batch's cohorts; Unit the unit's number in the batch.
	Cohort, Unit     int
	Failed, Reported Day
	// Label is the true symptom, Called what the classifier took it for.
	Label, Called string
	// Defect is the place of the planted defect that caused it, -1 for none.
	Defect int
}

// claims draws the batch's healthy claims, then those that planted defects add.
func (w *World) claims(b *Batch) {
	healthy := dice(w.cfg.Seed, streamClaims+uint64(b.place))
	excess := dice(w.cfg.Seed, streamExcess+uint64(b.place))
	mine := w.defectsOf(b)
	for i := range b.Cohorts {
		c := &b.Cohorts[i]
		last := min(Warranty, int(w.end()-c.Sold))
		if last <= 0 {
			continue
		}
		for l, s := range symptoms {
			if rate := w.rate(b, c, l, s); rate > 0 {
				w.draw(healthy, b, i, l, rate, 0, last, -1)
			}
		}
		for _, d := range mine {
			if from, to, ok := w.defects[d].spell(b, c); ok && from < last {
				l := w.defects[d].label
				w.draw(excess, b, i, l, w.rate(b, c, l, symptoms[l])*(w.defects[d].multiplier-1), from, min(to, last), d)
			}
		}
	}
}

// rate is how many times as many healthy claims of a label the cohort has as one unit of its
// category; 0 where the category has none.
func (w *World) rate(b *Batch, c *Cohort, label int, s symptom) float64 {
	product := w.skus[b.sku]
	if categories[product.category].rates[s.label] == 0 {
		return 0
	}
	r := float64(c.Units) * product.factor[label] * b.factor * w.plantRate[b.plant] * w.houseRate[c.route.warehouse]
	for _, l := range c.lots {
		of := w.suppliers[w.lots[l].supplier]
		if slices.Contains(components[of.component].labels, s.label) {
			r *= w.lots[l].factor * of.factor
		}
	}
	return r
}

// draw adds the claims of a cohort and label that fail from one age in days to another.
func (w *World) draw(rng *rand.Rand, b *Batch, cohort, label int, rate float64, from, to, defect int) {
	curve := w.curves[w.skus[b.sku].category][label]
	top := 1 + symptoms[label].swing
	c := &b.Cohorts[cohort]
	for range poisson(rng, rate*top*(curve[to]-curve[from])) {
		at := curve[from] + rng.Float64()*(curve[to]-curve[from])
		age := sort.SearchFloat64s(curve[from:to+1], at) + from - 1
		failed := c.Sold + Day(max(age, from))
		delay, unit, called := reportDelay(rng), rng.IntN(c.Units), callFor(rng, label)
		if keep := rng.Float64(); keep*top >= w.seasons[label][failed-w.start] || failed+delay >= w.end() {
			continue
		}
		b.Claims = append(b.Claims, Claim{Cohort: cohort, Unit: c.First + unit, Failed: failed, Reported: failed + delay,
			Label: symptoms[label].label, Called: symptoms[called].label, Defect: defect})
	}
}

// reportDelay in days: most people write within a week or two, some put it off for weeks.
func reportDelay(rng *rand.Rand) Day {
	mean := 6.0
	if rng.Float64() < 0.3 {
		mean = 30
	}
	return Day(min(rng.ExpFloat64()*mean, 180))
}

// callFor gives what the classifier takes a label for.
func callFor(rng *rand.Rand, label int) int {
	at := rng.Float64()
	for i, s := range symptoms {
		share := confused[symptoms[label].label][s.label]
		if at < share {
			return i
		}
		at -= share
	}
	return label
}
