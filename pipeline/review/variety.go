package review

import (
	"cmp"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// Penalties for being alike to an item that the reviewer was handed lately, in ranks: each
// halves the value, or takes a part of that.
const (
	sameCluster = 1.0
	sameLabel   = 0.5 // and the same product
	sameProduct = 0.1
)

// maxAlike is how many alike items may come in a row. The tenth is another kind.
const maxAlike = 9

// alike says that two items look the same to a reviewer.
func alike(a, b store.Review) bool {
	return a.Cluster != "" && a.Cluster == b.Cluster || a.Label == b.Label && a.Product == b.Product
}

// varied orders candidates by rank less the penalties; last are the items handed out lately,
// newest first. Those that would be one too many of a kind come last.
func varied(candidates, last []store.Review) []store.Review {
	type scored struct {
		item  store.Review
		score float64
		tired bool
	}
	list := make([]scored, len(candidates))
	for i, c := range candidates {
		list[i] = scored{item: c, score: c.Rank - penalty(c, last), tired: tired(c, last)}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		if a.tired != b.tired {
			if b.tired {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.score, a.score)
	})
	out := make([]store.Review, len(list))
	for i, s := range list {
		out[i] = s.item
	}
	return out
}

func penalty(c store.Review, last []store.Review) float64 {
	sum := 0.0
	for _, l := range last {
		switch {
		case c.Cluster != "" && c.Cluster == l.Cluster:
			sum += sameCluster
		case c.Label == l.Label && c.Product == l.Product:
			sum += sameLabel
		case c.Product == l.Product:
			sum += sameProduct
		}
	}
	return sum
}

// tired says that the last maxAlike items were all alike to c.
func tired(c store.Review, last []store.Review) bool {
	if len(last) < maxAlike {
		return false
	}
	for _, l := range last[:maxAlike] {
		if !alike(c, l) {
			return false
		}
	}
	return true
}

// allTired says that none of the candidates would be a change.
func allTired(candidates, last []store.Review) bool {
	return len(candidates) > 0 && !slices.ContainsFunc(candidates, func(c store.Review) bool { return !tired(c, last) })
}
