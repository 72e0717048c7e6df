package head

import (
	"context"
	"slices"

	"github.com/sourcegraph/conc/pool"
)

// path is a run of settings that differ in strength only, weakest first, so that each fit
// starts where the one before ended.
type path struct {
	balance, smoothing float64
}

func paths(cfg Config, ordinal bool) []path {
	smoothings := cfg.Smoothings
	if !ordinal {
		smoothings = []float64{0}
	}
	var out []path
	for _, b := range cfg.Balances {
		for _, s := range smoothings {
			out = append(out, path{b, s})
		}
	}
	return out
}

// outOfFold gives, for each path and strength, the scores of every row by the fit that did
// not see the row's fold: [path][strength][row][class]. done is called once a fit.
func outOfFold(ctx context.Context, d *Data, cfg Config, ps []path, strengths []float64, done func()) ([][][][]float64, error) {
	folds := assignFolds(d.Labels, d.Groups, len(d.Classes), cfg.Folds, cfg.Seed)
	out := make([][][][]float64, len(ps))
	for p := range out {
		out[p] = make([][][]float64, len(strengths))
		for s := range out[p] {
			out[p][s] = make([][]float64, len(d.Examples))
		}
	}
	work := pool.New().WithContext(ctx).WithCancelOnError().WithMaxGoroutines(max(1, cfg.Workers))
	for f := range cfg.Folds {
		work.Go(func(ctx context.Context) error {
			return d.fold(ctx, cfg, folds, f, ps, strengths, out, done)
		})
	}
	return out, work.Wait()
}

// fold fits on all rows outside of fold f and scores those inside.
func (d *Data) fold(ctx context.Context, cfg Config, folds []int, f int, ps []path, strengths []float64, out [][][][]float64, done func()) error {
	train := d.subset(func(i int) bool { return folds[i] != f })
	t := fitTransform(d.Layout, train.Examples)
	var held []int
	var rows []row
	for i, e := range d.Examples {
		if folds[i] == f {
			held = append(held, i)
			rows = append(rows, t.apply(e, ""))
		}
	}
	for p, pt := range ps {
		samples := train.samples(t, setting{balance: pt.balance, smoothing: pt.smoothing}, cfg.DropSource)
		w := newWeights(len(d.Classes), t)
		for s, strength := range strengths {
			var err error
			if w, err = solve(ctx, w, samples, strength, cfg.MaxIterations); err != nil {
				return err
			}
			for h, i := range held {
				out[p][s][i] = make([]float64, len(d.Classes))
				w.logits(rows[h], out[p][s][i])
			}
			done()
		}
	}
	return nil
}

// ascendingStrengths copies the candidates in rising order.
func ascendingStrengths(cfg Config) []float64 {
	s := slices.Clone(cfg.Strengths)
	slices.Sort(s)
	return slices.Compact(s)
}
