package surveillance

import (
	"math"
	"sync"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// weighed is what is usual for one label once units are counted by what is usual of their product:
// a unit of a product with twice the claims counts twice. Units of different products then need
// not be told apart, which leaves package pattern a fraction of the cohorts to go through.
type weighed struct {
	baseline *pattern.Baseline // of a grain of a unit, of any product
	factor   []float64         // by stratum, which may be -1, from one on
}

// grain is the parts of a unit that weighed units are rounded to; a power of two, so that rates
// divided by it are as exact as before.
const grain = 1 << 32

// weighs keeps what was weighed by one baseline.
type weighs struct {
	mu sync.Mutex
	by *pattern.Baseline
	of map[int32]*weighed
}

// weigh gives it, nil for a label that is not watched.
func (st *state) weigh(label int32) *weighed {
	k := &st.weighs
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.by != st.baseline {
		k.by, k.of = st.baseline, map[int32]*weighed{}
	}
	w, ok := k.of[label]
	if !ok {
		w = st.newWeighed(label)
		k.of[label] = w
	}
	return w
}

func (st *state) newWeighed(label int32) *weighed {
	name := st.labels.names[label]
	r := st.baseline.Labels[name]
	if r == nil {
		return nil
	}
	flat := pattern.Rates{Season: r.Season}
	for i, h := range r.Hazard {
		flat.Hazard[i] = h / grain
	}
	w := &weighed{baseline: &pattern.Baseline{Warranty: st.baseline.Warranty, Labels: map[string]*pattern.Rates{name: &flat}},
		factor: make([]float64, len(st.fleet.names)+1)}
	for i := range w.factor {
		w.factor[i] = 1
	}
	for product, f := range r.Factor {
		if product == "" {
			w.factor[0] = f
		} else if id, ok := st.fleet.ids[store.Group{Kind: store.GroupSKU, Name: product}]; ok {
			w.factor[id+1] = f
		}
	}
	return w
}

// factorOf is one for a product that is new since.
func (w *weighed) factorOf(stratum int32) float64 {
	if int(stratum+1) >= len(w.factor) {
		return 1
	}
	return w.factor[stratum+1]
}

// grains are units of a stratum as they count.
func (w *weighed) grains(units float64, stratum int32) int {
	return int(math.Round(units * w.factorOf(stratum) * grain))
}

// weekly adds up weighed units of sets by week of start of service, for groups whose units need
// not be told apart further. It is room to work in, empty between uses.
type weekly struct {
	fleet *fleet
	weigh *weighed
	units []float64 // by week
}

func (f *fleet) weekly(w *weighed) *weekly {
	return &weekly{fleet: f, weigh: w, units: make([]float64, f.weeks())}
}

// add counts a set's units so many times.
func (w *weekly) add(set int32, times float64) {
	f := w.fleet
	times *= w.weigh.factorOf(f.strata[set])
	for _, r := range f.at(set) {
		w.units[f.weekOf(r.since)] += float64(r.units) * times
	}
}

// flush appends the units as cohorts and begins anew.
func (w *weekly) flush(to []pattern.Cohort, groups []pattern.Key) []pattern.Cohort {
	for at, n := range w.units {
		if n > 0 {
			to = append(to, pattern.Cohort{Units: int(math.Round(n * grain)), Since: w.fleet.first + pattern.Day(at*step), Groups: groups})
		}
	}
	clear(w.units)
	return to
}

// cohorts are those of one group.
func (f *fleet) cohorts(group int32, w *weighed) []pattern.Cohort {
	sum := f.weekly(w)
	for _, set := range f.members[group] {
		sum.add(set, 1)
	}
	return sum.flush(nil, f.keys[group:group+1])
}

// expected is the number of claims of a label that cohorts of one group usually bring in a period.
func (st *state) expected(cohorts []pattern.Cohort, w *weighed, group, label int32, p pattern.Period) float64 {
	f, err := pattern.Explain(cohorts, nil, w.baseline, st.labels.names[label], p, st.fleet.keys[group:group+1])
	if err != nil || len(f) == 0 {
		return 0 // a period of no day
	}
	return f[0].Expected
}
