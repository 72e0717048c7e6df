package learning

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/gate"
	"github.com/defekt/defekt/eval/sample"
)

// Verdict is what judging a candidate gave; it is kept with the registered model as JSON.
type Verdict struct {
	// Passed says that the candidate may take the live model's place.
	Passed bool `json:"passed"`
	// Live and Candidate are digests.
	Live      string       `json:"live"`
	Candidate string       `json:"candidate"`
	Sets      []SetVerdict `json:"sets"`
	// Lost are axes that the live model answers and the candidate does not.
	Lost []string `json:"lost,omitempty"`
	// Reasons say why it did not pass, a sentence each.
	Reasons []string `json:"reasons,omitempty"`
}

// SetVerdict is the verdict on one set.
type SetVerdict struct {
	Name   string `json:"name"`
	Split  string `json:"split,omitempty"`
	Digest string `json:"digest,omitempty"`
	Audit  bool   `json:"audit,omitempty"`
	// Claims were answered by both; Seen were left out as known from a training.
	Claims int `json:"claims"`
	Seen   int `json:"seen,omitempty"`
	// Axes are those with labels.
	Axes  []AxisVerdict `json:"axes,omitempty"`
	Gates *gate.Report  `json:"gates,omitempty"`
	// Comparison sums up in a sentence.
	Comparison string `json:"comparison,omitempty"`
}

// AxisVerdict compares both models on one axis of a set; shares are 0..1.
type AxisVerdict struct {
	Axis string `json:"axis"`
	N    int    `json:"n"`
	// Accuracy and MacroF1 are the candidate's less the live model's, with the paired 95 %
	// interval.
	Accuracy Pair `json:"accuracy"`
	MacroF1  Pair `json:"macro_f1"`
	// Coverage is the share that is answered without a person, of the live model and the
	// candidate.
	CoverageLive      float64 `json:"coverage_live"`
	CoverageCandidate float64 `json:"coverage_candidate"`
	// Drift is the total variation between what both answer: the share of claims that would
	// have to change their label to make the counts alike.
	Drift float64 `json:"drift"`
	// Outcome is that of accuracy.
	Outcome compare.Outcome `json:"outcome"`
}

// Pair is a figure of both models.
type Pair struct {
	Live      float64 `json:"live"`
	Candidate float64 `json:"candidate"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
}

func axisVerdict(a compare.Axis, live, candidate *answered) AxisVerdict {
	out := AxisVerdict{Axis: a.ID, N: a.N, Outcome: a.Outcome, Drift: totalVariation(live.rows.Axis(a.ID), candidate.rows.Axis(a.ID))}
	for _, d := range a.Differences {
		p := Pair{d.A, d.B, d.Low, d.High}
		switch d.Metric {
		case compare.Accuracy:
			out.Accuracy = p
		case compare.MacroF1:
			out.MacroF1 = p
		}
	}
	if r := live.result.Axes[a.ID]; r != nil {
		out.CoverageLive = r.Coverage
	}
	if r := candidate.result.Axes[a.ID]; r != nil {
		out.CoverageCandidate = r.Coverage
	}
	return out
}

// totalVariation compares the shares of the answers.
func totalVariation(a, b *sample.Axis) float64 {
	shares := func(x *sample.Axis) map[string]float64 {
		out := map[string]float64{}
		for _, l := range x.Chosen {
			name := ""
			if l >= 0 {
				name = x.Labels[l]
			}
			out[name] += 1 / float64(len(x.Chosen))
		}
		return out
	}
	of, sum := shares(b), 0.0
	for label, p := range shares(a) {
		sum += max(p-of[label], 0) // each positive part has a negative one of the same size
	}
	return math.Min(sum, 1)
}

// missed says which gates do not hold.
func (s *SetVerdict) missed() []string {
	if s.Gates == nil {
		return nil
	}
	var out []string
	for _, g := range s.Gates.Gates {
		if !g.Passed {
			out = append(out, fmt.Sprintf("%s: %s: %s", s.Name, g.Name, g.Message))
		}
	}
	return out
}

// ReadVerdict reads what was kept with a model; nil without any.
func ReadVerdict(document []byte) (*Verdict, error) {
	if len(document) == 0 {
		return nil, nil
	}
	v := &Verdict{}
	if err := json.Unmarshal(document, v); err != nil {
		return nil, fmt.Errorf("the verdict on a model: %w", err)
	}
	return v, nil
}
