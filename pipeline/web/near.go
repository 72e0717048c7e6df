package web

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

// nearView is the nearest claims of a claim, by space.
type nearView struct {
	Spaces []nearSpace
	// Failed says that they could not be found in time.
	Failed bool
}

type nearSpace struct {
	Name             string
	Hits             []nearHit
	Exact, Truncated bool
}

// nearHit is a claim with its cosine similarity.
type nearHit struct {
	Row row
	// Score is written with two digits; Percent is the bar's length, 0 for what points away.
	Score   float64
	Percent int
}

// nearest searches the claims nearest to one, k in each space. Failures are logged.
func (s *Server) nearest(ctx context.Context, id, owner string, k int) *nearView {
	out, err := s.findNear(ctx, id, owner, k)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "nearest claims not found", slog.String("claim", id), slog.Any("error", err))
		return &nearView{Failed: true}
	}
	return out
}

func (s *Server) findNear(ctx context.Context, id, owner string, k int) (*nearView, error) {
	probes, err := s.cfg.Probes(ctx, id)
	if err != nil {
		return nil, err
	}
	out := new(nearView)
	for _, space := range s.cfg.Spaces() {
		one := nearSpace{Name: look.Clean(space.Name), Exact: true}
		best := map[string]float64{}
		asked := false
		for _, p := range probes {
			if p.Space != space.ID {
				continue
			}
			asked = true
			found, err := s.cfg.Nearest.Nearest(ctx, store.Near{
				Space: p.Space, Vector: p.Values, K: k, Except: id, Filter: store.Filter{Owner: owner},
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
		if one.Hits, err = s.hits(ctx, best, k); err != nil {
			return nil, err
		}
		out.Spaces = append(out.Spaces, one)
	}
	return out, nil
}

// hits loads the k best claims, by score, then id. Those erased meanwhile are left out.
func (s *Server) hits(ctx context.Context, best map[string]float64, k int) ([]nearHit, error) {
	ids := slices.SortedFunc(maps.Keys(best), func(a, b string) int {
		return cmp.Or(cmp.Compare(best[b], best[a]), cmp.Compare(a, b))
	})
	var out []nearHit
	for _, id := range ids[:min(k, len(ids))] {
		c, err := s.cfg.Claims.Claim(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, nearHit{s.row(c), best[id], look.Percent(best[id])})
	}
	return out, nil
}
