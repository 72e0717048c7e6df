package compare

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// mcnemar tests whether claims flip one way more often than the other.
func mcnemar(bothRight, fixed, broken, bothWrong int) McNemar {
	exact, mid := flipTest(fixed, broken)
	return McNemar{BothRight: bothRight, Fixed: fixed, Broken: broken, BothWrong: bothWrong, Exact: exact, MidP: mid}
}

// flipTest gives the exact and the mid-p two-sided p-value of fixed against broken flips,
// which are binomial with 1/2 when the models are equally accurate. The mid-p counts half of
// what was observed: less conservative, and close to the level in practice (Fagerland,
// Lydersen, Laake: The McNemar test for binary matched-pairs data: mid-p and asymptotic are
// better than exact conditional, BMC Medical Research Methodology 2013).
func flipTest(fixed, broken int) (exact, mid float64) {
	n, least := fixed+broken, min(fixed, broken)
	if n == 0 {
		return 1, 1
	}
	tail := halfBinomialUpTo(least, n)
	at := halfBinomialAt(least, n)
	exact = min(1, 2*tail)
	if fixed == broken {
		return exact, 1 - at
	}
	return exact, 2*tail - at
}

// halfBinomialUpTo is the probability of at most k heads in n throws of a fair coin.
func halfBinomialUpTo(k, n int) float64 {
	if k >= n {
		return 1
	}
	return mathext.RegIncBeta(float64(n-k), float64(k+1), 0.5)
}

func halfBinomialAt(k, n int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return math.Exp(a - b - c - float64(n)*math.Ln2)
}

// leastFlipP is the smallest exact p-value that n flips can give.
func leastFlipP(n int) float64 { return min(1, 2*math.Pow(0.5, float64(n))) }
