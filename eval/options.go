package eval

import (
	"errors"
	"fmt"
)

// Options are the choices that figures depend on. [DefaultOptions] gives sensible ones.
type Options struct {
	// Level of the intervals, above 0 and below 1; usually 0.95.
	Level float64
	// Draws is the number of bootstrap draws, for the figures that have no closed interval;
	// 0 = leave those intervals out. 1,000 is usual.
	Draws int
	// Seed of all draws and splits.
	Seed uint64
	// Risk is the share of wrong answers that coverage_at_risk allows, above 0 and below 1.
	Risk float64
	// Miss is the share of claims whose truth a conformal set may lack, above 0 and below 1.
	Miss float64
	// RareShare: a label with a smaller share of the truth counts as rare, 0..1.
	RareShare float64
	// Watch names labels whose recall is reported however frequent they are.
	Watch []string
	// Costs are cost matrices by axis id.
	Costs map[string]Costs
}

// Costs prices the answers of one axis, in any unit.
type Costs struct {
	// Matrix is what an answer costs: by true label, then by answer. A pair that is not
	// there costs Right when both are the same and Wrong otherwise.
	Matrix map[string]map[string]float64 `json:"matrix" yaml:"matrix"`
	Right  float64                       `json:"right" yaml:"right"`
	Wrong  float64                       `json:"wrong" yaml:"wrong"`
	// Review is what a claim costs that goes to a person instead; nil = there is no review.
	Review *float64 `json:"review,omitempty" yaml:"review,omitempty"`
}

// DefaultOptions are 95 % intervals from 1,000 draws, a risk of 5 %, conformal sets that
// may miss 10 %, and rare labels below 5 % of the truth.
func DefaultOptions() Options {
	return Options{Level: 0.95, Draws: 1000, Seed: 1, Risk: 0.05, Miss: 0.1, RareShare: 0.05, Watch: []string{"critical"}}
}

// Validate says what is out of range, all at once.
func (o Options) Validate() error {
	var errs []error
	for name, v := range map[string]float64{"level": o.Level, "risk": o.Risk, "miss": o.Miss} {
		if !(v > 0 && v < 1) {
			errs = append(errs, fmt.Errorf("%s %v is not between 0 and 1", name, v))
		}
	}
	if o.Draws < 0 || o.Draws == 1 {
		errs = append(errs, fmt.Errorf("%d draws: 0 for none, or 2 and more", o.Draws))
	}
	if !(o.RareShare >= 0 && o.RareShare <= 1) {
		errs = append(errs, fmt.Errorf("rare share %v is not within 0..1", o.RareShare))
	}
	return errors.Join(errs...)
}
