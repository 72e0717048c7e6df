package head

import (
	"math"

	"gonum.org/v1/gonum/optimize"
)

// confidence corrects the probability of the chosen label: P(right) =
// sigmoid(Slope*logit(p) + Offset), Platt's map (1999) on the log-odds. [Calibration]
// fits whole distributions; with many labels, and with decisions that are not the
// likeliest label, the one probability that people act on can still be off, and this is
// fitted on just that.
type confidence struct {
	Slope  float64 `json:"slope"`
	Offset float64 `json:"offset"`
}

// confidencePrior is the standard deviation of the Gaussian priors on log Slope and Offset.
const confidencePrior = 1.0

// fitConfidence fits the map on out-of-fold probabilities of the chosen labels.
func fitConfidence(chosen []float64, correct []bool) (confidence, error) {
	n := float64(len(chosen))
	value := func(x []float64) float64 {
		c := confidence{math.Exp(x[0]), x[1]}
		loss := (x[0]*x[0] + x[1]*x[1]) / (2 * confidencePrior * confidencePrior * n)
		for i, p := range chosen {
			q := c.of(p)
			if !correct[i] {
				q = 1 - q
			}
			loss -= math.Log(max(q, 1e-12)) / n
		}
		return loss
	}
	res, err := optimize.Minimize(optimize.Problem{Func: value}, []float64{0, 0}, nil, &optimize.NelderMead{})
	if res == nil {
		return confidence{}, err
	}
	return confidence{math.Exp(res.X[0]), res.X[1]}, nil
}

// of maps a probability.
func (c confidence) of(p float64) float64 {
	const edge = 1e-9
	p = min(max(p, edge), 1-edge)
	return 1 / (1 + math.Exp(-(c.Slope*math.Log(p/(1-p)) + c.Offset)))
}

// apply sets the chosen label's probability and shares the rest in proportion.
func (c confidence) apply(p []float64, choice int) {
	rest := 1 - p[choice]
	p[choice] = c.of(p[choice])
	for k := range p {
		switch {
		case k == choice:
		case rest > 0:
			p[k] *= (1 - p[choice]) / rest
		default:
			p[k] = (1 - p[choice]) / float64(len(p)-1)
		}
	}
}
