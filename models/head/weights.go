package head

import "gonum.org/v1/gonum/floats"

// weights are the parameters of a linear softmax model. The dense part is laid out class
// by class (for dot products with a row), the sparse part column by column (so that one
// nonzero touches one run of memory).
type weights struct {
	classes, denseCols, sparseCols int
	// flat is [classes*denseCols dense][sparseCols*classes sparse][classes bias].
	flat []float64
}

func newWeights(classes, dense, sparse int) *weights {
	w := &weights{classes: classes, denseCols: dense, sparseCols: sparse}
	w.flat = make([]float64, classes*(dense+sparse+1))
	return w
}

func (w *weights) dense(k int) []float64 { return w.flat[k*w.denseCols : (k+1)*w.denseCols] }

func (w *weights) sparse(j uint32) []float64 {
	at := w.classes*w.denseCols + int(j)*w.classes
	return w.flat[at : at+w.classes]
}

func (w *weights) bias() []float64 { return w.flat[len(w.flat)-w.classes:] }

// mixed is the mix of rows, in double precision: what a head keeps.
func mixed(rows []row, t *transform, mix []float64, classes int) *weights {
	w := newWeights(classes, t.dense, t.sparse)
	each := make([]float64, classes)
	for i, r := range rows {
		for k := range each {
			each[k] = mix[k*len(rows)+i]
		}
		w.add(r, each)
	}
	return w
}

// add adds each[k] times the row to the weights of class k.
func (w *weights) add(r row, each []float64) {
	for k, v := range each {
		column := w.dense(k)
		for _, run := range r.runs {
			floats.AddScaled(column[run.from:run.to], v, r.dense[run.from:run.to])
		}
	}
	for i, j := range r.index {
		x := float64(r.value[i])
		column := w.sparse(j)
		for k, v := range each {
			column[k] += x * v
		}
	}
}
