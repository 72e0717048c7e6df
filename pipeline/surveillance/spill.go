package surveillance

import (
	"cmp"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// spill is how many times as many claims of one label a group brings because the classifier takes
// another label's excess there for it.
type spill struct {
	group int32
	times float64
}

const (
	// spillDays are the days up to today that labels' usual claims are compared in.
	spillDays = 365
	// leastSpill is the times below which a spill changes nothing.
	leastSpill = 1.01
)

// spillOver works out, label by label, what the classifier's errors make of the causes' excesses.
func (st *state) spillOver() {
	st.spilled = map[int32][]spill{}
	if st.confusion == nil {
		return
	}
	usual := st.newUsually()
	for _, c := range st.causes {
		mine := c.labels()
		for name := range st.baseline.Labels {
			label := st.labels.ids[name]
			if label == all || slices.Contains(mine, label) {
				continue
			}
			times := 1.0
			for _, own := range mine {
				if leak := st.confusion.Leak(st.labels.names[own], name); leak > 0 {
					times += (st.ratioOf(c, own) - 1) * leak * usual.share(c.group, own, label)
				}
			}
			if times >= leastSpill {
				st.spilled[label] = append(st.spilled[label], spill{c.group, times})
			}
		}
	}
}

// spilledTimes are how many times as many claims of a label sets bring for that, one each without.
func (st *state) spilledTimes(label int32) []float64 {
	times := slices.Repeat([]float64{1}, len(st.fleet.sets))
	for _, s := range st.spilled[label] {
		for _, set := range st.fleet.members[s.group] {
			times[set] *= s.times
		}
	}
	return times
}

// usually is what groups of units usually bring of each label in the last year.
type usually struct {
	st   *state
	unit map[int32][]float64 // by label, then week of start of service
	sums map[[2]int32]float64
}

func (st *state) newUsually() *usually {
	return &usually{st: st, unit: map[int32][]float64{}, sums: map[[2]int32]float64{}}
}

// share is the usual claims of one label over those of another; 0 where nobody knows.
func (u *usually) share(group, of, over int32) float64 {
	if n := u.claims(group, over); n > 0 {
		return u.claims(group, of) / n
	}
	return 0
}

func (u *usually) claims(group, label int32) float64 {
	key := [2]int32{group, label}
	if sum, ok := u.sums[key]; ok {
		return sum
	}
	w, unit, sum := u.st.weigh(label), u.perUnit(label), 0.0
	if unit != nil {
		for _, m := range u.st.mixOf(group) {
			sum += m.units * w.factorOf(m.stratum) * unit[m.week]
		}
	}
	u.sums[key] = sum
	return sum
}

// perUnit gives the usual claims of one unit by week of start of service; nil for a label that is not
// watched.
func (u *usually) perUnit(label int32) []float64 {
	if out, ok := u.unit[label]; ok {
		return out
	}
	st := u.st
	var out []float64
	if w := st.weigh(label); w != nil {
		starts := make([]pattern.Day, st.fleet.weeks())
		for i := range starts {
			starts[i] = st.fleet.first + pattern.Day(i*step)
		}
		// The label is known and the period has days: there is nothing else to go wrong.
		out, _ = w.baseline.Usual(st.labels.names[label], pattern.Period{From: st.today - spillDays, To: st.today + 1}, starts)
	}
	u.unit[label] = out
	return out
}

// mixed is units of a group that are of one product and came into service in one week.
type mixed struct {
	stratum int32
	week    int
	units   float64
}

// mixOf gives a group's units by product and week.
func (st *state) mixOf(group int32) []mixed {
	if have, ok := st.mixes[group]; ok {
		return have
	}
	type at struct {
		stratum int32
		week    int
	}
	sums := map[at]int{}
	for _, set := range st.fleet.members[group] {
		for _, r := range st.fleet.at(set) {
			sums[at{st.fleet.strata[set], st.fleet.weekOf(r.since)}] += int(r.units)
		}
	}
	out := make([]mixed, 0, len(sums))
	for at, n := range sums {
		out = append(out, mixed{at.stratum, at.week, float64(n)})
	}
	slices.SortFunc(out, func(a, b mixed) int { // sums must not depend on chance
		return cmp.Or(cmp.Compare(a.stratum, b.stratum), cmp.Compare(a.week, b.week))
	})
	st.mixes[group] = out
	return out
}
