package capa

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Tally is claims and exposure of one side.
type Tally struct {
	Claims int
	// UnitDays is exposure: units times days in service.
	UnitDays float64
}

// Stratum is both sides at one age, so that young units are compared with young ones.
type Stratum struct{ Before, After Tally }

// Comparison is what the counts say of the ratio of the rate after over the rate before.
type Comparison struct {
	Before, After Tally // of the strata that have exposure on both sides
	// Expected is the number of claims after that the rate before would bring.
	Expected float64
	// Ratio is the conditional maximum likelihood estimate and Low to High its exact 95 %
	// interval; Ratio and High are MaxRatio where no claim came before.
	Ratio, Low, High float64
	// P is the probability of so few claims after, or fewer, if the ratio were the target.
	P float64
}

const (
	// MaxRatio stands for all ratios that are larger.
	MaxRatio = 1e6
	// maxExact is the number of claims up to which the distribution is computed exactly; above
	// it the normal approximation with its exact mean and variance differs in no digit that is
	// shown.
	maxExact = 2000
)

// Compare tests whether the rate after is below target times the rate before (target is 1 for
// any improvement). Given the claims of a stratum in all, those after are binomial with
// p = r·e2 / (r·e2 + e1), where e1 and e2 are the exposures and r the ratio (Przyborowski and
// Wilenski 1940); the sum over strata is a sum of independent binomials, whose distribution is
// computed by convolution (Martin and Austin 1996). The interval inverts the two one-sided tests
// at 2.5 % each.
func Compare(strata []Stratum, target float64) Comparison {
	var c Comparison
	var used []Stratum
	for _, s := range strata {
		if s.Before.UnitDays <= 0 || s.After.UnitDays <= 0 {
			continue
		}
		used = append(used, s)
		c.Before.Claims += s.Before.Claims
		c.Before.UnitDays += s.Before.UnitDays
		c.After.Claims += s.After.Claims
		c.After.UnitDays += s.After.UnitDays
		c.Expected += float64(s.Before.Claims) / s.Before.UnitDays * s.After.UnitDays
	}
	m := model{used, c.Before.Claims + c.After.Claims, c.After.Claims}
	c.P, _ = m.tails(target)
	c.Ratio = m.estimate()
	c.Low, c.High = 0, MaxRatio
	if m.after > 0 {
		c.Low = solve(func(r float64) bool { _, up := m.tails(r); return up < 0.025 })
	}
	if m.after < m.all {
		c.High = solve(func(r float64) bool { down, _ := m.tails(r); return down > 0.025 })
	}
	return c
}

// model is the conditional distribution of the claims after.
type model struct {
	strata     []Stratum
	all, after int
}

func (s Stratum) share(ratio float64) float64 {
	after := ratio * s.After.UnitDays
	return after / (after + s.Before.UnitDays)
}

func (s Stratum) claims() int { return s.Before.Claims + s.After.Claims }

// tails gives the probability of at most, and of at least, the claims after.
func (m model) tails(ratio float64) (down, up float64) {
	if m.all == 0 {
		return 1, 1
	}
	if m.all > maxExact {
		return m.normal(ratio)
	}
	sum := []float64{1}
	for _, s := range m.strata {
		if n := s.claims(); n > 0 {
			sum = convolve(sum, binomial(n, s.share(ratio)))
		}
	}
	for k, p := range sum {
		if k <= m.after {
			down += p
		}
		if k >= m.after {
			up += p
		}
	}
	return min(1, down), min(1, up)
}

// binomial gives the probabilities of 0 to n, from the logarithm of the one before, so that none
// underflows on the way.
func binomial(n int, p float64) []float64 {
	out := make([]float64, n+1)
	odds, log := math.Log(p)-math.Log1p(-p), float64(n)*math.Log1p(-p)
	for k := range out {
		out[k] = math.Exp(log)
		log += math.Log(float64(n-k)/float64(k+1)) + odds
	}
	return out
}

func convolve(a, b []float64) []float64 {
	out := make([]float64, len(a)+len(b)-1)
	for i, x := range a {
		for j, y := range b {
			out[i+j] += x * y
		}
	}
	return out
}

// normal approximates with a correction for continuity.
func (m model) normal(ratio float64) (down, up float64) {
	mean, variance := m.moments(ratio)
	if variance == 0 {
		return 1, 1
	}
	n := distuv.Normal{Mu: mean, Sigma: math.Sqrt(variance)}
	return n.CDF(float64(m.after) + 0.5), 1 - n.CDF(float64(m.after)-0.5)
}

func (m model) moments(ratio float64) (mean, variance float64) {
	for _, s := range m.strata {
		n, p := float64(s.claims()), s.share(ratio)
		mean += n * p
		variance += n * p * (1 - p)
	}
	return mean, variance
}

// estimate is the ratio whose expected claims after are those seen.
func (m model) estimate() float64 {
	if m.after == 0 {
		return 0
	}
	if m.after == m.all {
		return MaxRatio
	}
	return solve(func(r float64) bool { mean, _ := m.moments(r); return mean < float64(m.after) })
}

// solve finds where low stops to hold, by bisection on the logarithm.
func solve(low func(ratio float64) bool) float64 {
	a, b := -math.Log(MaxRatio), math.Log(MaxRatio)
	for range 40 {
		if mid := (a + b) / 2; low(math.Exp(mid)) {
			a = mid
		} else {
			b = mid
		}
	}
	return math.Exp((a + b) / 2)
}
