package compare

import (
	"cmp"
	"math"
	"slices"

	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/eval/sample"
)

// The cells of a score: differences are sorted, the outermost stand alone, and those in
// between are put together in groups of equal size.
const (
	scoreEdge   = 128
	scoreMiddle = 512
)

// scoreFigures is one mean over claims of a score that each model gets for its distribution.
// Claims with nearly the same difference share a cell, which keeps sums as they are and loses
// a negligible part of the variance.
type scoreFigures struct {
	t      table
	metric string
	a, b   []float64 // mean scores by cell
}

// newScoreFigures takes the scores of the claims; a and b have equal length, at least 1.
func newScoreFigures(metric string, a, b []float64) *scoreFigures {
	f := &scoreFigures{metric: metric, t: table{of: make([]int32, len(a))}}
	order := make([]int32, len(a))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(b[x]-a[x], b[y]-a[y]) })
	for from := 0; from < len(order); {
		to := scoreGroup(from, len(order))
		for to < len(order) && b[order[to]]-a[order[to]] == b[order[from]]-a[order[from]] {
			to++ // equal differences in one cell
		}
		sumA, sumB := 0.0, 0.0
		for _, i := range order[from:to] {
			f.t.of[i] = int32(f.t.live)
			sumA += a[i]
			sumB += b[i]
		}
		n := float64(to - from)
		f.a, f.b = append(f.a, sumA/n), append(f.b, sumB/n)
		f.t.counts = append(f.t.counts, int32(to-from))
		f.t.live++
		from = to
	}
	for c := range f.t.live {
		f.t.mirror = append(f.t.mirror, int32(f.t.live+c))
	}
	for c := range f.t.live {
		f.a, f.b = append(f.a, f.b[c]), append(f.b, f.a[c])
		f.t.counts = append(f.t.counts, 0)
		f.t.mirror = append(f.t.mirror, int32(c))
	}
	return f
}

// scoreGroup gives the end of the group that starts at from.
func scoreGroup(from, n int) int {
	if n <= 2*scoreEdge+scoreMiddle || from < scoreEdge || from >= n-scoreEdge {
		return from + 1
	}
	return min(from+(n-2*scoreEdge)/scoreMiddle+1, n-scoreEdge)
}

func (f *scoreFigures) table() *table { return &f.t }

func (f *scoreFigures) metrics() []string { return []string{f.metric} }

func (f *scoreFigures) meter() func(counts []int32, out []estimate) {
	return func(counts []int32, out []estimate) {
		n, a, b, squares := 0.0, 0.0, 0.0, 0.0
		for c, count := range counts {
			v, d := float64(count), f.b[c]-f.a[c]
			n += v
			a += v * f.a[c]
			b += v * f.b[c]
			squares += v * d * d
		}
		mean := (b - a) / n
		out[0] = estimate{a: a / n, b: b / n, se: math.Sqrt(max(0, squares/n-mean*mean) / n)}
	}
}

// scores gives log loss and Brier score of each claim for which both models have a
// distribution with a place for the truth.
func (p *axisPairs) scores() (lossA, lossB, brierA, brierB []float64) {
	classOfA, classOfB := p.classColumns(p.a, p.labels.fromA), p.classColumns(p.b, p.labels.fromB)
	for i, at := range p.at {
		lossOfA, squareA, knownA := score(p.a.Distribution(int(at.a)), classOfA[p.truth[i]])
		lossOfB, squareB, knownB := score(p.b.Distribution(int(at.b)), classOfB[p.truth[i]])
		if knownA && knownB {
			lossA, lossB = append(lossA, lossOfA), append(lossB, lossOfB)
			brierA, brierB = append(brierA, squareA), append(brierB, squareB)
		}
	}
	return lossA, lossB, brierA, brierB
}

// classColumns gives for each class of the common space the sample's column, -1 for none.
func (p *axisPairs) classColumns(a *sample.Axis, from []int32) []int32 {
	out := make([]int32, p.classes)
	for k := range out {
		out[k] = -1
	}
	for column, label := range a.Classes {
		out[from[label]] = int32(column)
	}
	return out
}

func score(distribution []float32, truth int32) (loss, brier float64, known bool) {
	if distribution == nil || truth < 0 {
		return 0, 0, false
	}
	return metric.LossOf(distribution, int(truth)), metric.BrierOf(distribution, int(truth)), true
}
