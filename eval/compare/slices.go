package compare

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/eval/slice"
	"gonum.org/v1/gonum/stat/distuv"
)

// cut makes the slices of the claims in both samples; rows of a slice are places in pairs. A
// field comes from A, or from B when A lacks it.
func cut(a, b *sample.Sample, pairs []rowPair, o Options) ([]slice.Slice, error) {
	both := &sample.Sample{IDs: make([]string, len(pairs)), Fields: map[string][]string{}}
	for name, column := range b.Fields {
		both.Fields[name] = pickColumn(column, pairs, func(p rowPair) int32 { return p.b })
	}
	for name, column := range a.Fields {
		both.Fields[name] = pickColumn(column, pairs, func(p rowPair) int32 { return p.a })
	}
	if a.Times != nil {
		both.Times = make([]time.Time, len(pairs))
		for i, p := range pairs {
			both.Times[i] = a.Times[p.a]
		}
	}
	o.Slices.Alpha = o.Alpha
	parts, _, err := slice.Cut(slice.Prepare(both, o.Limits), o.Slices)
	return parts, err
}

func pickColumn(column []string, pairs []rowPair, row func(rowPair) int32) []string {
	out := make([]string, len(pairs))
	for i, p := range pairs {
		out[i] = column[row(p)]
	}
	return out
}

// looks gathers the slices of all axes.
type looks struct {
	o     Options
	list  []SliceDifference
	tests []slice.Exact
}

func (l *looks) add(p *axisPairs, parts []slice.Slice) {
	for _, part := range parts {
		rows := make([]int32, 0, len(part.Rows))
		for _, pair := range part.Rows {
			if i := p.pairOf[pair]; i >= 0 {
				rows = append(rows, i)
			}
		}
		if len(rows) < l.o.Slices.MinSize || len(rows) == len(p.at) {
			continue
		}
		d := p.sliceDifference(rows, l.o.Alpha)
		d.Axis, d.Field, d.Value, d.Small = p.a.ID, part.Field, part.Value, len(rows) < l.o.Slices.Small
		l.list = append(l.list, d)
		l.tests = append(l.tests, slice.Exact{P: d.P, Least: leastFlipP(d.Fixed + d.Broken)})
	}
}

func (p *axisPairs) sliceDifference(rows []int32, alpha float64) SliceDifference {
	a, b := newSide(p.classes), newSide(p.classes)
	support := make([]float64, p.classes)
	d := SliceDifference{N: len(rows)}
	for _, i := range rows {
		truth, ofA, ofB := p.truth[i], p.answerA[i], p.answerB[i]
		support[truth]++
		a.add(truth, ofA, 1)
		b.add(truth, ofB, 1)
		switch {
		case ofB == truth && ofA != truth:
			d.Fixed++
		case ofA == truth && ofB != truth:
			d.Broken++
		}
	}
	n := float64(len(rows))
	a.finish(support, n, false)
	b.finish(support, n, false)
	d.A, d.MacroF1A = a.values[0], a.values[1]
	d.B, d.MacroF1B = b.values[0], b.values[1]
	d.Difference = float64(d.Fixed-d.Broken) / n
	d.Low, d.High = pairedShares(d.Fixed, d.Broken, len(rows), alpha)
	d.P, _ = flipTest(d.Fixed, d.Broken)
	return d
}

// pairedShares is the adjusted Wald interval for a difference of paired shares (Bonett and
// Price: Adjusted Wald Confidence Interval for a Difference of Binomial Proportions Based on
// Paired Data, Journal of Educational and Behavioral Statistics 2012), good on small samples.
func pairedShares(fixed, broken, n int, alpha float64) (low, high float64) {
	up, down := float64(fixed+1)/float64(n+2), float64(broken+1)/float64(n+2)
	half := distuv.UnitNormal.Quantile(1-alpha/2) * math.Sqrt((up+down-(up-down)*(up-down))/float64(n+2))
	return max(-1, up-down-half), min(1, up-down+half)
}

// result corrects for the number of looks, and puts what was shown first, then by size of
// the difference.
func (l *looks) result() Slices {
	out := Slices{Correction: string(l.o.Slices.Correction), Looks: len(l.list), List: l.list}
	q, counted := l.o.Slices.Correction.AdjustExact(l.tests, l.o.Alpha)
	out.Tests = counted
	for i := range l.list {
		d := &l.list[i]
		d.Q, d.Outcome = q[i], None
		if d.Q <= l.o.Alpha {
			out.Shown++
			d.Outcome = Worse
			if d.Difference > 0 {
				d.Outcome = Better
			}
		}
	}
	slices.SortStableFunc(l.list, func(x, y SliceDifference) int {
		return cmp.Or(cmp.Compare(x.Q, y.Q), cmp.Compare(x.P, y.P))
	})
	return out
}
