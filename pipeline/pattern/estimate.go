package pattern

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mathext"
)

// Estimate gives what is believed of a count's ratio. A count without expectation gets the
// prior's own.
func (s Shrinkage) Estimate(c Count) Estimate {
	c.Expected = max(c.Expected, leastExpected)
	parts := s.logMarginal(c)
	share := math.Exp(parts[0] - floats.LogSumExp(parts))
	n := float64(c.Observed)
	log := share*(mathext.Digamma(s.Shape[0]+n)-math.Log(s.Rate[0]+c.Expected)) +
		(1-share)*(mathext.Digamma(s.Shape[1]+n)-math.Log(s.Rate[1]+c.Expected))
	return Estimate{Mean: math.Exp(log), Low: s.quantile(c, share, 0.05)}
}

// quantile of the posterior mixture, by bisection on the logarithm.
func (s Shrinkage) quantile(c Count, share, p float64) float64 {
	n := float64(c.Observed)
	below := func(x float64) float64 {
		return share*mathext.GammaIncReg(s.Shape[0]+n, x*(s.Rate[0]+c.Expected)) +
			(1-share)*mathext.GammaIncReg(s.Shape[1]+n, x*(s.Rate[1]+c.Expected))
	}
	low, high := -40.0, 15.0
	for range 60 {
		if m := (low + high) / 2; below(math.Exp(m)) < p {
			low = m
		} else {
			high = m
		}
	}
	return math.Exp((low + high) / 2)
}
