package head

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/defekt/defekt/models/feature"
)

// Head answers one axis. It is immutable after Fit or Read and safe for concurrent use.
type Head struct {
	Axis    string   `json:"axis"`
	Classes []string `json:"classes"`
	Ordinal bool     `json:"ordinal,omitempty"`
	// Layout is the order of blocks that an example must have.
	Layout      feature.Layout `json:"layout"`
	Calibration Calibration    `json:"calibration"`
	Decision    decision       `json:"decision"`
	// LogPriors are the logs of the classes' shares in training.
	LogPriors []float64 `json:"log_priors"`
	Abstain   Abstain   `json:"abstain"`
	// Threshold is the confidence below which the head abstains.
	Threshold float64 `json:"threshold"`
	Report    Report  `json:"report"`

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
	h.weights.logits(h.transform.apply(e, ""), p)
	h.Calibration.apply(p, p)
	choice := h.Decision.choose(p, h.LogPriors)
	return Outcome{Probabilities: p, Choice: choice, Abstain: h.abstains(p, choice)}, nil
}

// abstains gives the reason for abstention, or nothing.
func (h *Head) abstains(p []float64, choice int) string {
	if h.Abstain.Rule == RuleCost {
		if cost := h.cost(p, choice); cost > h.Abstain.Review {
			return fmt.Sprintf("expected cost of an error %.2f is above that of a look, %.2f", cost, h.Abstain.Review)
		}
		return ""
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

// Contribution is one column's part in the score of the chosen label, against the mean
// label, after calibration (log-odds).
type Contribution struct {
	// Block is the index into the layout, Column the column within the block.
	Block, Column int
	Value         float64
}

// Explain gives the contributions of an example's sparse columns to label k, and one sum
// (Column -1) for each dense block that is present. Strongest first, ties by position.
func (h *Head) Explain(e feature.Example, k int) []Contribution {
	r := h.transform.apply(e, "")
	var out []Contribution
	dense, offset, next := 0, uint32(0), 0
	for b, s := range h.Layout {
		if s.Kind == feature.Dense {
			if e[b].Present {
				out = append(out, Contribution{b, -1, h.Calibration.Scale * h.weights.denseAgainstMean(k, dense, r.dense[dense:dense+s.Dim])})
			}
			dense += s.Dim + 1
			continue
		}
		for ; next < len(r.index) && r.index[next] < offset+uint32(s.Dim); next++ {
			v := h.weights.sparseAgainstMean(k, r.index[next]) * float64(r.value[next])
			out = append(out, Contribution{b, int(r.index[next] - offset), h.Calibration.Scale * v})
		}
		offset += uint32(s.Dim)
	}
	slices.SortStableFunc(out, func(a, b Contribution) int { return cmp.Compare(abs(b.Value), abs(a.Value)) })
	return out
}

func abs(v float64) float64 { return max(v, -v) }
