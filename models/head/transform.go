package head

import (
	"math"

	"github.com/defekt/defekt/models/feature"
)

// minDeviation keeps columns that never change in training from being blown up by the
// division through their standard deviation.
const minDeviation = 1e-4

// maxDeviations bounds a standardised value, so that one wild photo cannot outvote the
// rest of its claim.
const maxDeviations = 8

// transform makes one row of numbers from an example: dense blocks that are never negative
// (activations, with their long tails) square-rooted, then standardised and scaled to unit
// mean square norm, one indicator per dense block that is missing, sparse
// blocks as they come.
type transform struct {
	layout feature.Layout
	// Mean and scale have one entry per dense column; scale is 1/(deviation*sqrt(dim)).
	mean, scale []float32
	// rooted says, by dense block in the order of the layout, whether roots are taken.
	rooted []bool
	// dense is the number of dense columns with the indicators, sparse of sparse ones.
	dense, sparse int
}

// contextWeight scales the blocks of context against those of the text. A dozen
// facts would else outweigh the words of the claim before the fit has seen a label.
const contextWeight = 0.3

func sourceWeight(source string) float32 {
	if source == "context" {
		return contextWeight
	}
	return 1
}

// row is a transformed example.
type row struct {
	dense []float64
	// runs are the stretches of dense that may not be zero: of a missing block that is its
	// indicator alone, and most claims lack the largest block, the photos'.
	runs  []run
	index []uint32
	value []float32
}

// run is a stretch of columns, from one to before the other.
type run struct{ from, to int }

// shape fills the column counts from the layout.
func (t *transform) shape() {
	t.dense, t.sparse = 0, 0
	for _, s := range t.layout {
		if s.Kind == feature.Dense {
			t.dense += s.Dim + 1
		} else {
			t.sparse += s.Dim
		}
	}
}

func (t *transform) denseBlocks() int {
	n := 0
	for _, s := range t.layout {
		if s.Kind == feature.Dense {
			n++
		}
	}
	return n
}

// fitTransform learns means and deviations from the examples that have the block.
func fitTransform(layout feature.Layout, examples []feature.Example) *transform {
	t := &transform{layout: layout}
	t.shape()
	for b, s := range layout {
		if s.Kind != feature.Dense {
			continue
		}
		rooted := neverNegative(examples, b)
		t.rooted = append(t.rooted, rooted)
		mean, dev := moments(examples, b, s.Dim, rooted)
		root := math.Sqrt(float64(s.Dim))
		for j := range mean {
			t.mean = append(t.mean, float32(mean[j]))
			t.scale = append(t.scale, sourceWeight(s.Source)*float32(1/(max(dev[j], minDeviation)*root)))
		}
	}
	return t
}

func neverNegative(examples []feature.Example, b int) bool {
	for _, e := range examples {
		for _, v := range e[b].Dense {
			if v < 0 {
				return false
			}
		}
	}
	return true
}

// rootOf is the square root of a value that may fall below zero on rows never seen.
func rootOf(v float32) float32 { return float32(math.Sqrt(float64(max(v, 0)))) }

// moments gives mean and standard deviation of each column of block b, of the roots if
// rooted.
func moments(examples []feature.Example, b, dim int, rooted bool) (mean, dev []float64) {
	mean, dev = make([]float64, dim), make([]float64, dim)
	n := 0.0
	for _, e := range examples {
		if !e[b].Present {
			continue
		}
		n++
		for j, v := range e[b].Dense {
			if rooted {
				v = rootOf(v)
			}
			d := float64(v) - mean[j]
			mean[j] += d / n
			dev[j] += d * (float64(v) - mean[j])
		}
	}
	for j := range dev {
		dev[j] = math.Sqrt(dev[j] / max(n, 1))
	}
	return mean, dev
}

// apply transforms one example; blocks of the source without are treated as missing.
func (t *transform) apply(e feature.Example, without string) row {
	r := row{dense: make([]float64, t.dense)}
	at, column, block, offset := 0, 0, 0, uint32(0)
	for b, s := range t.layout {
		present := e[b].Present && (without == "" || s.Source != without)
		if s.Kind == feature.Dense {
			if present {
				t.standardise(r.dense[at:at+s.Dim], e[b].Dense, column, t.rooted[block])
				r.runs = append(r.runs, run{at, at + s.Dim})
			} else {
				r.dense[at+s.Dim] = 1
				r.runs = append(r.runs, run{at + s.Dim, at + s.Dim + 1})
			}
			at += s.Dim + 1
			column += s.Dim
			block++
			continue
		}
		if present {
			weight := sourceWeight(s.Source)
			for i, j := range e[b].Index {
				r.index = append(r.index, offset+j)
				r.value = append(r.value, weight*e[b].Value[i])
			}
		}
		offset += uint32(s.Dim)
	}
	return r
}

func (t *transform) standardise(dst []float64, v []float32, column int, rooted bool) {
	mean, scale := t.mean[column:column+len(v)], t.scale[column:column+len(v)]
	limit := maxDeviations / math.Sqrt(float64(len(v)))
	for j, x := range v {
		if rooted {
			x = rootOf(x)
		}
		x := float64((x - mean[j]) * scale[j])
		dst[j] = min(max(x, -limit), limit)
	}
}
