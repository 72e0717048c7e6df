package models

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/models/text/ngram"
	"github.com/defekt/defekt/models/text/static"
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

// Explain adds to each axis of p the inputs that moved its label most. It costs more
// than the encoding of the text again, which is why Predict does not do it.
func (m *Model) Explain(c claim.Claim, features feature.Example, p *claim.Prediction) {
	if features == nil {
		return
	}
	read := m.readings(c)
	for _, h := range m.Heads {
		a := p.Axes[h.Axis]
		k := slices.Index(h.Classes, a.Label)
		if k < 0 {
			continue
		}
		a.Evidence = m.evidence(h, c, features, k, read)
		p.Axes[h.Axis] = a
	}
}

// readings are a claim's texts as the encoders read them, once for all heads.
type readings struct {
	grams   map[*Words]ngram.Reading
	vectors map[*Vectors][]static.Reading // by field
}

func (m *Model) readings(c claim.Claim) readings {
	r := readings{map[*Words]ngram.Reading{}, map[*Vectors][]static.Reading{}}
	for _, e := range m.Encoders {
		switch e := e.(type) {
		case *Words:
			r.grams[e] = e.Grams.Read(FieldOf(c, e.Field))
		case *Vectors:
			for _, field := range e.Fields {
				r.vectors[e] = append(r.vectors[e], e.Of.Read(FieldOf(c, field)))
			}
		}
	}
	return r
}

func (m *Model) evidence(h *head.Head, c claim.Claim, features feature.Example, k int, read readings) []claim.Evidence {
	var list []claim.Evidence
	var words []ngram.Part
	photos, block := 0.0, 0
	var meanings []claim.Evidence
	for _, e := range m.Encoders {
		switch e := e.(type) {
		case *Words:
			if e.Field == FieldText {
				words = append(words, ngram.Part{Of: read.grams[e], Weight: h.ColumnWeights(block, k)})
			} else if c.Product != "" {
				list = append(list, spans("context", ngram.Explain(c.Product, ngram.Part{Of: read.grams[e], Weight: h.ColumnWeights(block, k)}))...)
			}
		case *Vectors:
			for b, field := range e.Fields {
				weights := h.DenseWeights(block+b, k)
				for _, s := range read.vectors[e][b].Explain(weights) {
					meanings = append(meanings, claim.Evidence{Source: sourceOf(field), What: s.Word, Weight: s.Weight})
				}
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
	list = join(list, meanings)
	if photos != 0 {
		list = append(list, claim.Evidence{Source: "photos", What: "what the photos show", Weight: photos})
	}
	return strongest(list)
}

// join adds the weights of words to the pieces that are the same words, and appends the rest:
// a word counts by its letters and by its meaning, and a person asks about the word.
func join(list, words []claim.Evidence) []claim.Evidence {
	type key struct{ source, what string }
	of := func(e claim.Evidence) key { return key{e.Source, strings.ToLower(e.What)} }
	at := make(map[key]int, len(list))
	for i, e := range list {
		at[of(e)] = i
	}
	for _, w := range words {
		i, ok := at[of(w)]
		if !ok {
			i = len(list)
			at[of(w)] = i
			list = append(list, claim.Evidence{Source: w.Source, What: w.What})
		}
		list[i].Weight += w.Weight
	}
	return list
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
