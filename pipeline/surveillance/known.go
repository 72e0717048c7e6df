package surveillance

import (
	"cmp"
	"maps"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// known are causes as package pattern allows for them.
func (st *state) known(causes []*cause) []pattern.Known {
	var out []pattern.Known
	for _, c := range causes {
		for _, label := range c.labels() {
			out = append(out, pattern.Known{Group: st.fleet.keys[c.group], Label: st.labels.names[label], Since: c.onset, Ratio: st.ratioOf(c, label),
				Units: st.margins.units(c.group), Shares: st.sharesOf(c.group)})
		}
	}
	return out
}

func (c *cause) labels() []int32 { return append([]int32{c.label}, c.also...) }

// sharesOf are the units of a group as cohorts of the other groups that they are in, their starts of
// service rounded to four weeks.
func (st *state) sharesOf(group int32) []pattern.Cohort {
	l := st.lessons
	if have, ok := l.shares[group]; ok {
		return have
	}
	f := st.fleet
	units := map[margin]int32{}
	for _, set := range f.members[group] {
		for _, r := range f.at(set) {
			since := r.since
			if f.basis == store.BasisUnits {
				since = fourWeeks(since)
			}
			for _, g := range f.sets[set] {
				if g != group {
					units[margin{g, f.strata[set], since}] += r.units
				}
			}
		}
	}
	order := slices.SortedFunc(maps.Keys(units), func(a, b margin) int { // sums must not depend on chance
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.stratum, b.stratum), cmp.Compare(a.since, b.since))
	})
	out := make([]pattern.Cohort, 0, len(units))
	for _, at := range order {
		out = append(out, f.cohort(at, units[at]))
	}
	l.shares[group] = out
	return out
}

// reweigh says anew how many times as many claims each cause brings, given the others of its label:
// what was found has been chosen for being large.
func (st *state) reweigh() {
	by := map[int32][]*cause{}
	for _, c := range st.causes {
		for _, label := range c.labels() {
			by[label] = append(by[label], c)
		}
	}
	for label, causes := range by {
		w := st.weigh(label)
		if w == nil {
			continue
		}
		times := st.spilledTimes(label)
		for _, c := range causes {
			for _, set := range st.fleet.members[c.group] {
				times[set] *= st.ratioOf(c, label)
			}
		}
		sum := st.fleet.weekly(w)
		for _, c := range causes {
			was := st.ratioOf(c, label)
			for _, set := range st.fleet.members[c.group] {
				sum.add(set, times[set]/was)
			}
			cohorts := sum.flush(nil, st.fleet.keys[c.group:c.group+1])
			mu := st.expected(cohorts, w, c.group, label, pattern.Period{From: c.onset, To: st.today + 1})
			if mu <= 0 {
				continue
			}
			ratio := max(1, float64(len(st.mine(c.group, label, c.onset)))/mu)
			for _, set := range st.fleet.members[c.group] {
				times[set] *= ratio / was
			}
			c.setRatio(label, ratio)
		}
	}
	st.spillOver()
}

func (c *cause) setRatio(label int32, ratio float64) {
	if label == c.label {
		c.finding.Ratio = ratio
	} else {
		c.ratios[label] = ratio
	}
}
