package revision

import (
	"context"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// NoteAdded is the kind of a label that is new, beside those of package taxonomy.
const NoteAdded taxonomy.NoteKind = "added"

// Change is what a proposal does to one label.
type Change struct {
	taxonomy.Note
	// Predictions and Decisions are how many claims have the label now, by the model and by
	// people. Persons says that theirs must be decided anew.
	Predictions int
	Decisions   int
	Persons     bool
}

// Counts counts claims.
type Counts interface {
	Count(ctx context.Context, f store.Filter) (int, error)
}

// Preview says what the proposal would change, in the order of the taxonomy: first what becomes
// of labels that are there, then those that are new. decided gives the number of people's labels
// that count now, by axis and label; see [Decided].
func (p *Proposal) Preview(ctx context.Context, claims Counts, decided map[store.Label]int) ([]Change, error) {
	var out []Change
	for _, axis := range p.From.Axes {
		for _, label := range axis.IDs() {
			_, notes := p.Mapping.Apply(map[string]string{axis.ID: label})
			if len(notes) == 0 {
				continue
			}
			n, err := claims.Count(ctx, store.Filter{Labels: []store.Label{{Axis: axis.ID, Label: label}}})
			if err != nil {
				return nil, err
			}
			kind := notes[0].Kind
			out = append(out, Change{Note: notes[0], Predictions: n, Decisions: decided[store.Label{Axis: axis.ID, Label: label}],
				Persons: kind == taxonomy.NoteSplit || kind == taxonomy.NoteRemoved})
		}
	}
	for _, axis := range p.To.Axes {
		for _, label := range axis.IDs() {
			if !p.From.Valid(axis.ID, label) {
				out = append(out, Change{Note: taxonomy.Note{Kind: NoteAdded, Axis: axis.ID, To: label, Message: `"` + label + `" is new`}})
			}
		}
	}
	return out, nil
}

// Decided counts the labels that people settled on, by axis and label.
func Decided(settled []store.SettledReview) map[store.Label]int {
	out := map[store.Label]int{}
	for _, s := range settled {
		for axis, label := range s.Decision.Labels {
			out[store.Label{Axis: axis, Label: label}]++
		}
	}
	return out
}
