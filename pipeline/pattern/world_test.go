package pattern_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// world is a simulated fleet: SKUs made in batches, each batch from one lot of one supplier and
// stored in one of a few warehouses, with seasons, ageing and a planted defect or none.
type world struct {
	cohorts []pattern.Cohort
	claims  []pattern.Claim
	period  pattern.Period
}

// plant multiplies the rate of label "crack" in a group from the day after its start of service.
type plant struct {
	key   pattern.Key
	ratio float64
}

const (
	worldDays   = 3 * 365
	worldLabels = 3
	rateScale   = 2.5e-5 // claims per unit, day and label
)

func labelName(i int) string { return []string{"crack", "noise", "leak"}[i] }

// rate is the true rate of reports of a label at an age on a day.
func rate(label, age int, day pattern.Day) float64 {
	wear := 1.0
	switch label {
	case 0:
		wear = 0.5 + float64(age)/365
	case 1:
		wear = 0.6 + 1.5*math.Exp(-float64(age)/60)
	}
	season := 1.0
	if label == 2 {
		season = 1 + 0.5*math.Sin(2*math.Pi*float64(day)/365.25)
	}
	return rateScale * wear * season
}

func newWorld(seed uint64, skus, batches int, planted ...plant) *world {
	rng := rand.New(rand.NewPCG(seed, 1))
	from := pattern.Day(18000)
	w := &world{period: pattern.Period{From: from, To: from + worldDays}}
	for b := range batches {
		sku := b % skus
		made := from + pattern.Day(rng.IntN(worldDays-100))
		supplier := rng.IntN(8)
		lot := fmt.Sprintf("S%d-%d", supplier, int(made-from)/90)
		for _, house := range []string{"north", "south", "west"} {
			if rng.Float64() < 0.3 {
				continue
			}
			for month := range 3 {
				w.cohorts = append(w.cohorts, pattern.Cohort{
					Units: 60 + rng.IntN(120), Since: made + pattern.Day(month*30), Stratum: fmt.Sprint("sku", sku),
					Groups: []pattern.Key{
						{Kind: "batch", Name: fmt.Sprint(b)}, {Kind: "lot", Name: lot},
						{Kind: "supplier", Name: fmt.Sprint(supplier)}, {Kind: "warehouse", Name: house},
						{Kind: "sku", Name: fmt.Sprint(sku)},
					},
				})
			}
		}
	}
	for i, c := range w.cohorts {
		boost := 1.0
		for _, p := range planted {
			if slices.Contains(c.Groups, p.key) {
				boost *= p.ratio
			}
		}
		w.draw(rng, i, c, boost)
	}
	slices.SortStableFunc(w.claims, func(a, b pattern.Claim) int { return cmp.Compare(a.Reported, b.Reported) })
	return w
}

// draw makes a cohort's claims, by days.
func (w *world) draw(rng *rand.Rand, i int, c pattern.Cohort, boost float64) {
	for label := range worldLabels {
		for day := max(c.Since, w.period.From); day < w.period.To; day++ {
			mu := float64(c.Units) * rate(label, int(day-c.Since), day)
			if label == 0 {
				mu *= boost
			}
			for rng.Float64() < mu { // mu is far below 1
				w.claims = append(w.claims, pattern.Claim{ID: fmt.Sprint(len(w.claims)), Cohort: i, Label: labelName(label), Reported: day})
				mu /= 2
			}
		}
	}
}

// seasonOf is the season of rate, by calendar month.
func seasonOf(label, month int) float64 {
	if label != 2 {
		return 1
	}
	day := float64(month)*30.44 + 15
	return 1 + 0.5*math.Sin(2*math.Pi*day/365.25)
}
