package compare

import (
	"context"
	"math"
	"slices"

	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/eval/slice"
)

// Run compares b against a on the claims and axes that both have. It fails on options out of
// range, on ordinal axes whose labels the samples order differently, and when ctx ends;
// samples must be valid (sample.Validate). Without a claim in common it gives a result that
// says so. The same samples and options give the same result on any machine.
func Run(ctx context.Context, a, b *sample.Sample, o Options) (*Result, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	pairs := match(a, b)
	r := &Result{N: len(pairs), OnlyA: a.N() - len(pairs), OnlyB: b.N() - len(pairs), Alpha: o.Alpha, Draws: o.Draws, Seed: o.Seed}
	r.A, r.B = o.names()
	parts, err := cut(a, b, pairs, o)
	if err != nil {
		return nil, err
	}
	looks := looks{o: o}
	for i := range a.Axes {
		axisB := b.Axis(a.Axes[i].ID)
		if axisB == nil {
			r.AxesOnlyA = append(r.AxesOnlyA, a.Axes[i].ID)
			continue
		}
		p, err := collect(&a.Axes[i], axisB, pairs, o.UnansweredIsWrong)
		if err != nil {
			return nil, err
		}
		axis, err := p.compare(ctx, uint64(i), o)
		if err != nil {
			return nil, err
		}
		axis.Flips = p.flips(a.IDs, o.MaxFlips)
		looks.add(p, parts)
		r.Axes = append(r.Axes, *axis)
	}
	for i := range b.Axes {
		if a.Axis(b.Axes[i].ID) == nil {
			r.AxesOnlyB = append(r.AxesOnlyB, b.Axes[i].ID)
		}
	}
	r.Slices = looks.result()
	r.overAxes()
	r.speak()
	return r, nil
}

// compare gives the figures of one axis. stream tells its draws from those of other axes.
func (p *axisPairs) compare(ctx context.Context, stream uint64, o Options) (*Axis, error) {
	a := &Axis{
		ID: p.a.ID, Ordinal: p.a.Ordinal, N: len(p.at), UnansweredA: p.unansweredA, UnansweredB: p.unansweredB,
		UnansweredBoth: p.unansweredBoth, Conflicts: p.conflicts, Coarsened: p.coarsened, Outcome: None, Differences: []Difference{},
	}
	a.McNemar = p.mcnemar()
	if a.N == 0 {
		return a, nil
	}
	for i, f := range p.figures() {
		d, err := run(ctx, f, o.Draws, o.Seed, stream<<8|uint64(i))
		if err != nil {
			return nil, err
		}
		for m, metric := range f.metrics() {
			a.Differences = append(a.Differences, difference(metric, f.table().n(), d, m, a.McNemar, o.Alpha))
		}
	}
	a.Outcome = a.Differences[0].Outcome
	return a, nil
}

// figures are all that the pairs allow.
func (p *axisPairs) figures() []figures {
	// A missing answer has no place in an order.
	missing := slices.ContainsFunc(p.answerA, p.isMissing) || slices.ContainsFunc(p.answerB, p.isMissing)
	out := []figures{newLabelFigures(p, p.a.Ordinal && !missing)}
	if lossA, lossB, brierA, brierB := p.scores(); len(lossA) > 0 {
		out = append(out, newScoreFigures(LogLoss, lossA, lossB), newScoreFigures(Brier, brierA, brierB))
	}
	if rows := p.calibrated(); len(rows) > 0 {
		out = append(out, newECEFigures(rows))
	}
	return out
}

func (p *axisPairs) isMissing(answer int32) bool { return int(answer) >= len(p.labels.ids) }

func (p *axisPairs) mcnemar() McNemar {
	var both, fixed, broken, neither int
	for i, truth := range p.truth {
		switch a, b := p.answerA[i] == truth, p.answerB[i] == truth; {
		case a && b:
			both++
		case b:
			fixed++
		case a:
			broken++
		default:
			neither++
		}
	}
	return mcnemar(both, fixed, broken, neither)
}

func difference(metric string, n int, d *draws, m int, flips McNemar, alpha float64) Difference {
	e := d.observed[m]
	out := Difference{
		Metric: metric, HigherIsBetter: !slices.Contains([]string{LogLoss, Brier, ECECommon}, metric), N: n,
		A: e.a, B: e.b, Difference: e.difference(), StandardError: e.se,
		P: d.p(m), MinimalEffect: minimalEffect(e.se, alpha), Outcome: None,
	}
	out.Low, out.High = d.interval(m, alpha, widest(metric))
	if metric == Accuracy {
		out.Low, out.High = d.accuracyInterval(m, flips, n, alpha)
		out.P, out.MinimalEffect = flips.MidP, minimalAccuracyEffect(n, flips.Fixed+flips.Broken, alpha)
	}
	if out.P <= alpha && (out.Low > 0 || out.High < 0) {
		out.Outcome = Worse
		if (out.Difference > 0) == out.HigherIsBetter {
			out.Outcome = Better
		}
	}
	return out
}

// widest is the largest difference that a figure can have.
func widest(figure string) float64 {
	switch figure {
	case LogLoss:
		return -math.Log(metric.LeastProbability)
	case QuadraticKappa, Brier:
		return 2
	}
	return 1
}

// overAxes corrects the p-values of each figure for the number of axes.
func (r *Result) overAxes() {
	type place struct{ axis, difference int }
	places := map[string][]place{}
	for i, a := range r.Axes {
		for j, d := range a.Differences {
			places[d.Metric] = append(places[d.Metric], place{i, j})
		}
	}
	for _, list := range places {
		p := make([]float64, len(list))
		for i, at := range list {
			p[i] = r.Axes[at.axis].Differences[at.difference].P
		}
		for i, v := range slice.Holm(p) {
			r.Axes[list[i].axis].Differences[list[i].difference].POverAxes = v
		}
	}
}
