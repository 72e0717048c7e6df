package rules

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// RanksAtOnce is how many items get a new rank in one transaction: well below the number of
// candidates that a hand-out looks at, since it passes over what is locked.
const RanksAtOnce = 16

// Ranks checks new ranks and orders them by id; of an id that comes twice the last counts, and
// what cannot be an id is left out.
func Ranks(list []store.ReviewRank) ([]store.ReviewRank, error) {
	at, out := map[string]int{}, []store.ReviewRank{}
	for _, r := range list {
		if math.IsNaN(r.Rank) || math.IsInf(r.Rank, 0) {
			return nil, fmt.Errorf("a review of rank %g", r.Rank)
		}
		if _, ok := ParseID(r.ID); !ok {
			continue
		}
		i, again := at[r.ID]
		if !again {
			i, out = len(out), append(out, r)
		}
		at[r.ID], out[i] = i, r
	}
	slices.SortFunc(out, func(a, b store.ReviewRank) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}
