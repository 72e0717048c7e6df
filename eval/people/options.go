package people

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/defekt/defekt/eval/metric"
)

// Options are the choices that figures depend on. Start from [DefaultOptions].
type Options struct {
	// Orders gives, by axis, all labels in their order; an axis that has one is ordinal.
	Orders map[string][]string
	// Standard and Model are the names of the raters that are no people: the agreed truth
	// and the model; empty when there is none. Undecided is the label that stands for none.
	Standard, Model, Undecided string
	// Level of the intervals, between 0 and 1; usually 0.95.
	Level float64
	// Draws is the number of bootstrap draws, at least 100.
	Draws int
	// Seed moves the draws; same seed, same figures.
	Seed uint64
}

// DefaultOptions are 95 % intervals from 1,000 draws.
func DefaultOptions() Options {
	return Options{Undecided: "undetermined", Level: 0.95, Draws: 1000, Seed: 1}
}

// Validate says what is out of range, all at once.
func (o Options) Validate() error {
	var errs []error
	if !(o.Level > 0 && o.Level < 1) {
		errs = append(errs, fmt.Errorf("level %v is not between 0 and 1", o.Level))
	}
	if o.Draws < 100 {
		errs = append(errs, fmt.Errorf("%d draws are under 100", o.Draws))
	}
	if o.Standard != "" && o.Standard == o.Model {
		errs = append(errs, fmt.Errorf("%q cannot be both standard and model", o.Model))
	}
	return errors.Join(errs...)
}

// estimate gives a figure of n claims with its percentile interval over draws of claims
// (Efron, Tibshirani: An Introduction to the Bootstrap, 1993). f takes claims by number, one
// may come twice, and says whether its figure exists; the result is nil where it does not
// for all claims together, or for most draws.
func (o Options) estimate(ctx context.Context, n int, f func(rows []int) (float64, bool)) (*Figure, error) {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	value, ok := f(rows)
	if !ok {
		return nil, nil
	}
	draws := make([]float64, 0, o.Draws)
	for d := range o.Draws {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rng := rand.New(rand.NewPCG(o.Seed, uint64(d)))
		for i := range rows {
			rows[i] = rng.IntN(n)
		}
		if v, ok := f(rows); ok {
			draws = append(draws, v)
		}
	}
	if len(draws) < o.Draws/2 {
		return nil, nil
	}
	slices.Sort(draws)
	return &Figure{value, metric.Quantile(draws, (1-o.Level)/2), metric.Quantile(draws, (1+o.Level)/2)}, nil
}
