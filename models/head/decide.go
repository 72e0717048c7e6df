package head

import (
	"math"
	"slices"

	"github.com/defekt/defekt/eval/metric"
)

// decision is the rule from probabilities to a label.
type decision struct {
	// Adjust is the strength of prior correction (Menon et al.: Long-tail learning via
	// logit adjustment, ICLR 2021).
	Adjust float64 `json:"adjust"`
	// Median takes the median of the ordered labels instead of the likeliest, which is the
	// best answer when an error costs its distance.
	Median bool `json:"median,omitempty"`
}

// choose gives the label's index. logPriors are those of the training rows.
func (d decision) choose(p, logPriors []float64) int {
	adjusted := make([]float64, len(p))
	best, sum := 0, 0.0
	for k, v := range p {
		adjusted[k] = v * math.Exp(-d.Adjust*logPriors[k])
		sum += adjusted[k]
		if adjusted[k] > adjusted[best] {
			best = k
		}
	}
	if !d.Median {
		return best
	}
	below := 0.0
	for k, v := range adjusted {
		if below += v; below >= sum/2 {
			return k
		}
	}
	return best
}

// decisions lists the candidate rules, in rising order of correction.
func decisions(adjusts []float64, median bool) []decision {
	out := make([]decision, 0, len(adjusts))
	for _, a := range slices.Sorted(slices.Values(adjusts)) {
		out = append(out, decision{Adjust: a, Median: median})
	}
	return out
}

// score is the objective's value of a set of choices.
func score(objective string, classes []string, truth, chosen []int) (float64, error) {
	c, err := metric.NewConfusion(classes, truth, chosen)
	if err != nil {
		return 0, err
	}
	switch objective {
	case "accuracy":
		return c.Accuracy(), nil
	case "macro_f1":
		return c.MacroF1(), nil
	case "balanced_accuracy":
		return c.BalancedAccuracy(), nil
	default:
		return (c.Accuracy() + c.MacroF1()) / 2, nil
	}
}
