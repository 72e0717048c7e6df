package head

import (
	"errors"
	"fmt"
	"math"
	"sort"
)

// Rules of abstention.
const (
	RuleAuto     = "auto"
	RuleCoverage = "coverage"
	RuleRisk     = "risk"
	RuleCost     = "cost"
	RuleNever    = "never"
)

// noneReaches is a threshold above every probability.
const noneReaches = 2.0

// Abstain says when the model hands a claim to a person. Thresholds are read off the
// calibrated out-of-fold probabilities, never off rows that the fit saw.
type Abstain struct {
	// Rule is one of: "auto" (answer at least Coverage of the claims, more as long as the
	// error rate among those answered stays within Risk), "coverage" (answer that share),
	// "risk" (answer as many as keep the error rate within Risk), "cost" (answer when the
	// expected cost of the cheapest label is at most Review), "never" (answer all).
	Rule string `json:"rule"`
	// Coverage is the share of claims to answer, 0..1.
	Coverage float64 `json:"coverage,omitempty"`
	// Risk is the tolerated error rate among the answered, 0..1.
	Risk float64 `json:"risk,omitempty"`
	// Cost[true][chosen] is the cost of an error by label id; missing entries are 0 for the
	// right label and 1 for a wrong one. Review is the cost of a person's look, same unit.
	Cost   map[string]map[string]float64 `json:"cost,omitempty"`
	Review float64                       `json:"review,omitempty"`
}

// DefaultAbstain answers four claims of five, and more where the answers are good.
func DefaultAbstain() Abstain { return Abstain{Rule: RuleAuto, Coverage: 0.8, Risk: 0.05} }

// Validate reports every fault of the rule.
func (a Abstain) Validate() error {
	var errs []error
	switch a.Rule {
	case RuleAuto, RuleCoverage, RuleRisk, RuleCost, RuleNever:
	default:
		errs = append(errs, fmt.Errorf("abstain: rule %q is none of auto, coverage, risk, cost, never", a.Rule))
	}
	if !(a.Coverage >= 0 && a.Coverage <= 1) {
		errs = append(errs, fmt.Errorf("abstain: coverage %g is not within 0..1", a.Coverage))
	}
	if !(a.Risk >= 0 && a.Risk <= 1) {
		errs = append(errs, fmt.Errorf("abstain: risk %g is not within 0..1", a.Risk))
	}
	if a.Rule == RuleCost && !(a.Review > 0) {
		errs = append(errs, errors.New("abstain: rule cost needs review, the cost of a person's look, above 0"))
	}
	return errors.Join(errs...)
}

// threshold gives the confidence below which to abstain.
func (a Abstain) threshold(confidence []float64, correct []bool) float64 {
	if len(confidence) == 0 {
		return 0
	}
	switch a.Rule {
	case RuleCoverage:
		return atCoverage(confidence, a.Coverage)
	case RuleRisk:
		return atRisk(confidence, correct, a.Risk)
	case RuleAuto:
		return min(atCoverage(confidence, a.Coverage), atRisk(confidence, correct, a.Risk))
	default: // cost is decided on the whole distribution, never has no threshold
		return 0
	}
}

// atCoverage is the confidence that the given share of rows reaches.
func atCoverage(confidence []float64, share float64) float64 {
	sorted := append([]float64(nil), confidence...)
	sort.Float64s(sorted)
	skip := len(sorted) - int(math.Round(share*float64(len(sorted))))
	if skip >= len(sorted) {
		return noneReaches
	}
	return sorted[skip]
}

// atRisk is the lowest confidence at which the error rate of the rows at or above it is
// within risk; above all rows when there is none.
func atRisk(confidence []float64, correct []bool, risk float64) float64 {
	order := make([]int, len(confidence))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return confidence[order[i]] > confidence[order[j]] })
	best, wrong := noneReaches, 0
	for i, at := range order {
		if !correct[at] {
			wrong++
		}
		last := i+1 == len(order) || confidence[order[i+1]] < confidence[at]
		if last && float64(wrong) <= risk*float64(i+1) {
			best = confidence[at]
		}
	}
	return best
}
