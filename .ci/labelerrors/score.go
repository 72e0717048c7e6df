package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/defekt/defekt/.ci/encoded"
	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/models/head"
)

// flip gives a share of the rows another label: any, or always the next one.
func flip(labels []int, classes int, share float64, seed uint64, how string) []int {
	out := slices.Clone(labels)
	rng := rand.New(rand.NewPCG(seed, 2))
	for _, i := range rng.Perm(len(out))[:int(share*float64(len(out))+0.5)] {
		step := 1 + rng.IntN(classes-1)
		if how == "next" {
			step = 1
		}
		out[i] = (out[i] + step) % classes
	}
	return out
}

// find looks for label errors in out-of-fold probabilities.
func find(ctx context.Context, e *head.Data, labels []int, p [][]float64, o people.ErrorOptions) (*people.LabelErrors, error) {
	s := sample.OfDistributions(e.IDs, e.Axis, e.Classes, labels, p)
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return people.FindLabelErrors(ctx, s, e.Axis, o)
}

// tally adds up lists over seeds.
type tally struct {
	listed, right, wrong        int
	leastPrecision, leastRecall float64
	seeds                       int
}

func (t *tally) add(found *people.LabelErrors, truth, given []int) {
	right, wrong := 0, 0
	for i := range truth {
		if truth[i] != given[i] {
			wrong++
		}
	}
	for _, c := range found.Candidates {
		if truth[c.Row] != given[c.Row] {
			right++
		}
	}
	precision, recall := ratio(right, len(found.Candidates)), ratio(right, wrong)
	if t.seeds == 0 {
		t.leastPrecision, t.leastRecall = precision, recall
	}
	t.leastPrecision, t.leastRecall = min(t.leastPrecision, precision), min(t.leastRecall, recall)
	t.listed, t.right, t.wrong, t.seeds = t.listed+len(found.Candidates), t.right+right, t.wrong+wrong, t.seeds+1
}

func (t *tally) precision() float64 { return ratio(t.right, t.listed) }
func (t *tally) recall() float64    { return ratio(t.right, t.wrong) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// list writes the review list of the labels as their authors gave them.
func (j job) list(ctx context.Context, s encoded.Set, e *head.Data) error {
	p, err := head.OutOfFold(ctx, *e, headConfig(), j.folds, j.repeats, j.first)
	if err != nil {
		return err
	}
	o := people.DefaultErrorOptions()
	o.Rule, o.Rank, o.Limit = people.RuleJoint, people.RankNoise, 50
	found, err := find(ctx, e, e.Labels, p, o)
	if err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(j.review, s.Data+".csv"))
	if err != nil {
		return err
	}
	return errors.Join(found.WriteCSV(f), f.Close())
}
