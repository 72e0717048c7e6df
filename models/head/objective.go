package head

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// weights are the parameters of a linear softmax model. The dense part is laid out class
// by class (for dot products with a row), the sparse part column by column (so that one
// nonzero touches one run of memory).
type weights struct {
	classes, denseCols, sparseCols int
	// flat is [classes*denseCols dense][sparseCols*classes sparse][classes bias].
	flat []float64
}

func newWeights(classes int, t *transform) *weights {
	w := &weights{classes: classes, denseCols: t.dense, sparseCols: t.sparse}
	w.flat = make([]float64, classes*(t.dense+t.sparse+1))
	return w
}

// over gives the same shape over other memory.
func (w *weights) over(flat []float64) *weights {
	v := *w
	v.flat = flat
	return &v
}

func (w *weights) dense(k int) []float64 { return w.flat[k*w.denseCols : (k+1)*w.denseCols] }

func (w *weights) sparse(j uint32) []float64 {
	at := w.classes*w.denseCols + int(j)*w.classes
	return w.flat[at : at+w.classes]
}

func (w *weights) bias() []float64 { return w.flat[len(w.flat)-w.classes:] }

// logits writes the row's score for each class to out.
func (w *weights) logits(r row, out []float64) {
	copy(out, w.bias())
	if len(r.dense) > 0 {
		for k := range out {
			out[k] += floats.Dot(r.dense, w.dense(k))
		}
	}
	for i, j := range r.index {
		x := float64(r.value[i])
		for k, v := range w.sparse(j) {
			out[k] += x * v
		}
	}
}

// sample is one weighted row with its target distribution over the classes.
type sample struct {
	row    row
	target []float64
	weight float64
}

// objective is mean weighted cross-entropy plus an L2 penalty on all but the bias.
type objective struct {
	shape   *weights
	samples []sample
	lambda  float64 // penalty is lambda/2 |W|^2
	total   float64 // sum of sample weights

	at, grad []float64 // the last point, so that value and gradient cost one pass
	value    float64
	p        []float64
}

func newObjective(shape *weights, samples []sample, strength float64) *objective {
	o := &objective{shape: shape, samples: samples, p: make([]float64, shape.classes)}
	for _, s := range samples {
		o.total += s.weight
	}
	o.lambda = 1 / (strength * o.total)
	o.grad = make([]float64, len(shape.flat))
	return o
}

// Func is the loss at x.
func (o *objective) Func(x []float64) float64 {
	o.eval(x)
	return o.value
}

// Grad writes the gradient at x to grad.
func (o *objective) Grad(grad, x []float64) {
	o.eval(x)
	copy(grad, o.grad)
}

func (o *objective) eval(x []float64) {
	if o.at != nil && floats.Equal(o.at, x) {
		return
	}
	o.at = append(o.at[:0], x...)
	w, g := o.shape.over(x), o.shape.over(o.grad)
	penalised := len(x) - w.classes
	o.value = 0.5 * o.lambda * floats.Dot(x[:penalised], x[:penalised])
	floats.ScaleTo(o.grad[:penalised], o.lambda, x[:penalised])
	clear(g.bias())
	for i := range o.samples {
		o.value += o.add(w, g, &o.samples[i])
	}
}

// add puts one sample's gradient into g and returns its share of the loss.
func (o *objective) add(w, g *weights, s *sample) float64 {
	w.logits(s.row, o.p)
	norm := floats.LogSumExp(o.p)
	loss, share := 0.0, s.weight/o.total
	for k, z := range o.p {
		if t := s.target[k]; t > 0 {
			loss -= t * (z - norm)
		}
		o.p[k] = share * (math.Exp(z-norm) - s.target[k])
	}
	floats.Add(g.bias(), o.p)
	if len(s.row.dense) > 0 {
		for k, d := range o.p {
			floats.AddScaled(g.dense(k), d, s.row.dense)
		}
	}
	for i, j := range s.row.index {
		x := float64(s.row.value[i])
		column := g.sparse(j)
		for k, d := range o.p {
			column[k] += x * d
		}
	}
	return share * loss
}
