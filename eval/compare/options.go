package compare

import (
	"errors"
	"fmt"

	"github.com/defekt/defekt/eval/slice"
)

// Options say how samples are compared. [DefaultOptions] gives sensible ones.
type Options struct {
	// NameA and NameB stand for the runs in sentences; "A" and "B" when empty.
	NameA, NameB string
	// Alpha is the level of all tests, above 0 and below 1; intervals are at 1 - Alpha.
	Alpha float64
	// Draws is the number of bootstrap draws and of exchange draws, at least 100. A p-value
	// is at least 1/(Draws+1).
	Draws int
	// Seed of all draws.
	Seed uint64
	// MaxFlips is the number of flipped claims that each list names, 0 for none.
	MaxFlips int
	// UnansweredIsWrong counts a claim that a model does not answer as wrong, instead of
	// leaving it out.
	UnansweredIsWrong bool
	// Slices says how claims are cut; its Alpha is not used. Limits makes fields fit for it.
	Slices slice.Options
	Limits slice.Limits
}

// DefaultOptions test at 5 %, with 2,000 draws, and name 50 flips each way.
func DefaultOptions() Options {
	return Options{Alpha: 0.05, Draws: 2000, Seed: 1, MaxFlips: 50, Slices: slice.DefaultOptions(), Limits: slice.DefaultLimits()}
}

// Validate says what is out of range, all at once.
func (o Options) Validate() error {
	var errs []error
	if !(o.Alpha > 0 && o.Alpha < 1) {
		errs = append(errs, fmt.Errorf("alpha %v is not between 0 and 1", o.Alpha))
	}
	if o.Draws < 100 {
		errs = append(errs, fmt.Errorf("%d draws: at least 100", o.Draws))
	}
	if o.MaxFlips < 0 {
		errs = append(errs, fmt.Errorf("%d flips: 0 for none, or more", o.MaxFlips))
	}
	o.Slices.Alpha = 0.5
	return errors.Join(append(errs, o.Slices.Validate(), o.Limits.Validate())...)
}

func (o Options) names() (a, b string) {
	a, b = o.NameA, o.NameB
	if a == "" {
		a = "A"
	}
	if b == "" {
		b = "B"
	}
	return a, b
}
