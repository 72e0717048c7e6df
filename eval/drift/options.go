package drift

import (
	"errors"
	"fmt"
	"slices"
)

// Span is how long a window over time is.
type Span string

// The spans. Auto takes months where the claims cover three or more, else weeks, else days.
const (
	Auto  Span = "auto"
	Month Span = "month"
	Week  Span = "week"
	Day   Span = "day"
)

// Options are the choices that figures depend on. Start from [DefaultOptions].
type Options struct {
	// Level of the intervals, between 0 and 1; usually 0.95.
	Level float64
	// Alarm is the probability of any false alarm that is put up with, over all tests
	// together, between 0 and 1.
	Alarm float64
	// Draws is the number of draws behind intervals that have no formula, at least 100.
	Draws int
	// Permutations is the number of draws behind p-values, at least 99; the smallest
	// possible p-value is 1/(Permutations+1).
	Permutations int
	// Cap is the number of vectors of each side that are compared, at least 10; the test
	// takes time and memory with its square.
	Cap int
	// Novel is the number of claims to name that are least like those before.
	Novel int
	// Span of the windows over time.
	Span Span
	// Seed moves all draws; same seed, same figures.
	Seed uint64
}

// DefaultOptions are 95 % intervals, a joint level of 5 %, 1,000 vectors a side.
func DefaultOptions() Options {
	return Options{Level: 0.95, Alarm: 0.05, Draws: 400, Permutations: 1999, Cap: 1000, Novel: 20, Span: Auto, Seed: 1}
}

// Validate says what is out of range, all at once.
func (o Options) Validate() error {
	var errs []error
	if !(o.Level > 0 && o.Level < 1) {
		errs = append(errs, fmt.Errorf("level %v is not between 0 and 1", o.Level))
	}
	if !(o.Alarm > 0 && o.Alarm < 1) {
		errs = append(errs, fmt.Errorf("alarm level %v is not between 0 and 1", o.Alarm))
	}
	if o.Draws < 100 {
		errs = append(errs, fmt.Errorf("%d draws are under 100", o.Draws))
	}
	if o.Permutations < 99 {
		errs = append(errs, fmt.Errorf("%d permutations are under 99", o.Permutations))
	}
	if o.Cap < 10 {
		errs = append(errs, fmt.Errorf("a cap of %d vectors is under 10", o.Cap))
	}
	if o.Novel < 0 {
		errs = append(errs, fmt.Errorf("%d novel claims", o.Novel))
	}
	if !slices.Contains([]Span{Auto, Month, Week, Day}, o.Span) {
		errs = append(errs, fmt.Errorf("span %q is none of auto, month, week, day", o.Span))
	}
	return errors.Join(errs...)
}
