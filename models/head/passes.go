package head

import "gonum.org/v1/gonum/blas/blas32"

// passes forms products by going from rows to columns and back. Numbers are held in single
// precision and the nonzeros twice, by row and by column: each pass then writes in order
// and what it reads out of order is a table that fits the cache.
type passes struct {
	rows          []row
	dense, sparse int
	narrow        [][]float32 // dense part of each row
	columns       columns
}

// columns are the nonzeros by column: those of column j lie from start[j] to start[j+1].
type columns struct {
	start []int
	row   []int32
	value []float32
}

func newPasses(rows []row, t *transform) *passes {
	p := &passes{rows: rows, dense: t.dense, sparse: t.sparse, narrow: make([][]float32, len(rows)), columns: byColumn(rows, t.sparse)}
	for i, r := range rows {
		p.narrow[i] = float32s(r.dense)
	}
	return p
}

func byColumn(rows []row, sparse int) columns {
	c := columns{start: make([]int, sparse+1)}
	for _, r := range rows {
		for _, j := range r.index {
			c.start[j+1]++
		}
	}
	for j := range sparse {
		c.start[j+1] += c.start[j]
	}
	next := append([]int(nil), c.start[:sparse]...)
	c.row, c.value = make([]int32, c.start[sparse]), make([]float32, c.start[sparse])
	for i, r := range rows {
		for e, j := range r.index {
			c.row[next[j]], c.value[next[j]] = int32(i), r.value[e]
			next[j]++
		}
	}
	return c
}

func (p *passes) mul(to, from []int, v, out []float64, classes int) {
	dense, sparse := p.mix(from, v, classes)
	width := padded(classes)
	score := make([]float32, width)
	for i, t := range to {
		clear(score)
		r := p.rows[t]
		for e, j := range r.index {
			addScaled(score, r.value[e], sparse[int(j)*width:int(j+1)*width])
		}
		for k := range classes {
			for _, run := range r.runs {
				score[k] += blas32.Dot(vector(p.narrow[t], run), vector(dense[k*p.dense:(k+1)*p.dense], run))
			}
			out[k*len(to)+i] = float64(score[k])
		}
	}
}

// mix is the mix v of rows as columns: the dense part class by class, the sparse part
// column by column, padded.
func (p *passes) mix(from []int, v []float64, classes int) (dense, sparse []float32) {
	width := padded(classes)
	shares := make([]float32, len(p.rows)*width)
	dense = make([]float32, classes*p.dense)
	for i, f := range from {
		each := shares[f*width : f*width+classes]
		for k := range each {
			each[k] = float32(v[k*len(from)+i])
			for _, run := range p.rows[f].runs {
				blas32.Axpy(each[k], vector(p.narrow[f], run), vector(dense[k*p.dense:(k+1)*p.dense], run))
			}
		}
	}
	sparse = make([]float32, p.sparse*width)
	for j := range p.sparse {
		sum := sparse[j*width : (j+1)*width]
		for e := p.columns.start[j]; e < p.columns.start[j+1]; e++ {
			at := int(p.columns.row[e]) * width
			addScaled(sum, p.columns.value[e], shares[at:at+width])
		}
	}
	return dense, sparse
}

func vector(of []float32, r run) blas32.Vector {
	return blas32.Vector{N: r.to - r.from, Inc: 1, Data: of[r.from:r.to]}
}

// lane is the number of classes that addScaled takes at once; tables are padded to it.
const lane = 8

// padded rounds a number of classes up to whole lanes.
func padded(classes int) int { return (classes + lane - 1) / lane * lane }

// addScaled adds x times v to sum, both whole lanes of one length. Arrays of a fixed size
// spare the compiler its bounds checks; a class count is too short for a call into
// assembly.
func addScaled(sum []float32, x float32, v []float32) {
	for len(sum) >= lane && len(v) >= lane {
		a, b := (*[lane]float32)(sum), (*[lane]float32)(v)
		a[0] += x * b[0]
		a[1] += x * b[1]
		a[2] += x * b[2]
		a[3] += x * b[3]
		a[4] += x * b[4]
		a[5] += x * b[5]
		a[6] += x * b[6]
		a[7] += x * b[7]
		sum, v = sum[lane:], v[lane:]
	}
}
