package models

import (
	"cmp"
	"math"
	"slices"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/models/text/ngram"
	"github.com/defekt/defekt/pipeline/claim"
)

// minEvidence is the change in log-odds below which an input moved nothing worth showing:
// it shifts a probability of one half by about two points.
const minEvidence = 0.1

// explainer is an Encoder that can name what stands behind its columns.
type explainer interface {
	// Explain must give the shares of the claim's facts in a score, by the weight of a
	// block's columns.
	Explain(c claim.Claim, weight func(column uint32) float64) []claim.Evidence
}

// Explain adds to each axis of p the inputs that moved its label most. It costs about as
// much as the encoding of the text again, which is why Predict does not do it.
func (m *Model) Explain(c claim.Claim, features feature.Example, p *claim.Prediction) {
	if features == nil {
		return
	}
	for _, h := range m.Heads {
		a := p.Axes[h.Axis]
		k := slices.Index(h.Classes, a.Label)
		if k < 0 {
			continue
		}
		a.Evidence = m.evidence(h, c, features, k)
		p.Axes[h.Axis] = a
	}
}

func (m *Model) evidence(h *head.Head, c claim.Claim, features feature.Example, k int) []claim.Evidence {
	var list []claim.Evidence
	var words []ngram.Part
	photos, block := 0.0, 0
	for _, e := range m.Encoders {
		switch e := e.(type) {
		case *Words:
			if e.Field == FieldText {
				words = append(words, ngram.Part{Encoder: e.Grams, Weight: h.ColumnWeights(block, k)})
			} else if c.Product != "" {
				list = append(list, spans("context", e.Grams.Explain(c.Product, h.ColumnWeights(block, k)))...)
			}
		case explainer:
			list = append(list, e.Explain(c, h.ColumnWeights(block, k))...)
		case PhotoEncoder:
			for b := range e.Specs() {
				photos += h.DenseShare(features, block+b, k)
			}
		}
		block += len(e.Specs())
	}
	if len(words) > 0 && c.Text != "" {
		list = append(list, spans("text", ngram.Explain(c.Text, words...))...)
	}
	if photos != 0 {
		list = append(list, claim.Evidence{Source: "photos", What: "what the photos show", Weight: photos})
	}
	return strongest(list)
}

func spans(source string, found []ngram.Span) []claim.Evidence {
	out := make([]claim.Evidence, len(found))
	for i, s := range found {
		out[i] = claim.Evidence{Source: source, What: s.Text, Weight: s.Weight}
	}
	return out
}

// strongest keeps the pieces that moved most, in order of their strength.
func strongest(list []claim.Evidence) []claim.Evidence {
	list = slices.DeleteFunc(list, func(e claim.Evidence) bool { return math.Abs(e.Weight) < minEvidence })
	slices.SortStableFunc(list, func(a, b claim.Evidence) int { return cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)) })
	return list[:min(len(list), MaxEvidence)]
}
