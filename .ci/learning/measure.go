package main

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"slices"

	"github.com/defekt/defekt/.ci/encoded"
	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/pipeline/review/acquire"
)

// measure replays a set's train split and scores on its test split.
func (j job) measure(ctx context.Context, w io.Writer, s encoded.Set) (result, error) {
	splits, err := j.reader.Read(ctx, s, "train", "test")
	if err != nil {
		return result{}, err
	}
	r := newReplay(splits[0], splits[1])
	out := result{name: name(s), all: len(r.train.Labels), test: len(r.test.Labels)}
	if out.full, err = r.full(ctx); err != nil {
		return out, err
	}
	best := func(seed uint64) order { return chosen(acquire.Config{Seed: seed}) }
	if out.chosen, err = r.replays(ctx, j.seeds, out.all, best); err != nil {
		return out, err
	}
	if out.random, err = r.replays(ctx, j.seeds, out.all, random); err != nil {
		return out, err
	}
	out.print(w)
	return out, nil
}

func newReplay(train, test head.Data) *replay {
	r := &replay{train: train, test: test, cfg: headConfig()}
	dense := slices.IndexFunc(train.Layout, func(s feature.Spec) bool { return s.Kind == feature.Dense })
	for _, e := range train.Examples { // the vector that the store keeps, too
		r.vectors = append(r.vectors, e[dense].Dense)
	}
	return r
}

// candidates are the ways to choose that are compared.
func candidates() []acquire.Config {
	return []acquire.Config{
		{Rule: acquire.RuleTypical}, {Rule: acquire.RuleSpread}, {Rule: acquire.RuleMargin}, {Rule: acquire.RuleEntropy},
		{Rule: acquire.RuleGradient}, {Rule: acquire.RuleVaried, Diversity: 0.25}, {Rule: acquire.RuleVaried, Diversity: 0.5},
		{Rule: acquire.RuleVaried, Diversity: 1}, {Rule: acquire.RuleVaried, Diversity: 0.5, Rarity: 0.5},
	}
}

const (
	// compareFolds is in how many parts the train split is cut, each of which is the test once.
	compareFolds = 4
	// compareShare is the share of labels up to which curves are compared.
	compareShare = 0.6
)

// compareRules prints, for each way to choose, the mean accuracy over the curve and the share of
// labels at which it comes within reach of all labels and stays there up to compareShare; on
// folds of the train split.
func (j job) compareRules(ctx context.Context, w io.Writer, s encoded.Set) error {
	read, err := j.reader.Read(ctx, s, "train")
	if err != nil {
		return err
	}
	folds := make([]*replay, compareFolds)
	all, rows := 0.0, len(read[0].Labels)
	for f := range folds {
		folds[f] = newReplay(part(read[0], f))
		full, err := folds[f].full(ctx)
		if err != nil {
			return err
		}
		all += full / compareFolds
		rows = min(rows, len(folds[f].train.Labels))
	}
	fmt.Fprintf(w, "%s: %d labels, %d folds, accuracy with all %.3f\n", name(s), rows, compareFolds, all)
	row := func(label string, of func(seed uint64) order) error {
		var replays []curve
		for _, r := range folds {
			c, err := r.replays(ctx, j.seeds, int(compareShare*float64(rows)), of)
			if err != nil {
				return err
			}
			replays = append(replays, c)
		}
		c := joined(replays)
		labels, ok := c.stays(all - slack)
		share := "-"
		if ok {
			share = fmt.Sprintf("%.0f %%", 100*float64(labels)/float64(rows))
		}
		fmt.Fprintf(w, "  %-28s area %.4f  stays from %5s  %.3f\n", label, mean(c.mean), share, c.mean)
		return nil
	}
	if err := row("random", random); err != nil {
		return err
	}
	for _, cfg := range candidates() {
		label := fmt.Sprintf("%s %g %g", cfg.Rule, cfg.Diversity, cfg.Rarity)
		if err := row(label, func(seed uint64) order { cfg.Seed = seed; return chosen(cfg) }); err != nil {
			return err
		}
	}
	return nil
}

// joined is the mean of curves of folds.
func joined(of []curve) curve {
	out := of[0]
	out.mean = make([]float64, len(of[0].mean))
	for i := range out.mean {
		for _, c := range of {
			out.mean[i] += c.mean[i] / float64(len(of))
		}
	}
	return out
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// part cuts off fold f of the rows, groups whole.
func part(d head.Data, f int) (train, test head.Data) {
	var in, out []int
	for i, id := range d.IDs {
		h := fnv.New32a()
		_, _ = h.Write([]byte(cmp.Or(d.Groups[i], id)))
		if int(h.Sum32()>>8)%compareFolds == f {
			out = append(out, i)
		} else {
			in = append(in, i)
		}
	}
	sub := func(rows []int) head.Data {
		s := d
		s.Examples, s.Labels, s.Groups, s.IDs = pick(d.Examples, rows), pick(d.Labels, rows), pick(d.Groups, rows), pick(d.IDs, rows)
		return s
	}
	return sub(in), sub(out)
}
