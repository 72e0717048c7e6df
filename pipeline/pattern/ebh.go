package pattern

import (
	"cmp"
	"slices"
)

// EBH gives the places of the e-values that may be called discoveries with an expected share of
// false ones of at most alpha, whatever their dependence (e-BH: Wang and Ramdas 2022), in order
// of place.
func EBH(e []float64, alpha float64) []int {
	order := make([]int, len(e))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(e[b], e[a]), cmp.Compare(a, b)) })
	k := 0
	for i, at := range order {
		if e[at]*float64(i+1) >= float64(len(e))/alpha {
			k = i + 1
		}
	}
	out := order[:k]
	slices.Sort(out)
	return out
}
