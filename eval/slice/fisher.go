package slice

import (
	"math"

	"gonum.org/v1/gonum/stat/combin"
)

// worseThanRest is Fisher's exact one-sided p-value (Fisher: Statistical Methods for
// Research Workers, 1934): the probability that n claims taken at random from all N, of
// which allRight are right, have at most right right ones.
func worseThanRest(right, n, allRight, all int) float64 {
	h := hypergeometric{n: n, right: allRight, all: all}
	if right >= h.mode() { // the other tail is the short one
		return 1 - h.above(right)
	}
	return h.upTo(right)
}

// hypergeometric is the number of right ones among n claims drawn from all.
type hypergeometric struct{ n, right, all int }

func (h hypergeometric) mode() int {
	return int((float64(h.n) + 1) * (float64(h.right) + 1) / (float64(h.all) + 2))
}

func (h hypergeometric) at(x int) float64 {
	choose := func(n, k int) float64 { return combin.LogGeneralizedBinomial(float64(n), float64(k)) }
	return math.Exp(choose(h.right, x) + choose(h.all-h.right, h.n-x) - choose(h.all, h.n))
}

// upTo is the probability of x or less, for x below the mode: terms fall from there.
func (h hypergeometric) upTo(x int) float64 {
	wrong, sum := h.all-h.right, 0.0
	for term := h.at(x); x >= max(0, h.n-wrong) && term > sum*1e-17; x-- {
		sum += term
		term *= float64(x) / float64(h.right-x+1) * float64(wrong-h.n+x) / float64(h.n-x+1)
	}
	return min(1, sum)
}

// above is the probability of more than x, for x from the mode on.
func (h hypergeometric) above(x int) float64 {
	wrong, sum := h.all-h.right, 0.0
	if x++; x > min(h.n, h.right) {
		return 0
	}
	for term := h.at(x); x <= min(h.n, h.right) && term > sum*1e-17; x++ {
		sum += term
		term *= float64(h.right-x) / float64(x+1) * float64(h.n-x) / float64(wrong-h.n+x+1)
	}
	return min(1, sum)
}
