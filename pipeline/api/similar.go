package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
)

// DefaultK is how many similar claims are given when no number is asked for.
const DefaultK = 10

type similarIn struct {
	ID string `path:"id"`
	Filters
	K  int    `query:"k" minimum:"1" maximum:"200" doc:"How many claims are wanted; 10 unless told."`
	By string `query:"by" enum:"text,photos" doc:"Compare by this only."`
}

type similarOut struct{ Body wire.Similar }

// similarClaims is GET /v1/claims/{id}/similar.
func (s *Server) similarClaims(ctx context.Context, in *similarIn) (*similarOut, error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	if _, err := s.seen(ctx, in.ID); err != nil {
		return nil, err
	}
	vectors, err := s.cfg.Vectors.VectorsOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out, err := s.near(ctx, vectors, in.By, store.Near{K: in.K, Filter: f, Except: in.ID})
	if err != nil {
		return nil, err
	}
	twins, err := s.cfg.Claims.Twins(ctx, in.ID, TwinDistance)
	if err != nil {
		return nil, err
	}
	out.Twins, err = s.twinsOut(ctx, twins)
	return &similarOut{out}, err
}

// twinsOut leaves out twins that belong to other owners.
func (s *Server) twinsOut(ctx context.Context, twins []store.Twin) ([]wire.Twin, error) {
	var out []wire.Twin
	for _, t := range twins {
		_, err := s.seen(ctx, t.Claim)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if out = append(out, wire.Twin{Photo: t.Photo, Other: t.Other, Claim: t.Claim, Distance: t.Distance}); len(out) == store.MaxNear {
			break
		}
	}
	return out, nil
}

// search is POST /v1/search.
func (s *Server) search(ctx context.Context, _ *struct{}) (*similarOut, error) {
	var in wire.SearchRequest
	release, err := s.readJSON(ctx, MaxBody, &in)
	if err != nil {
		return nil, err
	}
	got := incoming{request: wire.ClaimRequest{Text: in.Text, Photos: in.Photos}, release: release}
	defer func() { got.release() }()
	f, err := filterOf(in.Filter)
	if err != nil {
		return nil, err
	}
	if in.K < 0 || in.K > store.MaxNear {
		return nil, fault(codeBodyInvalid, "k", fmt.Sprintf("1 to %d", store.MaxNear))
	}
	if in.By != "" && in.By != "text" && in.By != "photos" {
		return nil, fault(codeBodyInvalid, "by", "text or photos")
	}
	if err := s.complete(ctx, &got); err != nil {
		return nil, err
	}
	outcome, err := s.classifyNow(ctx, got)
	if err != nil {
		return nil, err
	}
	out, err := s.near(ctx, outcome.Vectors, in.By, store.Near{K: in.K, Filter: f})
	return &similarOut{out}, err
}

// near asks for the claims nearest to any of the vectors. A claim's score is its largest
// similarity, so the first K of the union of all answers are the first K of all claims.
func (s *Server) near(ctx context.Context, vectors []store.Vector, by string, q store.Near) (wire.Similar, error) {
	if q.K == 0 {
		q.K = DefaultK
	}
	q.Filter.Owner = callOf(ctx).who.owner()
	vectors = slices.DeleteFunc(slices.Clone(vectors), func(v store.Vector) bool { return by != "" && by != sort(v.Space) })
	if len(vectors) == 0 {
		return wire.Similar{}, fault(codeVectorsNone, "", "the claim has no vectors of this kind (yet)")
	}
	out := wire.Similar{Exact: true}
	scores := map[string]map[string]float64{} // by claim, then space
	for _, v := range vectors[:min(len(vectors), MaxQueryVectors)] {
		q.Space, q.Vector = v.Space, v.Values
		got, err := s.cfg.Vectors.Nearest(ctx, q)
		if err != nil {
			return out, err
		}
		out.Exact = out.Exact && got.Exact
		out.Truncated = out.Truncated || got.Truncated
		for _, hit := range got.Hits {
			if scores[hit.ID] == nil {
				scores[hit.ID] = map[string]float64{}
			}
			old, seen := scores[hit.ID][v.Space]
			if !seen || hit.Score > old {
				scores[hit.ID][v.Space] = hit.Score
			}
		}
	}
	hits, err := s.hits(ctx, scores, q.K)
	out.Hits = hits
	out.Truncated = out.Truncated && len(hits) < q.K
	return out, err
}

// hits orders by score, then id, and fills in the claims; those erased meanwhile are left out.
func (s *Server) hits(ctx context.Context, scores map[string]map[string]float64, k int) ([]wire.Hit, error) {
	ranked := make([]wire.Hit, 0, len(scores))
	for id, bySpace := range scores {
		ranked = append(ranked, wire.Hit{Claim: wire.Claim{ID: id}, Score: slices.Max(slices.Collect(maps.Values(bySpace))), Scores: bySpace})
	}
	slices.SortFunc(ranked, func(a, b wire.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Claim.ID, b.Claim.ID))
	})
	out := []wire.Hit{}
	for _, hit := range ranked {
		if len(out) == k {
			break
		}
		c, err := s.cfg.Claims.Claim(ctx, hit.Claim.ID)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		hit.Claim = claimOut(c)
		out = append(out, hit)
	}
	return out, nil
}

// sort tells by a space's name what its vectors stand for, see package classifier.
func sort(space string) string {
	if strings.HasPrefix(space, "text.") {
		return "text"
	}
	return "photos"
}
