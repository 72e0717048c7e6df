package pattern

import (
	"runtime"
	"slices"

	"github.com/sourcegraph/conc/iter"
)

// expecting is a stretch of the curves under way, from one step to another.
type expecting struct {
	*Monitor
	ramps   []*ramp     // by label
	from    int         // the first step, where ramps begin
	factors [][]float64 // by label, then stratum
	plain   []bool      // by label
	doubts  *doubts
	spanned []spanned
}

// spanned is a cohort and the steps of the stretch that it counts in, the last one excluded.
type spanned struct{ cohort, first, last int }

// expectCohorts adds what the cohorts let expect, by week. Each core takes some of the groups, so that
// a stream's sum is the same whatever their number.
func (m *Monitor) expectCohorts(ramps []*ramp, from, to int, doubts *doubts) {
	x := &expecting{Monitor: m, ramps: ramps, from: from, factors: m.factors(), plain: m.plain(), doubts: doubts}
	end, begin := m.period.From+Day(to*step), m.period.From+Day(from*step-m.baseline.Warranty)
	for _, i := range m.order {
		c := &m.cohorts[i]
		if c.Since >= end || c.Since < begin {
			continue
		}
		first, last := m.period.span(*c, m.baseline.Warranty)
		if first, last = max(first, from), min(last, to); first < last {
			x.spanned = append(x.spanned, spanned{i, first, last})
			for _, r := range ramps {
				r.of(c.Since) // the cores only read what it keeps
			}
		}
	}
	cores := make([]struct{}, runtime.GOMAXPROCS(0))
	iter.ForEachIdx(cores, func(core int, _ *struct{}) { x.add(core, len(cores)) })
}

// add does one core's groups. (By cohort, then label: the streams of a group lie together, and going
// label by label takes twice as long.)
func (x *expecting) add(core, cores int) {
	room := make([]float64, x.period.steps())
	var groups []int32
	for _, at := range x.spanned {
		groups = groups[:0]
		for _, g := range x.members[at.cohort] {
			if int(g)%cores == core {
				groups = append(groups, g)
			}
		}
		if len(groups) == 0 {
			continue
		}
		for l := range x.ramps {
			x.addTo(groups, at, l, room[at.first:at.last])
		}
	}
}

// addTo adds what a cohort lets expect of a label to groups that it is in.
func (x *expecting) addTo(groups []int32, at spanned, l int, weekly []float64) {
	c, stratum := &x.cohorts[at.cohort], x.stratum[at.cohort]
	x.ramps[l].weekly(c, x.factors[l][stratum], at.first-x.from, weekly)
	sum := 0.0
	for _, w := range weekly {
		sum += w
	}
	var mine []Known
	if x.plain[l] {
		mine = x.knownOf(*c, l)
	}
	for _, g := range groups {
		stream := int(g)*len(x.names) + l
		times := timesKnown(mine, x.keys[g])
		curve := x.streams[stream].curve[at.first:at.last]
		for s, w := range weekly {
			curve[s] += float32(w * times)
		}
		x.doubts.add(stream, stratum, sum*times)
	}
}

// plain says of which labels something is known that cohorts name.
func (m *Monitor) plain() []bool {
	out := make([]bool, len(m.names))
	for l := range out {
		out[l] = slices.ContainsFunc(m.known[l], func(k Known) bool { return k.Shares == nil })
	}
	return out
}

// factors are those of the strata, by label.
func (m *Monitor) factors() [][]float64 {
	out := make([][]float64, len(m.names))
	for l, name := range m.names {
		for _, s := range m.strata {
			out[l] = append(out[l], m.baseline.Labels[name].factor(s))
		}
	}
	return out
}

func (m *Monitor) knownOf(c Cohort, label int) []Known {
	var out []Known
	for _, k := range m.known[label] {
		if k.Shares == nil && k.has(c) {
			out = append(out, k)
		}
	}
	return out
}
