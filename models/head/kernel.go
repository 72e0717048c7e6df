package head

import (
	"gonum.org/v1/gonum/blas/blas32"
)

// maxGram is the number of rows up to which all pairwise products are kept (float32, so
// 144 MB at most). Above it products are formed by passes over the rows.
const maxGram = 6000

// kernel multiplies by the matrix of inner products of rows. The best weights of a
// regularised linear model are a mix of its rows (the representer theorem), so a fit needs
// nothing else of them: 4,000 rows of 300,000 n-grams cost as little as 4,000 numbers.
// Vectors are class-major: entry k*rows+i belongs to class k and the i-th row.
type kernel interface {
	// mul writes the products of rows to with the mix v of rows from: out has
	// classes*len(to), v classes*len(from) entries.
	mul(to, from []int, v, out []float64, classes int)
}

// newKernel picks the cheaper form for rows of the transform.
func newKernel(t *transform, rows []row) kernel {
	if len(rows) <= maxGram {
		return newGram(rows, t)
	}
	return newPasses(rows, t)
}

// gram keeps all products.
type gram struct {
	n int
	g []float32 // n by n
}

func newGram(rows []row, t *transform) *gram {
	m := &gram{n: len(rows), g: make([]float32, len(rows)*len(rows))}
	m.addDense(rows)
	m.addSparse(rows, t.sparse)
	for i := range m.n {
		for j := range i {
			m.g[j*m.n+i] = m.g[i*m.n+j]
		}
	}
	return m
}

// addDense adds the dense products below and on the diagonal, in blocks that stay in the
// cache.
func (m *gram) addDense(rows []row) {
	const block = 64
	if m.n == 0 || len(rows[0].dense) == 0 {
		return
	}
	narrow := make([]blas32.Vector, m.n)
	for i, r := range rows {
		narrow[i] = blas32.Vector{N: len(r.dense), Inc: 1, Data: float32s(r.dense)}
	}
	for i0 := 0; i0 < m.n; i0 += block {
		for j0 := 0; j0 <= i0; j0 += block {
			for i := i0; i < min(i0+block, m.n); i++ {
				for j := j0; j <= min(j0+block-1, i); j++ {
					m.g[i*m.n+j] += blas32.Dot(narrow[i], narrow[j])
				}
			}
		}
	}
}

// addSparse adds the sparse products, column by column: only rows that share a column meet.
func (m *gram) addSparse(rows []row, sparse int) {
	c := byColumn(rows, sparse)
	for j := range sparse {
		at, value := c.row[c.start[j]:c.start[j+1]], c.value[c.start[j]:c.start[j+1]]
		for a, x := range at {
			line := m.g[int(x)*m.n : int(x)*m.n+int(x)+1]
			for b, y := range at[:a+1] {
				line[y] += value[a] * value[b]
			}
		}
	}
}

func (m *gram) mul(to, from []int, v, out []float64, classes int) {
	mixes := make([]blas32.Vector, classes)
	for k := range mixes {
		mixes[k] = blas32.Vector{N: len(from), Inc: 1, Data: float32s(v[k*len(from) : (k+1)*len(from)])}
	}
	line := blas32.Vector{N: len(from), Inc: 1, Data: make([]float32, len(from))}
	for i, t := range to {
		full := m.g[t*m.n : (t+1)*m.n]
		for j, f := range from {
			line.Data[j] = full[f]
		}
		for k, mix := range mixes {
			out[k*len(to)+i] = float64(blas32.Dot(line, mix))
		}
	}
}
