package review

import (
	"cmp"
	"maps"
	"slices"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// mostUsed is the vector space that most claims have.
func mostUsed(seen []glance) string {
	count := map[string]int{}
	for _, g := range seen {
		for _, v := range g.vectors {
			count[v.Space]++
		}
	}
	return slices.MaxFunc(append(slices.Sorted(maps.Keys(count)), ""), func(a, b string) int { return cmp.Compare(count[a], count[b]) })
}

// directions gives a vector a claim, nil without one in the space.
func directions(seen []glance, space string) [][]float32 {
	out := make([][]float32, len(seen))
	for i, g := range seen {
		if at := slices.IndexFunc(g.vectors, func(v store.Vector) bool { return v.Space == space }); at >= 0 {
			out[i] = g.vectors[at].Values
		}
	}
	return out
}

// distributions gives each claim's over all labels that any has; what its alternatives leave
// open is shared by the others. With one label alone there is nothing to choose by.
func distributions(seen []glance, axis string) [][]float64 {
	at := map[string]int{}
	number := func(label string) {
		if _, ok := at[label]; !ok {
			at[label] = len(at)
		}
	}
	for _, g := range seen {
		number(g.axes[axis].Label)
		for _, o := range g.axes[axis].Alternatives {
			number(o.Label)
		}
	}
	if len(at) < 2 {
		return nil
	}
	out := make([][]float64, len(seen))
	for i, g := range seen {
		out[i] = distribution(g.axes[axis], at)
	}
	return out
}

func distribution(a claim.AxisPrediction, at map[string]int) []float64 {
	p := make([]float64, len(at))
	named := map[int]bool{at[a.Label]: true}
	p[at[a.Label]] = clamp(a.Probability, 0, 1)
	left := 1 - p[at[a.Label]]
	for _, o := range a.Alternatives {
		k := at[o.Label]
		if named[k] {
			continue
		}
		named[k] = true
		p[k] = clamp(o.Probability, 0, left)
		left -= p[k]
	}
	for k := range p {
		if !named[k] {
			p[k] = left / float64(len(p)-len(named))
		}
	}
	return p
}
