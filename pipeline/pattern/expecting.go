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
}

// spanned is a cohort with one of its groups, and the steps of the stretch that it counts in, the last
// one excluded.
type spanned struct {
	cohort, group int32
	first, last   int32
}

// expectCohorts adds what the cohorts let expect, by week. Each core takes some of the groups, so that
// a stream's sum is the same whatever their number.
func (m *Monitor) expectCohorts(ramps []*ramp, from, to int, doubts *doubts) {
	x := &expecting{Monitor: m, ramps: ramps, from: from, factors: m.factors(), plain: m.plain(), doubts: doubts}
	cores := m.span(from, to)
	x.prepare(cores)
	iter.ForEach(cores, func(mine *[]spanned) { x.add(*mine) })
}

// span lists what counts in the stretch, for each core its groups.
func (m *Monitor) span(from, to int) [][]spanned {
	cores := make([][]spanned, runtime.GOMAXPROCS(0))
	for i := range cores {
		cores[i] = make([]spanned, 0, len(m.order)/len(cores))
	}
	end, begin := m.period.From+Day(to*step), m.period.From+Day(from*step-m.baseline.Warranty)
	for _, i := range m.order {
		c := &m.cohorts[i]
		if c.Since >= end || c.Since < begin {
			continue
		}
		first, last := m.period.span(*c, m.baseline.Warranty)
		if first, last = max(first, from), min(last, to); first >= last {
			continue
		}
		for _, g := range m.members[i] {
			core := int(g) % len(cores)
			cores[core] = append(cores[core], spanned{int32(i), g, int32(first), int32(last)})
		}
	}
	return cores
}

// prepare works out the ramps that will be asked for: the cores only read what they keep.
func (x *expecting) prepare(cores [][]spanned) {
	done := map[Day]bool{}
	for _, list := range cores {
		for _, at := range list {
			if since := x.cohorts[at.cohort].Since; !done[since] {
				done[since] = true
				for _, r := range x.ramps {
					r.of(since)
				}
			}
		}
	}
}

// add does one core's groups. (By cohort, then label: the streams of a group lie together, and going
// label by label takes twice as long.)
func (x *expecting) add(mine []spanned) {
	room := make([]float64, x.period.steps())
	for _, at := range mine {
		for l := range x.ramps {
			x.addTo(at, l, room[at.first:at.last])
		}
	}
}

// addTo adds what a cohort lets expect of a label to a group that it is in.
func (x *expecting) addTo(at spanned, l int, weekly []float64) {
	c, stratum := &x.cohorts[at.cohort], x.stratum[at.cohort]
	x.ramps[l].weekly(c, x.factors[l][stratum], int(at.first)-x.from, weekly)
	times := 1.0
	if x.plain[l] {
		times = timesKnown(x.knownOf(*c, l), x.keys[at.group])
	}
	stream := int(at.group)*len(x.names) + l
	curve := x.streams[stream].curve[at.first:at.last]
	sum := 0.0
	for s, w := range weekly {
		curve[s] += float32(w * times)
		sum += w
	}
	x.doubts.add(stream, stratum, sum*times)
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
