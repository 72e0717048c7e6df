package acquire

import (
	"cmp"
	"math"
	"slices"
)

// Uncertainty gives each distribution's, 0 (certain) to 1: by RuleEntropy the entropy over
// that of the uniform distribution, by any other rule 1 less the lead of the likeliest label
// over the next one. Distributions have two classes or more.
func Uncertainty(p [][]float64, r Rule) []float64 {
	out := make([]float64, len(p))
	for i, q := range p {
		if r == RuleEntropy {
			out[i] = entropy(q)
		} else {
			out[i] = 1 - margin(q)
		}
	}
	return out
}

func margin(p []float64) float64 {
	first, second := math.Inf(-1), math.Inf(-1)
	for _, v := range p {
		switch {
		case v > first:
			first, second = v, first
		case v > second:
			second = v
		}
	}
	return first - second
}

func entropy(p []float64) float64 {
	sum := 0.0
	for _, v := range p {
		if v > 0 {
			sum -= v * math.Log(v)
		}
	}
	return sum / math.Log(float64(len(p)))
}

// top gives the places of the n largest, ties by place.
func top(worth []float64, n int) []int {
	order := make([]int, len(worth))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(worth[b], worth[a]) })
	return order[:n]
}
