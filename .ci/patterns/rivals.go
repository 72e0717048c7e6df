package main

import (
	"math"
	"slices"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/pattern"
)

// The rivals do what is common: claims a week by group and label against the average of all
// units, by unit-days, without age, season or product. Their average is taken over the whole
// watch, future included, which favours them.

type stream struct {
	group pattern.Key
	label string
}

// weeks are claims and unit-days by week of the watch.
type weeks struct {
	claims map[stream][]float64
	days   map[pattern.Key][]float64
	rate   map[string]float64 // claims per unit-day
	n      int
}

const week = 7

func newWeeks(f *fleet) *weeks {
	x := &weeks{claims: map[stream][]float64{}, days: map[pattern.Key][]float64{}, rate: map[string]float64{}}
	x.n = (int(f.watch.To-f.watch.From) + week - 1) / week
	total := 0.0
	for _, c := range f.cohorts {
		until := min(f.watch.To, c.Since+world.Warranty)
		if c.Until > 0 {
			until = min(until, c.Until)
		}
		from := max(f.watch.From, c.Since, c.From)
		if from >= until {
			continue
		}
		total += float64(c.Units) * float64(until-from)
		for _, k := range c.Groups {
			days := x.days[k]
			if days == nil {
				days = make([]float64, x.n)
				x.days[k] = days
			}
			for i := int(from-f.watch.From) / week; i < x.n; i++ {
				a, b := max(from, f.watch.From+pattern.Day(week*i)), min(until, f.watch.From+pattern.Day(week*i+week))
				if a >= b {
					break
				}
				days[i] += float64(c.Units) * float64(b-a)
			}
		}
	}
	for _, c := range f.claims {
		of := f.cohorts[c.Cohort]
		if c.Reported-of.Since >= world.Warranty {
			continue
		}
		x.rate[c.Label] += 1 / total
		for _, k := range of.Groups {
			at := stream{k, c.Label}
			if x.claims[at] == nil {
				x.claims[at] = make([]float64, x.n)
			}
			x.claims[at][int(c.Reported-f.watch.From)/week]++
		}
	}
	return x
}

// rival gives its statistic by week; an alarm is the first week above a threshold.
type rival struct {
	name string
	size func(claims, expected []float64) []float64
}

var rivals = []rival{{"2 x average", twice}, {"CUSUM", cusum}}

// twice is "rate above 2 x average" in 13 weeks; its statistic is the claims behind it.
func twice(claims, expected []float64) []float64 {
	const quarter = 13
	out := make([]float64, len(claims))
	n, mu := 0.0, 0.0
	for i := range claims {
		n, mu = n+claims[i], mu+expected[i]
		if i >= quarter {
			n, mu = n-claims[i-quarter], mu-expected[i-quarter]
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

func (x *weeks) expected(at stream) []float64 {
	out := make([]float64, x.n)
	for i, d := range x.days[at.group] {
		out[i] = d * x.rate[at.label]
	}
	return out
}

// highest are the largest values of each stream.
func (x *weeks) highest(r rival) []float64 {
	out := make([]float64, 0, len(x.claims))
	for at, claims := range x.claims {
		out = append(out, slices.Max(r.size(claims, x.expected(at))))
	}
	return out
}

// first is the day at the end of the first week, from a day on, in which a stream is above.
func (x *weeks) first(r rival, at stream, threshold float64, watch pattern.Period, from pattern.Day) (pattern.Day, bool) {
	best, found := watch.To, false
	for own, claims := range x.claims {
		if own.label != at.label || own.group.Whole() != at.group {
			continue // vintages count for rivals as they do for us
		}
		for i, s := range r.size(claims, x.expected(own)) {
			if day := watch.From + pattern.Day(week*i+week-1); s > threshold && day >= from {
				best, found = min(best, day), true
				break
			}
		}
	}
	return best, found
}
