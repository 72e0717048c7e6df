package main

import (
	"context"
	"math/rand/v2"

	"github.com/sourcegraph/conc/pool"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/head"
)

// outOfFold gives each row the probabilities of heads that did not see its label: the mean
// over repeats of the whole cross-validation, each with other folds, which takes out what
// the luck of the folds adds.
func outOfFold(ctx context.Context, d head.Data, cfg head.Config, folds, repeats int, seed uint64) ([][]float64, error) {
	out := make([][]float64, len(d.Labels))
	for i := range out {
		out[i] = make([]float64, len(d.Classes))
	}
	for r := range repeats {
		fold := deal(d, folds, seed+uint64(r)*1000)
		work := pool.New().WithContext(ctx).WithCancelOnError().WithMaxGoroutines(2)
		for k := range folds {
			work.Go(func(ctx context.Context) error { return one(ctx, d, cfg, fold, k, 1/float64(repeats), out) })
		}
		if err := work.Wait(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// deal gives each row a fold, each fold its share of every label, and groups one fold.
func deal(d head.Data, folds int, seed uint64) []int {
	out := make([]int, len(d.Labels))
	next, of := make([]int, len(d.Classes)), map[string]int{}
	for c := range next {
		next[c] = c
	}
	for _, i := range rand.New(rand.NewPCG(seed, 1)).Perm(len(out)) {
		g := d.Groups[i]
		if f, ok := of[g]; ok && g != "" {
			out[i] = f
			continue
		}
		out[i] = next[d.Labels[i]] % folds
		of[g] = out[i]
		next[d.Labels[i]]++
	}
	return out
}

// one fits on all other folds and adds the fold's probabilities.
func one(ctx context.Context, d head.Data, cfg head.Config, fold []int, k int, share float64, out [][]float64) error {
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
	h, err := head.Fit(ctx, train, cfg, nil)
	if err != nil {
		return err
	}
	for _, i := range held {
		if err := add(h, d.Examples[i], share, out[i]); err != nil {
			return err
		}
	}
	return nil
}

func add(h *head.Head, e feature.Example, share float64, out []float64) error {
	o, err := h.Predict(e)
	if err != nil {
		return err
	}
	for c, p := range o.Probabilities {
		out[c] += share * p
	}
	return nil
}
