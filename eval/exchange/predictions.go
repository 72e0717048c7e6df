package exchange

import (
	"fmt"
	"iter"

	"github.com/defekt/defekt/pipeline/claim"
)

// Predictions are anyone's answers by claim id, in the order of the file.
type Predictions struct {
	// Model is what the file calls the model that answered; "" when it does not say.
	Model string
	// Taxonomy is the taxonomy that the file names (name@version), or "".
	Taxonomy string

	ids  []string
	at   map[string]int32
	axes []*answers // in order of first appearance
	used []bool
}

// answers are the predictions on one axis, one row a claim.
type answers struct {
	axis        string
	labels      []string
	index       map[string]int32
	chosen      []int32 // index of labels, -1 = no answer
	probability []float64
	abstained   []bool
	// classes are the labels of the columns of matrix; nil without whole distributions.
	classes []string
	matrix  []float32
}

// NewPredictions gives an empty set.
func NewPredictions() *Predictions { return &Predictions{at: map[string]int32{}} }

// Len is the number of claims.
func (p *Predictions) Len() int { return len(p.ids) }

// IDs are the claims' ids in the order of the file; not to be changed.
func (p *Predictions) IDs() []string { return p.ids }

// Axes are the ids of the axes that have an answer, in the order of the file.
func (p *Predictions) Axes() []string {
	out := make([]string, len(p.axes))
	for i, a := range p.axes {
		out[i] = a.axis
	}
	return out
}

// Classes gives, by axis, the labels that whole distributions have a probability for, in
// the order of claim.AxisPrediction.Probabilities. Axes without distributions are missing.
func (p *Predictions) Classes() map[string][]string {
	out := map[string][]string{}
	for _, a := range p.axes {
		if a.classes != nil {
			out[a.axis] = a.classes
		}
	}
	return out
}

// For gives the prediction for a claim, and remembers that it was asked for; without axes
// when the file has none.
func (p *Predictions) For(id string) claim.Prediction {
	row, ok := p.at[id]
	if !ok {
		return claim.Prediction{ID: id}
	}
	for len(p.used) < len(p.ids) {
		p.used = append(p.used, false)
	}
	p.used[row] = true
	return p.prediction(int(row))
}

// Unused is the number of claims that For was never asked for.
func (p *Predictions) Unused() int {
	n := len(p.ids)
	for _, u := range p.used {
		if u {
			n--
		}
	}
	return n
}

// All gives all predictions in the order of the file.
func (p *Predictions) All() iter.Seq[claim.Prediction] {
	return func(yield func(claim.Prediction) bool) {
		for row := range p.ids {
			if !yield(p.prediction(row)) {
				return
			}
		}
	}
}

func (p *Predictions) prediction(row int) claim.Prediction {
	out := claim.Prediction{ID: p.ids[row], Axes: map[string]claim.AxisPrediction{}, Model: p.Model, Taxonomy: p.Taxonomy}
	for _, a := range p.axes {
		if one, ok := a.at(row); ok {
			out.Axes[a.axis] = one
		}
	}
	return out
}

func (a *answers) at(row int) (claim.AxisPrediction, bool) {
	if row >= len(a.chosen) || a.chosen[row] < 0 {
		return claim.AxisPrediction{}, false
	}
	out := claim.AxisPrediction{Label: a.labels[a.chosen[row]], Probability: a.probability[row], Abstained: a.abstained[row]}
	k := len(a.classes)
	if row*k+k > len(a.matrix) || k == 0 {
		return out, true
	}
	known := false
	out.Probabilities = make([]float64, k)
	for i, v := range a.matrix[row*k : row*k+k] {
		out.Probabilities[i] = float64(v)
		known = known || v != 0
	}
	if !known {
		out.Probabilities = nil
	}
	return out, true
}

// Add adds one claim's answer on one axis. distribution gives the probability of each
// label, or is nil; all must be within 0..1 and add up to 1 (see maxRounding). It is an
// error when the claim has an answer on the axis already.
func (p *Predictions) Add(id, axis string, one claim.AxisPrediction, distribution map[string]float64) error {
	switch {
	case id == "" || axis == "" || one.Label == "":
		return fmt.Errorf("id, axis and label must not be empty")
	case !(one.Probability >= 0 && one.Probability <= 1):
		return fmt.Errorf("axis %q: probability %v is not within 0..1", axis, one.Probability)
	}
	if err := checkDistribution(distribution); err != nil {
		return fmt.Errorf("axis %q: %w", axis, err)
	}
	a, row := p.answersOn(axis), p.row(id)
	a.grow(row + 1)
	if a.chosen[row] >= 0 {
		return fmt.Errorf("a second label for claim %q on axis %q", id, axis)
	}
	a.chosen[row], a.probability[row], a.abstained[row] = a.label(one.Label), one.Probability, one.Abstained
	a.spread(row, distribution)
	return nil
}

func (p *Predictions) answersOn(axis string) *answers {
	for _, a := range p.axes {
		if a.axis == axis {
			return a
		}
	}
	a := &answers{axis: axis, index: map[string]int32{}}
	p.axes = append(p.axes, a)
	return a
}

func (p *Predictions) row(id string) int {
	row, ok := p.at[id]
	if !ok {
		row = int32(len(p.ids))
		p.at[id], p.ids = row, append(p.ids, id)
	}
	return int(row)
}

func (a *answers) grow(n int) {
	for len(a.chosen) < n {
		a.chosen, a.probability, a.abstained = append(a.chosen, -1), append(a.probability, 0), append(a.abstained, false)
	}
	if missing := n*len(a.classes) - len(a.matrix); missing > 0 {
		a.matrix = append(a.matrix, make([]float32, missing)...)
	}
}

func (a *answers) label(name string) int32 {
	i, ok := a.index[name]
	if !ok {
		i = int32(len(a.labels))
		a.index[name], a.labels = i, append(a.labels, name)
	}
	return i
}
