package head

import (
	"errors"
	"fmt"
	"slices"
)

// Config says how a head is fitted. The zero value is not usable; start from
// [DefaultConfig].
type Config struct {
	// Folds is the number of parts of the cross-validation, 2..20.
	Folds int `json:"folds"`
	// Strengths are the candidate inverse strengths of L2 regularisation, in the
	// parametrisation of LIBLINEAR and scikit-learn: the penalty is |W|^2 / (2 C n) beside
	// the mean log loss of n rows. All > 0.
	Strengths []float64 `json:"strengths"`
	// Balances are the candidate exponents of the class weights: a row of class k weighs
	// (n / (K n_k))^balance; 0 is no weighting, 1 gives all classes the same mass. 0..1.
	Balances []float64 `json:"balances"`
	// Smoothings are the candidate shares of a label's mass that its neighbours get;
	// tried on ordinal axes only. 0..0.5.
	Smoothings []float64 `json:"smoothings"`
	// Adjusts are the candidate strengths of prior correction in the decision: the label
	// maximises log p_k - adjust * log prior_k. It moves decisions towards rare labels and
	// leaves the probabilities alone. 0..2.
	Adjusts []float64 `json:"adjusts"`
	// Objective is what decisions are chosen for: "accuracy", "macro_f1",
	// "balanced_accuracy" or "blend", the mean of accuracy and macro-F1.
	Objective string `json:"objective"`
	// DropSource is the weight of the copies of a row that lack one of its sources, 0..1.
	DropSource float64 `json:"drop_source"`
	// Abstain is the abstention rule.
	Abstain Abstain `json:"abstain"`
	// MaxIterations bounds each L-BFGS run.
	MaxIterations int `json:"max_iterations"`
	// Seed moves the assignment of groups to folds.
	Seed uint64 `json:"seed"`
	// Workers bounds concurrent fits; it does not change the result.
	Workers int `json:"-"`
}

// objectives are the accepted values of Config.Objective.
var objectives = []string{"accuracy", "macro_f1", "balanced_accuracy", "blend"}

// DefaultConfig gives the settings that the acceptance figures were measured with.
func DefaultConfig() Config {
	return Config{
		Folds:         5,
		Strengths:     []float64{0.1, 0.3, 1, 3, 10, 30, 100},
		Balances:      []float64{0, 0.5, 1},
		Smoothings:    []float64{0, 0.1},
		Adjusts:       []float64{0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1.125, 1.25},
		Objective:     "macro_f1",
		DropSource:    0.5,
		Abstain:       DefaultAbstain(),
		MaxIterations: 200,
		Seed:          1,
		Workers:       2,
	}
}

// Validate reports every fault of the configuration at once.
func (c Config) Validate() error {
	var errs []error
	if c.Folds < 2 || c.Folds > 20 {
		errs = append(errs, fmt.Errorf("folds: %d is not within 2..20", c.Folds))
	}
	errs = append(errs,
		within("strengths", c.Strengths, 1e-9, 1e9),
		within("balances", c.Balances, 0, 1),
		within("smoothings", c.Smoothings, 0, 0.5),
		within("adjusts", c.Adjusts, 0, 2),
		within("drop_source", []float64{c.DropSource}, 0, 1),
		c.Abstain.Validate())
	if !slices.Contains(objectives, c.Objective) {
		errs = append(errs, fmt.Errorf("objective: %q is none of %v", c.Objective, objectives))
	}
	if c.MaxIterations < 1 {
		errs = append(errs, fmt.Errorf("max_iterations: %d is below 1", c.MaxIterations))
	}
	return errors.Join(errs...)
}

func within(name string, values []float64, lo, hi float64) error {
	if len(values) == 0 {
		return fmt.Errorf("%s: no candidate", name)
	}
	for _, v := range values {
		if !(v >= lo && v <= hi) {
			return fmt.Errorf("%s: %g is not within %g..%g", name, v, lo, hi)
		}
	}
	return nil
}
