package models

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// Limits of what a prediction carries.
const (
	// MaxAlternatives is the number of labels beside the chosen one.
	MaxAlternatives = 3
	// MinAlternative is the probability below which a label is no alternative.
	MinAlternative = 0.02
	// MaxEvidence is the number of pieces of evidence.
	MaxEvidence = 6
)

// Model classifies claims. Immutable and safe for concurrent use.
type Model struct {
	Manifest Manifest
	// Digest is "sha256:<hex>" over the manifest, which has the digests of all files.
	Digest   string
	Taxonomy *taxonomy.Taxonomy
	Encoders Encoders
	// Heads are in the order of the taxonomy's axes.
	Heads []*head.Head
	// Code is the version of the program that predicts.
	Code string
	// Extra are further files of the model's folder by slash path, such as the fingerprints
	// of what it was trained on. Save writes them and the manifest lists them; Load leaves
	// them where they are.
	Extra map[string]io.WriterTo
}

// Classes gives each axis's labels in the order of its probabilities.
func (m *Model) Classes() map[string][]string {
	out := make(map[string][]string, len(m.Heads))
	for _, h := range m.Heads {
		out[h.Axis] = h.Classes
	}
	return out
}

// Predict decides all axes. features is nil for a claim of which nothing could be read;
// its prediction has no axes and says why in its problems.
func (m *Model) Predict(c claim.Claim, features feature.Example, photos []claim.PhotoReport, problems []claim.Problem) (claim.Prediction, error) {
	p := claim.Prediction{
		ID: c.ID, Axes: map[string]claim.AxisPrediction{}, Photos: photos, Problems: problems,
		Model: m.Digest, Taxonomy: m.Taxonomy.Ref(), Code: m.Code,
	}
	if features == nil {
		return p, nil
	}
	for _, h := range m.Heads {
		a, err := axis(h, features)
		if err != nil {
			return p, fmt.Errorf("claim %s: %w", c.ID, err)
		}
		p.Axes[h.Axis] = a
	}
	return p, nil
}

func axis(h *head.Head, features feature.Example) (claim.AxisPrediction, error) {
	out, err := h.Predict(features)
	if err != nil {
		return claim.AxisPrediction{}, err
	}
	return claim.AxisPrediction{
		Label:         h.Classes[out.Choice],
		Probability:   out.Probabilities[out.Choice],
		Abstained:     out.Abstain != "",
		Reason:        out.Abstain,
		Alternatives:  alternatives(h.Classes, out),
		Probabilities: out.Probabilities,
	}, nil
}

// alternatives lists the likeliest labels beside the chosen one.
func alternatives(classes []string, out head.Outcome) []claim.Alternative {
	var list []claim.Alternative
	for k, p := range out.Probabilities {
		if k != out.Choice && p >= MinAlternative {
			list = append(list, claim.Alternative{Label: classes[k], Probability: p})
		}
	}
	slices.SortStableFunc(list, func(a, b claim.Alternative) int { return cmp.Compare(b.Probability, a.Probability) })
	return list[:min(len(list), MaxAlternatives)]
}
