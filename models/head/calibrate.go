package head

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"
)

// Calibration turns a head's scores into probabilities: softmax(Scale*z + Bias). Scale is
// the inverse of the temperature of Guo et al. (ICML 2017); Bias, one entry a class and
// shrunk to zero, undoes the shift that class weights put into the scores.
type Calibration struct {
	Scale float64   `json:"scale"`
	Bias  []float64 `json:"bias"`
}

// biasPrior is the standard deviation of the Gaussian prior on a class's bias, in logits:
// wide enough to undo full balancing of a 1:50 class, tight enough for a class of ten rows.
const biasPrior = 1.0

// scalePrior is the standard deviation of the Gaussian prior on the log of the scale: a
// few rows that the scores separate without error do not make the next one certain.
const scalePrior = 1.0

// calibrate fits the map on scores of rows that the fit did not see.
func calibrate(scores [][]float64, truth []int) (Calibration, error) {
	k := len(scores[0])
	o := &calibrationLoss{scores: scores, truth: truth, p: make([]float64, k)}
	start := make([]float64, k+1) // log scale, then bias
	res, err := optimize.Minimize(optimize.Problem{Func: o.value, Grad: o.gradient}, start,
		&optimize.Settings{GradientThreshold: 1e-7, MajorIterations: 200}, &optimize.BFGS{})
	if res == nil {
		return Calibration{}, fmt.Errorf("calibrate: %w", err)
	}
	c := Calibration{Scale: math.Exp(res.X[0]), Bias: append([]float64(nil), res.X[1:]...)}
	floats.AddConst(-floats.Sum(c.Bias)/float64(k), c.Bias)
	return c, nil
}

// apply writes the probabilities of scores to out, which may be scores itself.
func (c Calibration) apply(scores, out []float64) {
	for k, z := range scores {
		out[k] = c.Scale*z + c.Bias[k]
	}
	norm := floats.LogSumExp(out)
	for k := range out {
		out[k] = math.Exp(out[k] - norm)
	}
}

type calibrationLoss struct {
	scores [][]float64
	truth  []int
	p      []float64
}

func (o *calibrationLoss) value(x []float64) float64 { return o.eval(x, nil) }
func (o *calibrationLoss) gradient(g, x []float64)   { o.eval(x, g) }

// eval is the mean log loss with the priors; grad, when given, gets the
// gradient.
func (o *calibrationLoss) eval(x, grad []float64) float64 {
	scale, n := math.Exp(x[0]), float64(len(o.scores))
	loss := 0.0
	clear(grad)
	for i, z := range o.scores {
		for k := range z {
			o.p[k] = scale*z[k] + x[k+1]
		}
		norm := floats.LogSumExp(o.p)
		loss += norm - o.p[o.truth[i]]
		if grad == nil {
			continue
		}
		for k := range z {
			d := math.Exp(o.p[k] - norm)
			if k == o.truth[i] {
				d--
			}
			grad[0] += d * scale * z[k] / n
			grad[k+1] += d / n
		}
	}
	loss = loss/n + x[0]*x[0]/(2*scalePrior*scalePrior*n)
	if grad != nil {
		grad[0] += x[0] / (scalePrior * scalePrior * n)
	}
	for k, b := range x[1:] {
		loss += b * b / (2 * biasPrior * biasPrior * n)
		if grad != nil {
			grad[k+1] += b / (biasPrior * biasPrior * n)
		}
	}
	return loss
}
