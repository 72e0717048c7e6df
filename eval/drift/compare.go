package drift

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/eval/slice"
)

// Side is the claims of one side.
type Side struct {
	Name   string
	Sample *sample.Sample
	// Vectors are one for each row of the sample, nil where a claim has none; nil when none
	// are known. All have one length, on both sides.
	Vectors [][]float32
}

// SplitAt cuts a sample in two periods: claims before a moment, and from it on. Claims whose
// time is not known are on neither side.
func SplitAt(s *sample.Sample, vectors [][]float32, at time.Time) (before, after Side) {
	var old, young []int
	for i, t := range s.Times {
		switch {
		case t.IsZero():
		case t.Before(at):
			old = append(old, i)
		default:
			young = append(young, i)
		}
	}
	day := at.Format(time.DateOnly)
	return side("before "+day, s, vectors, old), side("from "+day, s, vectors, young)
}

func side(name string, s *sample.Sample, vectors [][]float32, rows []int) Side {
	out := Side{Name: name, Sample: s.Take(rows)}
	if vectors != nil {
		for _, r := range rows {
			out.Vectors = append(out.Vectors, vectors[r])
		}
	}
	return out
}

// Compare says what differs between two samples of claims. Axes that only one side has are
// left out. The errors are faults of the options or of the vectors, and ctx's.
func Compare(ctx context.Context, before, after Side, o Options) (*Result, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	r := &Result{Before: period(before), After: period(after), Axes: []Axis{}, Alarms: []Alarm{}, Level: o.Alarm}
	for i := range before.Sample.Axes {
		b := &before.Sample.Axes[i]
		a := after.Sample.Axis(b.ID)
		if a == nil {
			continue
		}
		axis, err := compareAxis(ctx, b, a, o)
		if err != nil {
			return nil, err
		}
		if axis.Windows, err = windows(ctx, b, a, before.Sample.Times, after.Sample.Times, o); err != nil {
			return nil, err
		}
		r.Axes = append(r.Axes, *axis)
	}
	var err error
	if r.Embedding, err = compareVectors(ctx, before, after, o); err != nil {
		return nil, err
	}
	r.alarms()
	return r, nil
}

func period(s Side) Period {
	p := Period{Name: s.Name, Claims: s.Sample.N()}
	known := slices.DeleteFunc(slices.Clone(s.Sample.Times), time.Time.IsZero)
	if len(known) > 0 {
		from, to := slices.MinFunc(known, time.Time.Compare), slices.MaxFunc(known, time.Time.Compare)
		p.From, p.To = &from, &to
	}
	return p
}

func compareAxis(ctx context.Context, before, after *sample.Axis, o Options) (*Axis, error) {
	labels := joined(before.Labels, after.Labels)
	out := &Axis{ID: before.ID}
	var err error
	if out.Answers, err = shiftOf(ctx, labels, counts(labels, before.Labels, before.Chosen), counts(labels, after.Labels, after.Chosen), o); err != nil {
		return nil, err
	}
	if out.Truths, err = shiftOf(ctx, labels, counts(labels, before.Labels, before.Truth), counts(labels, after.Labels, after.Truth), o); err != nil {
		return nil, err
	}
	out.Confidence = meanShift(confidences(before), confidences(after), o)
	if out.Abstentions, err = shareShift(ctx, held(before), held(after), o); err != nil {
		return nil, err
	}
	out.Accuracy, err = shareShift(ctx, hits(before), hits(after), o)
	return out, err
}

// joined is the labels of both, in the order of the first, further ones behind.
func joined(a, b []string) []string {
	out := slices.Clone(a)
	for _, l := range b {
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

func counts(labels, own []string, column []int32) []int {
	at := make([]int, len(own))
	for i, l := range own {
		at[i] = slices.Index(labels, l)
	}
	out := make([]int, len(labels))
	for _, v := range column {
		if v >= 0 {
			out[at[v]]++
		}
	}
	return out
}

// confidences are those of the rows with an answer that states one.
func confidences(a *sample.Axis) []float64 {
	var out []float64
	for i, c := range a.Confidence {
		if a.Chosen[i] >= 0 && c > 0 {
			out = append(out, float64(c))
		}
	}
	return out
}

// ratio is a number of rows out of others.
type ratio struct{ count, of int }

func held(a *sample.Axis) ratio {
	var r ratio
	for i, c := range a.Chosen {
		if c >= 0 && a.Abstained != nil {
			r.of++
			r.count += one(a.Held(i))
		}
	}
	return r
}

func hits(a *sample.Axis) ratio {
	var r ratio
	for i := range a.Chosen {
		if a.Scored(i) {
			r.of++
			r.count += one(a.Chosen[i] == a.Truth[i])
		}
	}
	return r
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// alarms gathers all tests and keeps what stands after Holm's correction.
func (r *Result) alarms() {
	var all []Alarm
	for _, a := range r.Axes {
		all = append(all, a.tests()...)
	}
	if e := r.Embedding; e != nil {
		all = append(all, Alarm{What: "embedding", P: e.Test.P,
			Words: fmt.Sprintf("Claims look or read otherwise than before: energy coefficient %.3f.", e.Effect)})
	}
	r.Tests = len(all)
	slices.SortStableFunc(all, func(a, b Alarm) int { return cmp.Compare(a.P, b.P) })
	p := make([]float64, len(all))
	for i, a := range all {
		p[i] = a.P
	}
	for i, adjusted := range slice.Holm(p) {
		if all[i].AdjustedP = adjusted; adjusted <= r.Level {
			r.Alarms = append(r.Alarms, all[i])
		}
	}
}

func (a *Axis) tests() []Alarm {
	var out []Alarm
	for _, s := range []struct {
		what, words string
		shift       *LabelShift
	}{
		{"answers", "Answers on %s moved: %s went from %.1f to %.1f %%.", a.Answers},
		{"truths", "People's labels on %s moved: %s went from %.1f to %.1f %%.", a.Truths},
	} {
		if s.shift != nil {
			l := s.shift.most()
			out = append(out, Alarm{Axis: a.ID, What: s.what, P: s.shift.Test.P, Words: fmt.Sprintf(s.words, a.ID, l.Label, 100*l.ShareBefore, 100*l.ShareAfter)})
		}
	}
	for _, s := range []struct {
		what, words string
		shift       *Shift
	}{
		{"confidence", "Mean confidence on %s went from %.1f to %.1f %%.", a.Confidence},
		{"abstentions", "Answers held back on %s went from %.1f to %.1f %%.", a.Abstentions},
		{"accuracy", "Accuracy on %s went from %.1f to %.1f %%.", a.Accuracy},
	} {
		if s.shift != nil {
			out = append(out, Alarm{Axis: a.ID, What: s.what, P: s.shift.Test.P, Words: fmt.Sprintf(s.words, a.ID, 100*s.shift.Before, 100*s.shift.After)})
		}
	}
	return out
}

// most is the label whose share moved most.
func (s *LabelShift) most() Label {
	size := func(l Label) float64 { return max(l.Difference.Value, -l.Difference.Value) }
	return slices.MaxFunc(s.Labels, func(a, b Label) int { return cmp.Compare(size(a), size(b)) })
}
