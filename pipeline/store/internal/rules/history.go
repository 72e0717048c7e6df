package rules

import (
	"cmp"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// NewestFirst orders claims by id, the newest first, and keeps at most limit.
func NewestFirst(claims []store.Claim, limit int) []store.Claim {
	slices.SortFunc(claims, func(a, b store.Claim) int { return cmp.Compare(b.ID, a.ID) })
	return claims[:min(len(claims), limit)]
}

// NewSpaces tells whether vectors are of other spaces than those that a claim has.
func NewSpaces(have []string, vectors []store.Vector) bool {
	want := map[string]bool{}
	for _, v := range vectors {
		want[Text(v.Space)] = true
	}
	return len(want) != len(have) || slices.ContainsFunc(have, func(s string) bool { return !want[s] })
}
