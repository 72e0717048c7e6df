package slice

import (
	"fmt"
	"slices"
	"sort"
)

// Correction is a way to account for many tests at once.
type Correction string

// The corrections.
const (
	// BH bounds the expected share of false ones among the differences shown when the tests
	// are independent or depend positively (Benjamini and Hochberg: Controlling the False
	// Discovery Rate, JRSS B 1995; Benjamini and Yekutieli, Annals of Statistics 2001).
	// Slices of different fields share claims, which is such a dependence, so it is the
	// default; the simulations beside package compare hold it to that.
	BH Correction = "benjamini-hochberg"
	// BY bounds it under any dependence (Benjamini and Yekutieli 2001), at the price of a
	// factor of about ln(tests) + 0.6.
	BY Correction = "benjamini-yekutieli"
)

// Validate says whether c is known.
func (c Correction) Validate() error {
	if c != BH && c != BY {
		return fmt.Errorf("correction %q: known are %s and %s", c, BH, BY)
	}
	return nil
}

// Adjust gives the p-values after the correction, in their order: a test may be called a
// find at level a when its adjusted value is at most a.
func (c Correction) Adjust(p []float64) []float64 {
	factor := 1.0
	if c == BY {
		factor = 0
		for i := range p {
			factor += 1 / float64(i+1)
		}
	}
	order := rising(p)
	out := make([]float64, len(p))
	least := 1.0
	for rank := len(order); rank >= 1; rank-- {
		i := order[rank-1]
		least = min(least, p[i]*factor*float64(len(p))/float64(rank))
		out[i] = least
	}
	return out
}

// Holm gives p-values that bound the probability of even one false find under any
// dependence (Holm: A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian
// Journal of Statistics 1979), in the order of p.
func Holm(p []float64) []float64 {
	out := make([]float64, len(p))
	most := 0.0
	for rank, i := range rising(p) {
		most = max(most, min(1, p[i]*float64(len(p)-rank)))
		out[i] = most
	}
	return out
}

// Exact is one test with a discrete p-value.
type Exact struct {
	// P is the p-value, Least the smallest that the test could have given with its margins.
	P, Least float64
}

// AdjustExact corrects discrete tests at level alpha. Those that could not have shown
// anything do not count as looks (Gilbert: A Modified False Discovery Rate Multiple
// Comparisons Procedure for Discrete Data, JRSS C 2005, after Tarone, Biometrics 1990): their
// adjusted value is 1. It also gives the number of tests that counted. Valid since Least is
// fixed by the margins, whatever the outcome.
func (c Correction) AdjustExact(tests []Exact, alpha float64) (q []float64, counted int) {
	least := make([]float64, len(tests))
	for i, t := range tests {
		least[i] = t.Least
	}
	sort.Float64s(least)
	bound := 0.0
	for k := 1; k <= len(tests); k++ {
		able := sort.Search(len(least), func(i int) bool { return least[i] > alpha/float64(k) })
		if able <= k {
			bound = alpha / float64(k)
			break
		}
	}
	var at []int
	var p []float64
	q = make([]float64, len(tests))
	for i, t := range tests {
		q[i] = 1
		if t.Least <= bound {
			at, p = append(at, i), append(p, t.P)
		}
	}
	for j, v := range c.Adjust(p) {
		q[at[j]] = v
	}
	return q, len(at)
}

// rising gives indices by value, ties by index.
func rising(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	return order
}
