package compare

import (
	"math"
	"slices"
)

// cell is a truth and two answers.
type cell struct{ truth, a, b int32 }

// labelFigures are those that depend on truth and answers only.
type labelFigures struct {
	t       table
	cells   []cell
	classes int
	ordinal bool
}

func newLabelFigures(p *axisPairs, ordinal bool) *labelFigures {
	f := &labelFigures{classes: p.classes, ordinal: ordinal}
	k := int64(p.classes)
	keys := make([]int64, len(p.at))
	for i := range keys {
		keys[i] = (int64(p.truth[i])*k+int64(p.answerA[i]))*k + int64(p.answerB[i])
	}
	distinct := slices.Clone(keys)
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	f.t.live = len(distinct)
	at := make(map[int64]int32, len(distinct))
	for c, key := range distinct {
		at[key] = int32(c)
		f.cells = append(f.cells, cell{truth: int32(key / k / k), a: int32(key / k % k), b: int32(key % k)})
	}
	f.t.of = make([]int32, len(keys))
	f.t.counts = make([]int32, len(distinct), 2*len(distinct))
	for i, key := range keys {
		f.t.of[i] = at[key]
		f.t.counts[at[key]]++
	}
	f.addMirrors(at, k)
	return f
}

// addMirrors links each cell with the one that has A's and B's answers exchanged.
func (f *labelFigures) addMirrors(at map[int64]int32, k int64) {
	f.t.mirror = make([]int32, f.t.live)
	for c := range f.t.live {
		one := f.cells[c]
		key := (int64(one.truth)*k+int64(one.b))*k + int64(one.a)
		m, known := at[key]
		if !known {
			m = int32(len(f.cells))
			at[key] = m
			f.cells = append(f.cells, cell{truth: one.truth, a: one.b, b: one.a})
			f.t.counts = append(f.t.counts, 0)
			f.t.mirror = append(f.t.mirror, int32(c))
		}
		f.t.mirror[c] = m
	}
}

func (f *labelFigures) table() *table { return &f.t }

func (f *labelFigures) metrics() []string {
	names := []string{Accuracy, MacroF1, BalancedAccuracy}
	if f.ordinal {
		names = append(names, QuadraticKappa)
	}
	return names
}

// meter measures the figures and their influence functions: how much one more claim of a
// cell moves the figure. The spread of the influences over claims is the standard error
// (Hampel: The Influence Curve and its Role in Robust Estimation, JASA 1974).
func (f *labelFigures) meter() func(counts []int32, out []estimate) {
	a, b := newSide(f.classes), newSide(f.classes)
	support := make([]float64, f.classes)
	return func(counts []int32, out []estimate) {
		clear(support)
		a.reset()
		b.reset()
		n := 0.0
		for c, count := range counts {
			if count == 0 {
				continue
			}
			v, one := float64(count), f.cells[c]
			n += v
			support[one.truth] += v
			a.add(one.truth, one.a, v)
			b.add(one.truth, one.b, v)
		}
		a.finish(support, n, f.ordinal)
		b.finish(support, n, f.ordinal)
		sums := [4]float64{}
		for c, count := range counts {
			one := f.cells[c]
			if count == 0 {
				continue
			}
			ia, ib := a.influence(one.truth, one.a, f.ordinal), b.influence(one.truth, one.b, f.ordinal)
			for m := range out {
				sums[m] += float64(count) * (ib[m] - ia[m]) * (ib[m] - ia[m])
			}
		}
		for m := range out {
			mean := 0.0
			if m == 0 { // accuracy's influence is not centred here
				mean = b.values[0] - a.values[0]
			}
			out[m] = estimate{a: a.values[m], b: b.values[m], se: math.Sqrt(max(0, sums[m]/n-mean*mean) / n)}
		}
	}
}
