package learning

import (
	"context"
	"maps"
	"slices"

	"github.com/defekt/defekt/pipeline/claim"
)

// Splits keeps on which side of the split each claim stands for good; see [store.Datasets].
type Splits interface {
	AssignSplits(ctx context.Context, splits map[string]string) (map[string]string, error)
	Splits(ctx context.Context) (map[string]string, error)
}

// labelled is a claim with people's labels, and whether it came to them at random.
type labelled struct {
	claim.Claim
	random bool
	review provenance
}

// place gives every claim its side, in this order: what it has already; audit for claims of the
// random slice and train for the others, each unless the other side has a claim of the same unit
// or with the same photo, which would make figures on the audit too good; such a claim goes
// aside. rows must be in a fixed order.
func place(ctx context.Context, kept Splits, rows []labelled, holdOut bool) (map[string]string, error) {
	sides, err := kept.Splits(ctx)
	if err != nil {
		return nil, err
	}
	sides = maps.Clone(sides)
	ties := map[string]string{}
	for _, r := range rows {
		if side := sides[r.ID]; side != "" {
			tie(ties, r, side)
		}
	}
	fresh := map[string]string{}
	for _, random := range []bool{true, false} {
		for _, r := range rows {
			if sides[r.ID] != "" || r.random != random {
				continue
			}
			side, other := SplitTrain, SplitAudit
			if random && holdOut {
				side, other = other, side
			}
			for _, t := range tiesOf(r) {
				if ties[t] == other {
					side = SplitAside
				}
			}
			sides[r.ID], fresh[r.ID] = side, side
			tie(ties, r, side)
		}
	}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(fresh)), placedAtOnce) {
		some := make(map[string]string, len(part))
		for _, id := range part {
			some[id] = fresh[id]
		}
		// Somebody else may have placed some of them meanwhile; then that holds.
		held, err := kept.AssignSplits(ctx, some)
		if err != nil {
			return nil, err
		}
		maps.Copy(sides, held)
	}
	return sides, nil
}

// placedAtOnce is the number of claims placed in one transaction, so that others can write
// between two. To be stopped half-way does no harm: the rest would be placed the same.
const placedAtOnce = 1000

// tie notes what a claim on a side has in common with others. Audit wins over train where both
// have it, so that nothing more of it is trained on.
func tie(ties map[string]string, r labelled, side string) {
	if side == SplitAside {
		return
	}
	for _, t := range tiesOf(r) {
		if ties[t] != SplitAudit {
			ties[t] = side
		}
	}
}

func tiesOf(r labelled) []string {
	var out []string
	if r.Serial != "" {
		out = append(out, "serial "+r.Serial)
	}
	for _, p := range r.Photos {
		out = append(out, "photo "+p)
	}
	return out
}
