package pattern_test

import (
	"math"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// The rivals do what is common: counts a week by group against the average of all units, by
// unit-days and without age or season. Each gives, for every group and label, the size of its
// statistic by week; an alarm is the first week at or above a threshold.

type groupLabel struct {
	key   pattern.Key
	label string
}

// weeks are claims and unit-days by week.
type weeks struct {
	claims map[groupLabel][]float64
	days   map[pattern.Key][]float64
	rate   map[string]float64 // claims per unit-day
	n      int
}

func newWeeks(w *world) *weeks {
	x := &weeks{claims: map[groupLabel][]float64{}, days: map[pattern.Key][]float64{}, rate: map[string]float64{}, n: worldDays/7 + 1}
	total := 0.0
	for _, c := range w.cohorts {
		for i := range x.n {
			d := float64(c.Units) * math.Max(0, math.Min(7, float64(w.period.From)+float64(7*(i+1))-float64(c.Since)))
			total += d
			for _, k := range c.Groups {
				if x.days[k] == nil {
					x.days[k] = make([]float64, x.n)
				}
				x.days[k][i] += d
			}
		}
	}
	for _, c := range w.claims {
		x.rate[c.Label] += 1 / total
		for _, k := range w.cohorts[c.Cohort].Groups {
			at := groupLabel{k, c.Label}
			if x.claims[at] == nil {
				x.claims[at] = make([]float64, x.n)
			}
			x.claims[at][int(c.Reported-w.period.From)/7]++
		}
	}
	return x
}

// rival gives the statistic by week.
type rival func(claims, expected []float64) []float64

// twice is "rate above 2 x average" in 13 weeks; its statistic is the claims behind it.
func twice(claims, expected []float64) []float64 {
	out := make([]float64, len(claims))
	n, mu := 0.0, 0.0
	for i := range claims {
		n, mu = n+claims[i], mu+expected[i]
		if i >= 13 {
			n, mu = n-claims[i-13], mu-expected[i-13]
		}
		if n >= 2*mu {
			out[i] = n
		}
	}
	return out
}

// cusum is Page's for a doubled Poisson rate.
func cusum(claims, expected []float64) []float64 {
	out := make([]float64, len(claims))
	s := 0.0
	for i := range claims {
		s = max(0, s+claims[i]*math.Ln2-expected[i])
		out[i] = s
	}
	return out
}

// highest are the largest statistics of each group and label, from high to low.
func (x *weeks) highest(r rival) []float64 {
	var out []float64
	for at, claims := range x.claims {
		out = append(out, slices.Max(r(claims, x.expected(at))))
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

func (x *weeks) expected(at groupLabel) []float64 {
	out := make([]float64, x.n)
	for i, d := range x.days[at.key] {
		out[i] = d * x.rate[at.label]
	}
	return out
}

// first is the week of a group's alarm.
func (x *weeks) first(r rival, at groupLabel, threshold float64) (int, bool) {
	if x.claims[at] == nil {
		return 0, false
	}
	for i, s := range r(x.claims[at], x.expected(at)) {
		if s > threshold {
			return i, true
		}
	}
	return 0, false
}
