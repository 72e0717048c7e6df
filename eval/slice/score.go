package slice

import (
	"cmp"
	"context"
	"slices"

	"github.com/defekt/defekt/eval/sample"
)

// Score gives the figures of each slice on each axis. An axis without a scored claim is left
// out, and so is a slice with fewer than Options.MinSize scored claims on an axis. It fails
// on options out of range, an unknown field, or a cancelled context.
func Score(ctx context.Context, s *sample.Sample, o Options) (*Report, error) {
	parts, fields, err := Cut(s, o)
	if err != nil {
		return nil, err
	}
	r := &Report{MinSize: o.MinSize, Small: o.Small, Alpha: o.Alpha, Fields: fields}
	for i := range s.Axes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if a, ok := scoreAxis(&s.Axes[i], parts, o); ok {
			r.Axes = append(r.Axes, a)
		}
	}
	r.correct(o)
	return r, nil
}

func scoreAxis(a *sample.Axis, parts []Slice, o Options) (Axis, bool) {
	whole := newTally(len(a.Labels))
	for i := range a.Truth {
		whole.add(a, i)
	}
	if whole.n == 0 {
		return Axis{}, false
	}
	out := Axis{ID: a.ID, N: whole.n, Accuracy: share(whole.right, whole.n)}
	one := newTally(len(a.Labels))
	for _, p := range parts {
		one.reset()
		for _, i := range p.Rows {
			one.add(a, int(i))
		}
		if one.n < o.MinSize || one.n == whole.n {
			continue
		}
		out.Slices = append(out.Slices, Figures{
			Field: p.Field, Value: p.Value, N: one.n, Right: one.right, Accuracy: share(one.right, one.n), MacroF1: one.macroF1(),
			Small: one.n < o.Small, Rest: share(whole.right-one.right, whole.n-one.n),
			P: worseThanRest(one.right, one.n, whole.right, whole.n),
		})
	}
	shrinkFields(out.Slices, whole.right, whole.n, o.Alpha)
	return out, true
}

// shrinkFields shrinks the slices of each field together: they split the same claims.
func shrinkFields(figures []Figures, right, n int, alpha float64) {
	for from := 0; from < len(figures); {
		to := from + 1
		for to < len(figures) && figures[to].Field == figures[from].Field {
			to++
		}
		counts := make([]Count, to-from)
		for i, f := range figures[from:to] {
			counts[i] = Count{Right: f.Right, N: f.N}
		}
		for i, s := range Shrink(counts, Count{Right: right, N: n}, alpha) {
			f := &figures[from+i]
			f.Shrunk, f.Low, f.High, f.Weight = s.Mean, s.Low, s.High, s.Weight
		}
		from = to
	}
}

// correct accounts for all slices on all axes, and puts the worst first.
func (r *Report) correct(o Options) {
	var tests []Exact
	for _, a := range r.Axes {
		for _, f := range a.Slices {
			right := int(a.Accuracy*float64(a.N) + 0.5)
			tests = append(tests, Exact{P: f.P, Least: worseThanRest(max(0, f.N-(a.N-right)), f.N, right, a.N)})
		}
	}
	q, counted := o.Correction.AdjustExact(tests, o.Alpha)
	r.Looks, r.Tests = len(tests), counted
	at := 0
	for i := range r.Axes {
		list := r.Axes[i].Slices
		for j := range list {
			list[j].Q, list[j].Worse = q[at], q[at] <= o.Alpha
			if list[j].Worse {
				r.Worse++
			}
			at++
		}
		slices.SortStableFunc(list, func(a, b Figures) int { return cmp.Compare(a.Shrunk, b.Shrunk) })
	}
}

// tally counts scored claims by label.
type tally struct {
	n, right                int
	hits, support, answered []int
}

func newTally(labels int) *tally {
	return &tally{hits: make([]int, labels), support: make([]int, labels), answered: make([]int, labels)}
}

func (t *tally) reset() {
	t.n, t.right = 0, 0
	clear(t.hits)
	clear(t.support)
	clear(t.answered)
}

func (t *tally) add(a *sample.Axis, i int) {
	if !a.Scored(i) {
		return
	}
	truth, chosen := a.Truth[i], a.Chosen[i]
	t.n++
	t.support[truth]++
	t.answered[chosen]++
	if truth == chosen {
		t.right++
		t.hits[truth]++
	}
}

// macroF1 is the mean F1 of the labels that occur, 0 without any.
func (t *tally) macroF1() float64 {
	sum, labels := 0.0, 0
	for k, hits := range t.hits {
		if both := t.support[k] + t.answered[k]; both > 0 {
			sum += 2 * float64(hits) / float64(both)
			labels++
		}
	}
	if labels == 0 {
		return 0
	}
	return sum / float64(labels)
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
