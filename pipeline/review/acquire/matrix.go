package acquire

import (
	"math"

	"gonum.org/v1/gonum/blas/blas32"
)

// matrix holds vectors row by row, candidates first, labelled ones behind them. They are
// directions of unit length as seen from the midst of all: features of photos are never
// negative, so that seen from zero all of them lie one way. Claims without a vector have a
// row of zeros, which is as far from any as two that have nothing in common.
type matrix struct {
	n, dim int // n candidates
	rows   []blas32.Vector
}

func (p Pool) matrix() *matrix {
	m := &matrix{n: len(p.Vectors), dim: p.dim()}
	data := make([]float32, (len(p.Vectors)+len(p.Labelled))*m.dim)
	for _, list := range [][][]float32{p.Vectors, p.Labelled} {
		for _, v := range list {
			row := data[:m.dim:m.dim]
			data = data[m.dim:]
			unit(row, v)
			m.rows = append(m.rows, blas32.Vector{N: m.dim, Inc: 1, Data: row})
		}
	}
	m.centre()
	return m
}

// centre takes the mean direction off all rows.
func (m *matrix) centre() {
	mean, n := blas32.Vector{N: m.dim, Inc: 1, Data: make([]float32, m.dim)}, 0
	for _, r := range m.rows {
		if blas32.Dot(r, r) > 0 {
			blas32.Axpy(1, r, mean)
			n++
		}
	}
	if n == 0 {
		return
	}
	blas32.Scal(1/float32(n), mean)
	for _, r := range m.rows {
		if blas32.Dot(r, r) > 0 {
			blas32.Axpy(-1, mean, r)
			unit(r.Data, r.Data)
		}
	}
}

// unit writes v, which may be out, at length 1; what has no direction is left as it is.
func unit(out, v []float32) {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return
	}
	scale := 1 / math.Sqrt(sum)
	for j, x := range v {
		out[j] = float32(float64(x) * scale)
	}
}

// cosine is the inner product of two rows.
func (m *matrix) cosine(i, j int) float64 { return float64(blas32.Dot(m.rows[i], m.rows[j])) }

// apart is the squared distance of two rows, 0..4, over 2: 0 for the same direction, 1 for
// what has nothing in common.
func (m *matrix) apart(i, j int) float64 { return max(1-m.cosine(i, j), 0) }
