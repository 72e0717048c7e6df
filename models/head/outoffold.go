package head

import (
	"context"

	"github.com/sourcegraph/conc/pool"

	"github.com/defekt/defekt/models/feature"
)

// OutOfFold gives each row the calibrated probabilities of heads that did not see its label,
// one for each class: the mean over repeats of the whole cross-validation, each with other
// folds, which takes out what the luck of the folds adds. Rows of one group share a fold.
// folds is at least 2, repeats at least 1. Errors are those of [Fit] on a part of the rows.
func OutOfFold(ctx context.Context, d Data, cfg Config, folds, repeats int, seed uint64) ([][]float64, error) {
	out := make([][]float64, len(d.Labels))
	for i := range out {
		out[i] = make([]float64, len(d.Classes))
	}
	for r := range repeats {
		fold := assignFolds(d.Labels, d.Groups, len(d.Classes), folds, seed+uint64(r)*1000)
		work := pool.New().WithContext(ctx).WithCancelOnError().WithMaxGoroutines(2)
		for k := range folds {
			work.Go(func(ctx context.Context) error { return fitOthers(ctx, d, cfg, fold, k, 1/float64(repeats), out) })
		}
		if err := work.Wait(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fitOthers fits on all other folds and adds the fold's probabilities.
func fitOthers(ctx context.Context, d Data, cfg Config, fold []int, k int, share float64, out [][]float64) error {
	train, held := d, []int{}
	train.Examples, train.Labels, train.Groups = nil, nil, nil
	for i := range fold {
		if fold[i] == k {
			held = append(held, i)
			continue
		}
		train.Examples = append(train.Examples, d.Examples[i])
		train.Labels = append(train.Labels, d.Labels[i])
		train.Groups = append(train.Groups, d.Groups[i])
	}
	h, err := Fit(ctx, train, cfg, nil)
	if err != nil {
		return err
	}
	for _, i := range held {
		if err := addHeld(h, d.Examples[i], share, out[i]); err != nil {
			return err
		}
	}
	return nil
}

func addHeld(h *Head, e feature.Example, share float64, out []float64) error {
	o, err := h.Predict(e)
	if err != nil {
		return err
	}
	for c, p := range o.Probabilities {
		out[c] += share * p
	}
	return nil
}
