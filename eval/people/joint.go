package people

import "math"

// joint is the confident joint of Northcutt, Jiang, Chuang (JAIR 2021).
type joint struct {
	thresholds []float64
	counts     [][]int
	// likely is, by row, the class that the model is confident of, -1 for none.
	likely []int
}

func newJoint(g *given) *joint {
	k := len(g.labels)
	j := &joint{thresholds: make([]float64, k), counts: make([][]int, k), likely: make([]int, len(g.rows))}
	n := make([]float64, k)
	for i, l := range g.label {
		j.thresholds[l] += float64(g.p[i][l])
		n[l]++
	}
	for l := range k {
		j.counts[l] = make([]int, k)
		if n[l] > 0 {
			j.thresholds[l] /= n[l]
		}
	}
	for i, l := range g.label {
		j.likely[i] = j.confident(g.p[i], n)
		if j.likely[i] >= 0 {
			j.counts[l][j.likely[i]]++
		}
	}
	return j
}

// confident is the likeliest of the classes whose probability reaches what rows labelled so
// get on average; labels that no row has cannot be.
func (j *joint) confident(p []float32, n []float64) int {
	best := -1
	for l, v := range p {
		// An average of equal numbers may come out a bit above them.
		if n[l] > 0 && float64(v) >= j.thresholds[l]-1e-9 && (best < 0 || v > p[best]) {
			best = l
		}
	}
	return best
}

// contradicts says whether the model is confident of a label that the given one excludes.
func (j *joint) contradicts(g *given, i int) bool {
	return j.likely[i] >= 0 && !g.kin[g.label[i]][j.likely[i]]
}

// share is the calibrated joint's mass off the diagonal: each given label's row is scaled to
// the number of rows with that label.
func (j *joint) share(g *given) float64 {
	n := make([]float64, len(g.labels))
	for _, l := range g.label {
		n[l]++
	}
	wrong := 0.0
	for l, row := range j.counts {
		off, all := 0.0, 0.0
		for m, c := range row {
			all += float64(c)
			if !g.kin[l][m] {
				off += float64(c)
			}
		}
		if all > 0 {
			wrong += n[l] * off / all
		}
	}
	return wrong / math.Max(1, float64(len(g.rows)))
}
