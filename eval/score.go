package eval

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"runtime"

	"github.com/sourcegraph/conc/pool"

	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/eval/sample"
)

// What curves and bins are made of.
const (
	curvePoints     = 100
	reliabilityBins = 10
)

// Score computes all figures of a sample. Axes without a single row that has both a truth
// and an answer are left out. The same sample and options give the same result at any
// number of cores; axes are computed side by side, each with a few dozen bytes a row.
// Errors are those of the options, of columns that do not fit (see [sample.Sample.Validate],
// which also looks for ids that stand twice) and of ctx.
func Score(ctx context.Context, s *sample.Sample, o Options) (*Result, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	r := &Result{
		N: s.N(), Axes: map[string]*Axis{},
		Settings: Settings{Level: o.Level, Draws: o.Draws, Seed: o.Seed, Risk: o.Risk, Miss: o.Miss},
	}
	scored := make([]*Axis, len(s.Axes))
	p := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError().WithMaxGoroutines(runtime.GOMAXPROCS(0))
	for i := range s.Axes {
		p.Go(func(ctx context.Context) error {
			a := &s.Axes[i]
			if err := a.Validate(s.N()); err != nil {
				return fmt.Errorf("axis %q: %w", a.ID, err)
			}
			var err error
			scored[i], err = scoreAxis(ctx, a, o)
			return err
		})
	}
	if err := p.Wait(); err != nil {
		return nil, err
	}
	for i, a := range scored {
		if a != nil {
			r.Axes[s.Axes[i].ID] = a
		}
	}
	return r, nil
}

// scorer computes the figures of one axis.
type scorer struct {
	o    Options
	seed uint64
	axis *sample.Axis
	out  *Axis

	rows    []int32   // those with a truth and an answer
	all     []float64 // their counts over all labels of the axis, truth by answer
	labels  []int32   // the labels that occur, in order
	counts  metric.Counts
	ranked  *metric.Ranked
	classOf []int32 // a label's column of the distributions, or Unknown
}

// scoreAxis gives nil when no row can be scored.
func scoreAxis(ctx context.Context, a *sample.Axis, o Options) (*Axis, error) {
	s := newScorer(a, o)
	if s.out.N == 0 {
		return nil, nil
	}
	for _, step := range []func() error{
		s.confusion, s.drawn, s.confidence, s.perLabel, s.rare, s.distributions, s.conformal, s.hierarchical, s.cost,
	} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := step(); err != nil {
			return nil, fmt.Errorf("axis %q: %w", a.ID, err)
		}
	}
	return s.out, nil
}

func newScorer(a *sample.Axis, o Options) *scorer {
	h := fnv.New64a()
	h.Write([]byte(a.ID))
	k := len(a.Labels)
	s := &scorer{
		o: o, seed: o.Seed ^ h.Sum64(), axis: a, all: make([]float64, k*k),
		out: &Axis{Intervals: map[string]metric.Interval{}, PerLabel: map[string]Label{}},
	}
	var undecided []float64
	for i, truth := range a.Truth {
		switch {
		case truth == sample.Unknown:
			s.out.Unlabelled++
		case truth == sample.Undecided:
			s.out.Undetermined++
			if a.Chosen[i] >= 0 {
				undecided = append(undecided, float64(a.Confidence[i]))
			}
		case a.Chosen[i] < 0:
			s.out.Unanswered++
		default:
			s.rows = append(s.rows, int32(i)) //nolint:gosec // rows are fewer than 2^31
			s.all[int(truth)*k+int(a.Chosen[i])]++
		}
	}
	s.out.N = len(s.rows)
	s.labels, s.counts = occurring(s.all, k)
	s.rank(undecided)
	s.classOf = make([]int32, k)
	for i := range s.classOf {
		s.classOf[i] = sample.Unknown
	}
	for column, l := range a.Classes {
		s.classOf[l] = int32(column) //nolint:gosec // labels are few
	}
	return s
}

// occurring finds the labels, of k, that truth or answers have, and the counts over them
// alone.
func occurring(all []float64, k int) (labels []int32, counts metric.Counts) {
	for l := range k {
		n := 0.0
		for other := range k {
			n += all[l*k+other] + all[other*k+l]
		}
		if n > 0 {
			labels = append(labels, int32(l)) //nolint:gosec // labels are few
		}
	}
	for _, t := range labels {
		for _, p := range labels {
			counts = append(counts, all[int(t)*k+int(p)])
		}
	}
	return labels, counts
}

// rank sorts the rows by confidence, and sets apart those that people could not decide.
func (s *scorer) rank(undecided []float64) {
	confidence, correct := make([]float32, len(s.rows)), make([]bool, len(s.rows))
	for i, row := range s.rows {
		confidence[i], correct[i] = s.axis.Confidence[row], s.axis.Truth[row] == s.axis.Chosen[row]
	}
	s.ranked = metric.Rank(confidence, correct)
	if len(undecided) > 0 {
		decided := make([]float64, len(confidence))
		for i, c := range confidence {
			decided[i] = float64(c)
		}
		auroc := metric.AUROC(decided, undecided)
		s.out.DecidableAUROC = &auroc
	}
}

// add keeps an interval when there is one.
func (s *scorer) add(figure string, i metric.Interval, ok bool) {
	if ok && !math.IsNaN(i.Low) && !math.IsNaN(i.High) {
		s.out.Intervals[figure] = i
	}
}

func (s *scorer) wilson(figure string, hits, n float64) {
	s.add(figure, metric.Wilson(hits, n, s.o.Level), n > 0)
}
