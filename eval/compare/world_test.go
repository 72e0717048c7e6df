package compare

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/defekt/defekt/eval/sample"
)

// world draws two models' answers whose expected figures are known to be equal.
type world struct {
	name string
	// shares of the classes; the same read backwards.
	shares []float64
	// mirrored: B is A with the order of classes turned round. Both have the same expected
	// figures, all of them, but err on different claims. Otherwise both are the same model
	// with noise of its own, and interchangeable.
	mirrored bool
	// common is the part of the noise that the models share, 0..1.
	common float64
}

func worlds() []world {
	balanced, rare := []float64{.25, .25, .25, .25}, []float64{.05, .45, .45, .05}
	return []world{
		{"interchangeable, balanced", balanced, false, 0.6},
		{"interchangeable, 5 % classes", rare, false, 0.6},
		{"equally good, balanced", balanced, true, 0.3},
		{"equally good, 5 % classes", rare, true, 0.3},
	}
}

// axis draws n claims. gain is added to B's signal by row; nil for none.
func (w world) axis(r *rand.Rand, id string, n int, gain func(i int) float64) (a, b sample.Axis) {
	k := len(w.shares)
	a, b = blank(id, k, n), blank(id, k, n)
	signal := []float64{1.2, 2, 1.6, 2.8}
	za, zb := make([]float64, k), make([]float64, k)
	for i := range n {
		truth := pickClass(r, w.shares)
		for c := range k {
			both := math.Sqrt(w.common) * r.NormFloat64()
			za[c] = both + math.Sqrt(1-w.common)*r.NormFloat64()
			zb[c] = both + math.Sqrt(1-w.common)*r.NormFloat64()
		}
		za[truth] += signal[truth]
		if w.mirrored {
			zb[truth] += signal[k-1-truth]
		} else {
			zb[truth] += signal[truth]
		}
		if gain != nil {
			zb[truth] += gain(i)
		}
		fill(&a, i, truth, za)
		fill(&b, i, truth, zb)
	}
	return a, b
}

func pickClass(r *rand.Rand, shares []float64) int {
	u := r.Float64()
	for c, s := range shares {
		if u -= s; u < 0 {
			return c
		}
	}
	return len(shares) - 1
}

func blank(id string, k, n int) sample.Axis {
	a := sample.Axis{ID: id, Ordinal: true, Truth: make([]int32, n), Chosen: make([]int32, n), Confidence: make([]float32, n), Probabilities: make([]float32, n*k)}
	for c := range k {
		a.Labels, a.Parents, a.Classes = append(a.Labels, fmt.Sprint("label-", c)), append(a.Parents, -1), append(a.Classes, int32(c))
	}
	return a
}

// fill writes the answer of the greatest logit, with probabilities that are too sure.
func fill(a *sample.Axis, i, truth int, z []float64) {
	best, sum := 0, 0.0
	row := make([]float64, len(z))
	for c, v := range z {
		if v > z[best] {
			best = c
		}
		row[c] = math.Exp(2 * v)
		sum += row[c]
	}
	a.Truth[i], a.Chosen[i] = int32(truth), int32(best)
	for c := range row {
		a.Probabilities[i*len(z)+c] = float32(row[c] / sum)
	}
	a.Confidence[i] = a.Probabilities[i*len(z)+best]
}

func ids(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint("c", i)
	}
	return out
}

// pair draws two samples with one axis and no fields.
func (w world) pair(r *rand.Rand, n int) (a, b *sample.Sample) {
	axisA, axisB := w.axis(r, "severity", n, nil)
	return &sample.Sample{IDs: ids(n), Axes: []sample.Axis{axisA}}, &sample.Sample{IDs: ids(n), Axes: []sample.Axis{axisB}}
}
