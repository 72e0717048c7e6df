package head

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/defekt/defekt/eval/metric"
)

// CurveSizes are the usual numbers of labelled rows a class at which a learning curve is
// looked at; the last point, all rows, comes by itself.
var CurveSizes = [...]int{10, 20, 50, 100, 200, 500, 1000}

// curveRepeats is the number of different held-out parts that each point averages over.
const curveRepeats = 3

// CurvePoint is what a head reaches with so many labels. Figures are means over held-out
// parts that are the same for every point, so that points differ by the labels alone.
type CurvePoint struct {
	// PerLabel is the largest number of rows a class that was used; 0 means all.
	PerLabel int `json:"per_label"`
	// Rows is the mean number of rows fitted on.
	Rows     float64 `json:"rows"`
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
	// Spread is the standard deviation of MacroF1 over the held-out parts.
	Spread float64 `json:"spread"`
}

// CurveFits is the number of heads that Curve fits at most, for a progress bar.
func CurveFits(sizes []int) int { return curveRepeats * (len(sizes) + 1) }

// Curve measures accuracy against the number of labelled rows a class. A fifth of the
// groups is held out; from the rest, at most so many rows a class are taken in a fixed
// random order, so that a larger point holds the smaller one. Points that would use nearly
// every row, or that are too small to fit, are left out. done, which may be nil, is called after
// each head.
func Curve(ctx context.Context, d Data, cfg Config, sizes []int, done func()) ([]CurvePoint, error) {
	if done == nil {
		done = func() {}
	}
	if err := d.check(cfg); err != nil {
		return nil, err
	}
	folds := assignFolds(d.Labels, d.Groups, len(d.Classes), cfg.Folds, cfg.Seed)
	var points []CurvePoint
	for _, size := range append(slices.Sorted(slices.Values(sizes)), 0) {
		p, err := d.point(ctx, cfg, folds, size, done)
		switch {
		case errors.Is(err, ErrTooFewRows), errors.Is(err, ErrOneClass), errors.Is(err, errNothingLeftOut):
			continue
		case err != nil:
			return nil, err
		}
		points = append(points, p)
	}
	return points, nil
}

// nearlyAll is the share of rows from which on a size says no more than all rows do.
const nearlyAll = 0.9

// errNothingLeftOut says that a size is hardly smaller than the data.
var errNothingLeftOut = errors.New("the size takes nearly every row")

// point averages one size over the held-out parts.
func (d *Data) point(ctx context.Context, cfg Config, folds []int, size int, done func()) (CurvePoint, error) {
	p := CurvePoint{PerLabel: size}
	var f1 []float64
	repeats := min(curveRepeats, cfg.Folds)
	for held := range repeats {
		train, test := d.part(folds, held, size, cfg.Seed)
		if all := len(d.Labels) - len(test.Labels); size > 0 && float64(len(train.Labels)) > nearlyAll*float64(all) {
			return p, errNothingLeftOut
		}
		c, err := fitAndScore(ctx, train, test, cfg)
		if err != nil {
			return p, err
		}
		f1 = append(f1, c.MacroF1())
		p.Accuracy += c.Accuracy() / float64(repeats)
		p.Rows += float64(len(train.Labels)) / float64(repeats)
		done()
	}
	p.MacroF1, p.Spread = meanDeviation(f1)
	return p, nil
}

// part splits off the held-out fold and takes at most size rows a class from the rest; 0
// takes all.
func (d *Data) part(folds []int, held, size int, seed uint64) (train, test Data) {
	order := make([]int, len(d.Labels))
	key := make([]uint64, len(d.Labels))
	for i := range order {
		order[i], key[i] = i, shuffle(strconv.Itoa(i), seed)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(key[a], key[b]), cmp.Compare(a, b)) })
	taken := make([]int, len(d.Classes))
	var in, out []int
	for _, i := range order {
		switch l := d.Labels[i]; {
		case folds[i] == held:
			out = append(out, i)
		case size == 0 || taken[l] < size:
			taken[l]++
			in = append(in, i)
		}
	}
	return d.subset(in), d.subset(out)
}

func (d *Data) subset(rows []int) Data {
	s := *d
	s.Examples, s.Labels, s.Groups = pick(d.Examples, rows), pick(d.Labels, rows), pick(d.Groups, rows)
	return s
}

// fitAndScore fits on train and compares decisions on test, of the rows that people decided.
func fitAndScore(ctx context.Context, train, test Data, cfg Config) (*metric.Confusion, error) {
	h, err := Fit(ctx, train, cfg, nil)
	if err != nil {
		return nil, err
	}
	rows, truth := test.decided()
	chosen := make([]int, len(rows))
	for i, r := range rows {
		o, err := h.Predict(test.Examples[r])
		if err != nil {
			return nil, fmt.Errorf("held-out row %d: %w", r, err)
		}
		chosen[i] = o.Choice
	}
	return metric.NewConfusion(test.Classes[:test.answers()], truth, chosen)
}

func meanDeviation(v []float64) (mean, deviation float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		deviation += (x - mean) * (x - mean) / float64(max(len(v)-1, 1))
	}
	return mean, math.Sqrt(deviation)
}
