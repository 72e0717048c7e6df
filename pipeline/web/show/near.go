package show

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
)

// Space is a space of vectors in which claims are compared.
type Space struct {
	// ID is the space as store.Vector names it.
	ID string
	// Name completes "alike in ...": "text", "photos".
	Name string
}

// Near is the nearest claims of a claim, by space.
type Near struct {
	Spaces []NearSpace
	// Failed says that they could not be found in time.
	Failed bool
}

// NearSpace is those of one space. Exact says that nothing nearer was missed, Truncated that
// there are more.
type NearSpace struct {
	Name             string
	Hits             []NearHit
	Exact, Truncated bool
}

// NearHit is a claim with its cosine similarity.
type NearHit struct {
	Row   Row
	Claim store.Claim
	// Score is written with two digits; Percent is the bar's length, 0 for what points away.
	Score   float64
	Percent int
}

// Finder searches the nearest claims. All fields are required.
type Finder struct {
	Claims interface {
		Claim(ctx context.Context, id string) (store.Claim, error)
	}
	Nearest interface {
		Nearest(ctx context.Context, q store.Near) (store.Neighbours, error)
	}
	// Probes gives the vectors by which a claim's neighbours are searched.
	Probes func(ctx context.Context, claim string) ([]store.Vector, error)
	// Spaces gives those to search, in the order in which they are shown. Vectors of other
	// spaces are passed over.
	Spaces func() []Space
	Words  Words
	Log    *slog.Logger
}

// Find searches the claims nearest to one, k in each space. Failures are logged.
func (f Finder) Find(ctx context.Context, id string, k int) *Near {
	out, err := f.find(ctx, id, k)
	if err != nil {
		f.Log.WarnContext(ctx, "nearest claims not found", slog.String("claim", id), slog.Any("error", err))
		return &Near{Failed: true}
	}
	return out
}

func (f Finder) find(ctx context.Context, id string, k int) (*Near, error) {
	probes, err := f.Probes(ctx, id)
	if err != nil {
		return nil, err
	}
	out := new(Near)
	for _, space := range f.Spaces() {
		one := NearSpace{Name: look.Clean(space.Name), Exact: true}
		best := map[string]float64{}
		asked := false
		for _, p := range probes {
			if p.Space != space.ID {
				continue
			}
			asked = true
			found, err := f.Nearest.Nearest(ctx, store.Near{
				Space: p.Space, Vector: p.Values, K: k, Except: id,
			})
			if err != nil {
				return nil, err
			}
			one.Exact, one.Truncated = one.Exact && found.Exact, one.Truncated || found.Truncated
			for _, hit := range found.Hits {
				if old, ok := best[hit.ID]; !ok || hit.Score > old {
					best[hit.ID] = hit.Score
				}
			}
		}
		if !asked {
			continue
		}
		if one.Hits, err = f.hits(ctx, best, k); err != nil {
			return nil, err
		}
		out.Spaces = append(out.Spaces, one)
	}
	return out, nil
}

// hits loads the k best claims, by score, then id. Those erased meanwhile are left out.
func (f Finder) hits(ctx context.Context, best map[string]float64, k int) ([]NearHit, error) {
	ids := slices.SortedFunc(maps.Keys(best), func(a, b string) int {
		return cmp.Or(cmp.Compare(best[b], best[a]), cmp.Compare(a, b))
	})
	var out []NearHit
	for _, id := range ids[:min(k, len(ids))] {
		c, err := f.Claims.Claim(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, NearHit{f.Words.Row(c), c, best[id], look.Percent(best[id])})
	}
	return out, nil
}
