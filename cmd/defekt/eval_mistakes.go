package main

import (
	"slices"
	"sort"

	"gonum.org/v1/gonum/blas/blas32"

	"github.com/defekt/defekt/eval/report"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/models/text/static"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
)

// nearest is the number of neighbours shown beside a mistake.
const nearest = 3

// mistakes fetches the worst mistakes with their claims and evidence, and for a page, which
// shows them, photos and neighbours.
func (c *evalScoreCmd) mistakes(a *app, p *parts, s *scored) ([]report.Mistake, error) {
	picks := report.Worst(s.sample, c.Mistakes)
	if len(picks) == 0 {
		return nil, nil
	}
	ids := map[string]bool{}
	for _, pick := range picks {
		ids[pick.ID] = true
	}
	seen := map[string]pipeline.Classified{}
	err := s.predict(a.ctx, ids, func(out pipeline.Classified) error {
		seen[out.Claim.ID] = out
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]report.Mistake, 0, len(picks))
	for _, pick := range picks {
		one, ok := seen[pick.ID]
		if !ok {
			continue // an id that no claim has: a row without one
		}
		out = append(out, report.Mistake{Axis: pick.Axis, Truth: pick.Truth, Claim: one.Claim, Prediction: one.Prediction})
	}
	if !c.paged() {
		return out, nil
	}
	return out, illustrate(a, s, seen, out)
}

// illustrate adds photos and neighbours.
func illustrate(a *app, s *scored, seen map[string]pipeline.Classified, mistakes []report.Mistake) error {
	thumbs, err := newThumbnails(a)
	if err != nil {
		return err
	}
	defer thumbs.Close()
	near, err := neighboursOf(a, s, seen)
	if err != nil {
		return err
	}
	for i := range mistakes {
		m := &mistakes[i]
		for _, ref := range m.Claim.Photos {
			if jpeg := thumbs.make(a.ctx, ref); jpeg != nil {
				m.Photos = append(m.Photos, jpeg)
			}
		}
		for _, n := range near[m.Claim.ID] {
			if label := n.claim.Labels[m.Axis]; label != "" && len(m.Neighbours) < nearest {
				m.Neighbours = append(m.Neighbours, report.Neighbour{ID: n.claim.ID, Text: n.claim.Text, Label: label, Similarity: n.score})
			}
		}
	}
	return nil
}

type near struct {
	claim claim.Claim
	score float64
}

// neighboursOf finds, for each claim with a text, the claims of the set whose texts are
// nearest by the built-in text encoder; twice as many as are shown, since some lack a label.
func neighboursOf(a *app, s *scored, of map[string]pipeline.Classified) (map[string][]near, error) {
	encoder, err := builtin.Text()
	if err != nil {
		return nil, err
	}
	asked := map[string][]float32{}
	for id, one := range of {
		if v := encoder.Encode(one.Claim.Text); v != nil {
			asked[id] = v
		}
	}
	out := map[string][]near{}
	if len(asked) == 0 {
		return out, nil
	}
	for one, err := range s.set.Claims(a.ctx) {
		if err != nil {
			return nil, err
		}
		offer(out, asked, one, encoder)
	}
	return out, nil
}

func vector(v []float32) blas32.Vector { return blas32.Vector{N: len(v), Inc: 1, Data: v} }

// offer puts a claim into the lists that it is near enough for.
func offer(lists map[string][]near, asked map[string][]float32, one claim.Claim, encoder *static.Encoder) {
	v := encoder.Encode(one.Text)
	if v == nil {
		return
	}
	for id, w := range asked {
		if id == one.ID {
			continue
		}
		list := lists[id]
		score := float64(blas32.Dot(vector(v), vector(w)))
		at := sort.Search(len(list), func(i int) bool { return list[i].score < score })
		if at >= 2*nearest {
			continue
		}
		list = slices.Insert(list, at, near{one, score})
		lists[id] = list[:min(len(list), 2*nearest)]
	}
}
