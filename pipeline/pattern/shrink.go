package pattern

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"
)

// Shrinkage is a prior on the ratio of observed to expected: a mixture of two gamma
// distributions, fitted to many groups (the gamma-Poisson shrinker of DuMouchel 1999).
type Shrinkage struct {
	// Shape and Rate of the two gammas, and the first one's Share.
	Shape, Rate [2]float64
	Share       float64
}

// Estimate is what is believed of one group's ratio.
type Estimate struct {
	// Mean is the geometric posterior mean (EBGM); Low is its 5 % quantile (EB05), to rank by.
	Mean, Low float64
}

// leastExpected is the expected count below which a group teaches the prior nothing.
const leastExpected = 1e-9

// FitShrinkage fits the prior by maximum likelihood (Nelder and Mead 1965, from DuMouchel's
// start). An [ErrInput] says that no count has an expectation.
func FitShrinkage(counts []Count) (Shrinkage, error) {
	usable := make([]Count, 0, len(counts))
	for _, c := range counts {
		if c.Expected > leastExpected {
			usable = append(usable, c)
		}
	}
	if len(usable) == 0 {
		return Shrinkage{}, fmt.Errorf("%w: no count has an expectation", ErrInput)
	}
	loss := func(x []float64) float64 {
		s := unpack(x)
		sum := 0.0
		for _, c := range usable {
			sum -= floats.LogSumExp(s.logMarginal(c))
		}
		return sum
	}
	start := []float64{math.Log(0.2), math.Log(0.1), math.Log(2), math.Log(4), math.Log(0.5)}
	best, err := optimize.Minimize(optimize.Problem{Func: loss}, start, &optimize.Settings{MajorIterations: 400}, &optimize.NelderMead{})
	if best == nil {
		return Shrinkage{}, fmt.Errorf("fit the prior of ratios: %w", err)
	}
	return unpack(best.X), nil
}

// unpack keeps parameters where they belong: above 0, the share between 0 and 1.
func unpack(x []float64) Shrinkage {
	e := func(v float64) float64 { return math.Exp(max(-9, min(9, v))) }
	return Shrinkage{
		Shape: [2]float64{e(x[0]), e(x[2])}, Rate: [2]float64{e(x[1]), e(x[3])},
		Share: 1 / (1 + math.Exp(-max(-9, min(9, x[4])))),
	}
}

// logMarginal is the logarithm of share times the negative binomial probability, by component.
func (s Shrinkage) logMarginal(c Count) []float64 {
	return []float64{math.Log(s.Share) + negativeBinomial(c, s.Shape[0], s.Rate[0]), math.Log1p(-s.Share) + negativeBinomial(c, s.Shape[1], s.Rate[1])}
}

func negativeBinomial(c Count, shape, rate float64) float64 {
	n := float64(c.Observed)
	up, _ := math.Lgamma(shape + n)
	low, _ := math.Lgamma(shape)
	fact, _ := math.Lgamma(n + 1)
	return up - low - fact + shape*math.Log(rate/(rate+c.Expected)) + n*math.Log(c.Expected/(rate+c.Expected))
}
