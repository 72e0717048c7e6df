package head

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/optimize"
)

// gradientTolerance ends an L-BFGS run; the loss is a mean over rows, so the value does
// not depend on their number.
const gradientTolerance = 1e-5

// solve minimises the regularised loss with L-BFGS (Liu & Nocedal 1989), starting from
// start, which it leaves alone.
func solve(ctx context.Context, start *weights, samples []sample, strength float64, iterations int) (*weights, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o := newObjective(start, samples, strength)
	problem := optimize.Problem{
		Func: o.Func,
		Grad: o.Grad,
		Status: func() (optimize.Status, error) {
			if err := ctx.Err(); err != nil {
				return optimize.Failure, err
			}
			return optimize.NotTerminated, nil
		},
	}
	settings := &optimize.Settings{
		GradientThreshold: gradientTolerance,
		MajorIterations:   iterations,
		Converger:         &optimize.FunctionConverge{Relative: 1e-7, Iterations: 5},
	}
	res, err := optimize.Minimize(problem, start.flat, settings, &optimize.LBFGS{Store: 10})
	if cerr := ctx.Err(); cerr != nil {
		return nil, cerr
	}
	// A line search that finds no lower point has converged as far as float64 goes.
	if err != nil && !errors.Is(err, optimize.ErrLinesearcherFailure) {
		return nil, fmt.Errorf("fit: %w", err)
	}
	if res == nil {
		return nil, fmt.Errorf("fit: no result: %w", err)
	}
	return start.over(res.X), nil
}
