package main

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/pipeline/review/acquire"
)

const (
	// batch is the number of labels a round, and before the first.
	batch = 50
	// wide is the number of labels a round beyond wideFrom of all labels, where heads are only
	// fitted to see that a curve stays where it is.
	wide     = 4 * batch
	wideFrom = 0.6
)

// replay is a set whose labels come round by round.
type replay struct {
	train, test head.Data
	vectors     [][]float32 // of train
	cfg         head.Config
}

// point is what a head reaches with so many labels.
type point struct {
	labels   int
	accuracy float64
}

// order chooses n rows to label next among those left; p are the current head's
// probabilities for each of them, nil before the first head.
type order func(r *replay, n int, left []int, p [][]float64, labelled []int) ([]int, error)

// random takes rows as they come.
func random(seed uint64) order {
	rng := rand.New(rand.NewPCG(seed, 50))
	return func(_ *replay, n int, left []int, _ [][]float64, _ []int) ([]int, error) {
		return rng.Perm(len(left))[:min(n, len(left))], nil
	}
}

// chosen takes rows by package acquire.
func chosen(cfg acquire.Config) order {
	return func(r *replay, n int, left []int, p [][]float64, labelled []int) ([]int, error) {
		cfg := cfg
		cfg.Batch = n
		pool := acquire.Pool{Probabilities: p, Vectors: pick(r.vectors, left), Labelled: pick(r.vectors, labelled)}
		if p != nil {
			pool.Counts = make([]int, len(r.train.Classes))
			for _, i := range labelled {
				pool.Counts[r.train.Labels[i]]++
			}
		}
		return acquire.Choose(pool, cfg)
	}
}

// run labels in rounds until most rows of train have labels, and gives the accuracy on test
// after each.
func (r *replay) run(ctx context.Context, next order, most int) ([]point, error) {
	left := make([]int, len(r.train.Labels))
	for i := range left {
		left[i] = i
	}
	var curve []point
	var labelled []int
	var p [][]float64
	for len(left) > 0 && len(labelled) < most {
		n := batch
		if float64(len(labelled)) >= wideFrom*float64(len(r.train.Labels)) {
			n = wide
		}
		taken, err := next(r, n, left, p, labelled)
		if err != nil {
			return nil, err
		}
		labelled = append(labelled, pick(left, taken)...)
		left = without(left, taken)
		h, err := r.fit(ctx, labelled)
		if err != nil {
			return nil, err
		}
		if p, err = h.probabilities(pick(r.train.Examples, left)); err != nil {
			return nil, err
		}
		accuracy, err := h.accuracy(r.test)
		if err != nil {
			return nil, err
		}
		curve = append(curve, point{len(labelled), accuracy})
	}
	return curve, nil
}

// fitted is a head on the labels seen so far; class gives theirs among those of the set.
type fitted struct {
	*head.Head
	class   []int
	classes int
}

// fit fits a head as `defekt train` would: it knows the labels that it has seen.
func (r *replay) fit(ctx context.Context, rows []int) (*fitted, error) {
	f := &fitted{classes: len(r.train.Classes)}
	d := r.train
	d.Classes, d.Labels, d.IDs = nil, nil, nil
	d.Examples, d.Groups = pick(r.train.Examples, rows), pick(r.train.Groups, rows)
	labels := pick(r.train.Labels, rows)
	for k, name := range r.train.Classes {
		if slices.Contains(labels, k) {
			f.class, d.Classes = append(f.class, k), append(d.Classes, name)
		}
	}
	for _, l := range labels {
		d.Labels = append(d.Labels, slices.Index(f.class, l))
	}
	var err error
	f.Head, err = head.Fit(ctx, d, r.cfg, nil)
	return f, err
}

// probabilities are over all labels of the set.
func (f *fitted) probabilities(examples []feature.Example) ([][]float64, error) {
	out := make([][]float64, len(examples))
	for i, e := range examples {
		o, err := f.Predict(e)
		if err != nil {
			return nil, err
		}
		out[i] = make([]float64, f.classes)
		for k, v := range o.Probabilities {
			out[i][f.class[k]] = v
		}
	}
	return out, nil
}

// accuracy is the share of right answers, abstentions not counted as such.
func (f *fitted) accuracy(d head.Data) (float64, error) {
	right := 0
	for i, e := range d.Examples {
		o, err := f.Predict(e)
		if err != nil {
			return 0, err
		}
		if f.class[o.Choice] == d.Labels[i] {
			right++
		}
	}
	return float64(right) / float64(len(d.Examples)), nil
}

func pick[T any](of []T, rows []int) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = of[r]
	}
	return out
}

// without takes the places out of the list.
func without(list, places []int) []int {
	gone := make(map[int]bool, len(places))
	for _, i := range places {
		gone[i] = true
	}
	var out []int
	for i, v := range list {
		if !gone[i] {
			out = append(out, v)
		}
	}
	return out
}
