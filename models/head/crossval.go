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

// fitting is what the fits of one head share.
type fitting struct {
	*Data
	cfg       Config
	transform *transform
	rows      []sample
	kernel    kernel
	paths     []path
	strengths []float64
	done      func()
}

// prepare transforms the rows once, for all folds: means and deviations of columns know
// nothing of labels, so that learning them from all rows gives no fold away.
func prepare(d *Data, cfg Config, done func()) *fitting {
	f := &fitting{Data: d, cfg: cfg, paths: paths(cfg, d.Ordinal), strengths: ascendingStrengths(cfg), done: done}
	f.transform = fitTransform(d.Layout, d.Examples)
	f.rows = d.samples(f.transform, cfg.DropSource)
	rows := make([]row, len(f.rows))
	for i, s := range f.rows {
		rows[i] = s.row
	}
	f.kernel = newKernel(f.transform, rows)
	return f
}

// outOfFold gives, for each path and strength, the scores of every row by the fit that did
// not see the row's fold: [path][strength][row][class].
func (f *fitting) outOfFold(ctx context.Context) ([][][][]float64, error) {
	folds := assignFolds(f.Labels, f.Groups, len(f.Classes), f.cfg.Folds, f.cfg.Seed)
	out := make([][][][]float64, len(f.paths))
	for p := range out {
		out[p] = make([][][]float64, len(f.strengths))
		for s := range out[p] {
			out[p][s] = make([][]float64, len(f.Examples))
		}
	}
	work := pool.New().WithContext(ctx).WithCancelOnError().WithMaxGoroutines(max(1, f.cfg.Workers))
	for fold := range f.cfg.Folds {
		work.Go(func(ctx context.Context) error { return f.fold(ctx, folds, fold, out) })
	}
	return out, work.Wait()
}

// fold fits on all rows outside of the fold and scores those inside, as they are.
func (f *fitting) fold(ctx context.Context, folds []int, fold int, out [][][][]float64) error {
	var train, held []int
	for i, s := range f.rows {
		switch {
		case folds[s.example] != fold:
			train = append(train, i)
		case s.share == 1:
			held = append(held, i)
		}
	}
	scores := make([]float64, len(held)*len(f.Classes))
	for p, path := range f.paths {
		problem := f.problem(f.kernel, f.rows, train, path)
		x := newMix(len(train), len(f.Classes))
		for s, strength := range f.strengths {
			var err error
			if x, err = problem.solve(ctx, x, strength, f.cfg.MaxIterations); err != nil {
				return err
			}
			f.kernel.mul(held, train, x.a, scores, len(f.Classes))
			for h, i := range held {
				z := make([]float64, len(f.Classes))
				for k := range z {
					z[k] = scores[k*len(held)+h] + x.bias[k]
				}
				out[p][s][f.rows[i].example] = z
			}
			f.done()
		}
	}
	return nil
}

// final fits all rows with the chosen setting, along the strengths up to the chosen one.
func (f *fitting) final(ctx context.Context, best *chosen) (*weights, error) {
	all := make([]int, len(f.rows))
	rows := make([]row, len(f.rows))
	for i := range all {
		all[i], rows[i] = i, f.rows[i].row
	}
	problem := f.problem(f.kernel, f.rows, all, best.path)
	x := newMix(len(all), len(f.Classes))
	for _, s := range f.strengths {
		if s <= best.strength {
			var err error
			if x, err = problem.solve(ctx, x, s, f.cfg.MaxIterations); err != nil {
				return nil, err
			}
		}
		f.done()
	}
	w := mixed(rows, f.transform, x.a, len(f.Classes))
	copy(w.bias(), x.bias)
	return w, nil
}

// ascendingStrengths copies the candidates in rising order.
func ascendingStrengths(cfg Config) []float64 {
	s := slices.Clone(cfg.Strengths)
	slices.Sort(s)
	return slices.Compact(s)
}
