package detection

import (
	"cmp"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern/watch"
)

// furtherWeight is what the further recalls of one pair count together, beside 1 for a case.
const furtherWeight = 0.5

// Examples makes the training data of the pairs for which use answers true: their cases that
// are not ambiguous, and the further recalls of these pairs (later campaigns on a stream that
// was recalled before), which share a small weight. The component table of each leaves its own
// pair out, as it will be left out for streams that are new.
func (d *Data) Examples(cases []Case, use func(Pair) bool) []watch.Example {
	tables := map[Pair]watch.ComponentTable{}
	table := func(p Pair) watch.ComponentTable {
		t, ok := tables[p]
		if !ok {
			t = d.Table(func(q Pair) bool { return q == p || !use(q) })
			tables[p] = t
		}
		return t
	}
	var out []watch.Example
	for _, c := range cases {
		p := c.Pair()
		if !c.Ambiguous && use(p) {
			out = append(out, watch.Example{Stream: c.Stream, Recalled: c.Recalled, Until: c.Until(), Weight: 1, Components: table(p)})
		}
	}
	for p, further := range d.further(cases, use) {
		for _, e := range further {
			e.Weight, e.Components = furtherWeight/float64(len(further)), table(p)
			out = append(out, e)
		}
	}
	// The order of a map is random, and sums depend on it in their last digit.
	slices.SortStableFunc(out, compare)
	return out
}

func compare(a, b watch.Example) int {
	return cmp.Or(
		pairOf(a.Stream).Compare(pairOf(b.Stream)), cmp.Compare(a.Until, b.Until),
		cmp.Compare(len(a.Stream.Reports), len(b.Stream.Reports)), cmp.Compare(a.Weight, b.Weight),
		slices.CompareFunc(a.Stream.Reports, b.Stream.Reports, func(x, y watch.Report) int {
			return cmp.Or(cmp.Compare(x.Filed, y.Filed), cmp.Compare(x.Year, y.Year))
		}),
	)
}

// further are recalls of the pairs in use that no case is about, with enough reports before.
func (d *Data) further(cases []Case, use func(Pair) bool) map[Pair][]watch.Example {
	type known struct {
		Pair
		day watch.Day
	}
	have := map[known]bool{}
	for _, c := range cases {
		if c.Recalled {
			have[known{c.Pair(), c.Announced}] = true
		}
	}
	out := map[Pair][]watch.Example{}
	for _, r := range d.Recalls {
		for _, name := range models(r) {
			p := Pair{name.Model, r.Component}
			k := known{p, r.Announced}
			if have[k] || !use(p) {
				continue
			}
			e := watch.Example{Recalled: true, Until: r.Announced - 1, Stream: d.stream(r, name)}
			if e.Stream.Len(e.Until) >= watch.LeastReports {
				have[k] = true
				out[p] = append(out[p], e)
			}
		}
	}
	return out
}

// models are the makes and models of a recall, without years.
func models(r watch.Recall) []watch.Car {
	var out []watch.Car
	for _, c := range r.Cars {
		c.Year = 0
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// stream is the complaints about what r recalls, on the model years that it recalls.
func (d *Data) stream(r watch.Recall, name watch.Car) watch.Stream {
	s := watch.Stream{Make: name.Make, Model: name.Model, Component: r.Component}
	for _, c := range d.Complaints {
		if c.Car.Model == name.Model && slices.Contains(c.Components, r.Component) && slices.Contains(r.Cars, c.Car) {
			s.Reports = append(s.Reports, watch.Report{Filed: c.Filed, Year: c.Car.Year})
		}
	}
	return s
}
