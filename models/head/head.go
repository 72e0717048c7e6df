package head

import (
	"fmt"

	"github.com/defekt/defekt/models/feature"
)

// Head answers one axis. It is immutable after Fit or Read and safe for concurrent use.
type Head struct {
	Axis    string   `json:"axis"`
	Classes []string `json:"classes"`
	Ordinal bool     `json:"ordinal,omitempty"`
	// Doubt says that the last of Classes stands for claims that people could not decide.
	Doubt bool `json:"doubt,omitempty"`
	// Layout is the order of blocks that an example must have.
	Layout      feature.Layout `json:"layout"`
	Calibration Calibration    `json:"calibration"`
	Decision    decision       `json:"decision"`
	// Confidence corrects the chosen label's probability.
	Confidence confidence `json:"confidence"`
	// LogPriors are the logs of the classes' shares in training.
	LogPriors []float64 `json:"log_priors"`
	Abstain   Abstain   `json:"abstain"`
	// Threshold is the confidence below which the head abstains.
	Threshold float64 `json:"threshold"`
	// Rooted says, by dense block, whether square roots are taken of its values.
	Rooted []bool `json:"rooted,omitempty"`
	// Familiar is, by dense block, the largest distance from the training rows' mean at
	// which photos count; see novelty.go.
	Familiar []float64 `json:"familiar,omitempty"`
	Report   Report    `json:"report"`

	transform *transform
	weights   *compact
}

// Outcome is a head's answer to one example.
type Outcome struct {
	// Probabilities are calibrated and in the order of Classes; they sum to 1.
	Probabilities []float64
	// Choice is the index of the chosen label.
	Choice int
	// Abstain is empty, or the sentence that says why a person must decide.
	Abstain string
}

// Predict answers one example, which must have the head's layout.
func (h *Head) Predict(e feature.Example) (Outcome, error) {
	if err := e.Check(h.Layout); err != nil {
		return Outcome{}, fmt.Errorf("axis %s: %w", h.Axis, err)
	}
	p := make([]float64, len(h.Classes))
	r, abstain := h.row(e)
	h.weights.logits(r, p)
	h.Calibration.apply(p, p)
	choice := h.Decision.choose(p[:h.answers()], h.LogPriors)
	h.Confidence.apply(p, choice)
	if abstain == "" {
		abstain = h.abstains(p, choice)
	}
	return Outcome{Probabilities: p, Choice: choice, Abstain: abstain}, nil
}

func (h *Head) answers() int {
	if h.Doubt {
		return len(h.Classes) - 1
	}
	return len(h.Classes)
}

// reasonDoubt is the sentence for a claim of a kind that people could not decide.
const reasonDoubt = "claims like this one could not be decided by people either: a fact is missing, such as what happened, when, or what was found"

// abstains gives the reason for abstention, or nothing.
func (h *Head) abstains(p []float64, choice int) string {
	if h.Abstain.Rule == RuleCost {
		if cost := h.cost(p, choice); cost > h.Abstain.Review {
			return fmt.Sprintf("expected cost of an error %.2f is above that of a look, %.2f", cost, h.Abstain.Review)
		}
		return ""
	}
	if h.Doubt && h.Abstain.Rule != RuleNever && p[len(p)-1] > p[choice] {
		return reasonDoubt
	}
	if p[choice] < h.Threshold {
		return fmt.Sprintf("probability %.2f is below the threshold %.2f", p[choice], h.Threshold)
	}
	return ""
}

// cost is the expected cost of choosing the label.
func (h *Head) cost(p []float64, choice int) float64 {
	sum := 0.0
	for k, q := range p {
		c := 1.0
		if k == choice {
			c = 0
		}
		if v, ok := h.Abstain.Cost[h.Classes[k]][h.Classes[choice]]; ok {
			c = v
		}
		sum += q * c
	}
	return sum
}

// ColumnWeights gives, for a sparse block, what a column's unit value adds to the calibrated
// score of label k beyond the mean label (log-odds).
func (h *Head) ColumnWeights(block, k int) func(column uint32) float64 {
	offset := uint32(0)
	for _, s := range h.Layout[:block] {
		if s.Kind == feature.Sparse {
			offset += uint32(s.Dim)
		}
	}
	weight := float64(sourceWeight(h.Layout[block].Source))
	return func(column uint32) float64 {
		return weight * h.Calibration.Scale * h.weights.sparseAgainstMean(k, offset+column)
	}
}

// DenseShare gives what a dense block adds to the calibrated score of label k beyond the
// mean label; 0 when the block is missing.
func (h *Head) DenseShare(e feature.Example, block, k int) float64 {
	if !e[block].Present {
		return 0
	}
	at, column, dense := h.densePlace(block)
	x := make([]float64, h.Layout[block].Dim)
	h.transform.standardise(x, e[block].Dense, column, h.transform.rooted[dense])
	return h.Calibration.Scale * h.weights.denseAgainstMean(k, at, x)
}

// DenseWeights gives, for a dense block whose roots are not taken, what a unit of each value
// adds to the calibrated score of label k beyond the mean label.
func (h *Head) DenseWeights(block, k int) []float64 {
	at, column, _ := h.densePlace(block)
	out := make([]float64, h.Layout[block].Dim)
	unit := make([]float64, 1)
	for j := range out {
		unit[0] = h.Calibration.Scale * float64(h.transform.scale[column+j])
		out[j] = h.weights.denseAgainstMean(k, at+j, unit)
	}
	return out
}

// densePlace finds a dense block: its first column in rows, that of its mean and scale, and
// its number among the dense blocks.
func (h *Head) densePlace(block int) (at, column, dense int) {
	for _, s := range h.Layout[:block] {
		if s.Kind == feature.Dense {
			at += s.Dim + 1
			column += s.Dim
			dense++
		}
	}
	return at, column, dense
}
