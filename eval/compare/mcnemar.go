package compare

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
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
	heads := distuv.Binomial{N: float64(n), P: 0.5}
	tail, at := heads.CDF(float64(least)), heads.Prob(float64(least))
	exact = min(1, 2*tail)
	if fixed == broken {
		return exact, 1 - at
	}
	return exact, 2*tail - at
}

// leastFlipP is the smallest exact p-value that n flips can give.
func leastFlipP(n int) float64 { return min(1, 2*math.Pow(0.5, float64(n))) }
