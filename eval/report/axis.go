package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
)

// axisView is one axis as the template shows it.
type axisView struct {
	ID, Name                                string
	Scored                                  string
	Headlines                               []headline
	Reliability, Risk, Labels, Heat, Slices template.HTML
	// MoreLabels are the stronger ones where there are many, MoreWords says how many.
	MoreLabels template.HTML
	MoreWords  string
	SliceNote  string
	Confusions []confusion
	MoreWrong  string
	Further    []figureRow
}

// confusion is one kind of mistake.
type confusion struct {
	Truth, Answer string
	N             int
	OfTruth       string
	Share         string
	Steps         string
}

const maxConfusions = 10

func (b *builder) axis(id string, a *eval.Axis) (axisView, error) {
	v := axisView{
		ID: b.anchor("axis-", id), Name: look.Sentence(id), Scored: missing(a, b.report.Result.N), Headlines: headlines(a),
		Further: further(a),
	}
	if a.Confusion != nil {
		v.Confusions, v.MoreWrong = confusions(a)
	}
	level := b.report.Result.Settings.Level
	if level == 0 {
		level = 0.95 // results from before intervals had a level
	}
	err := b.each(
		func() (err error) { v.Reliability, err = b.reliability(a, level); return },
		func() (err error) { v.Risk, err = b.risk(a); return },
		func() (err error) { v.Labels, v.MoreLabels, v.MoreWords, err = b.labels(a); return },
		func() (err error) { v.Heat, err = b.heat(a); return },
		func() (err error) { v.Slices, v.SliceNote, err = b.slices(id); return },
	)
	return v, err
}

func (b *builder) reliability(a *eval.Axis, level float64) (template.HTML, error) {
	if !stated(a) {
		return "", nil
	}
	var bins []plot.Bin
	for _, bin := range a.Reliability {
		if bin.N == 0 {
			continue
		}
		i := metric.Wilson(math.Round(bin.Accuracy*float64(bin.N)), float64(bin.N), level)
		bins = append(bins, plot.Bin{Stated: bin.Confidence, Right: ranged(bin.Accuracy, &i), N: bin.N})
	}
	return b.plots.Reliability(plot.Reliability{Title: "Reliability", Bins: bins})
}

func (b *builder) risk(a *eval.Axis) (template.HTML, error) {
	if !stated(a) || len(a.RiskCoverage) < 2 {
		return "", nil
	}
	r := plot.RiskCoverage{Title: "Wrong answers by share answered"}
	for _, p := range a.RiskCoverage {
		r.Curve = append(r.Curve, plot.Answered{Coverage: p.Coverage, Risk: plot.Exactly(p.Risk)})
	}
	if a.Coverage > 0 && a.Coverage < 1 {
		at := plot.Exactly(1 - a.AccuracyCovered)
		if i := interval(a, "accuracy_covered"); i != nil {
			at.Low, at.High = 1-i.High, 1-i.Low
		}
		r.Threshold = &plot.Answered{Coverage: a.Coverage, Risk: at}
	}
	return b.plots.RiskCoverage(r)
}

// maxLabels is how many labels are drawn at once, the weakest ones.
const maxLabels = 14

// labels draws recall, precision and F1 of each label, the weakest first; the stronger of
// many are drawn apart.
func (b *builder) labels(a *eval.Axis) (weak, strong template.HTML, words string, err error) {
	ids := weakest(a)
	if len(ids) == 0 {
		return "", "", "", nil
	}
	at := len(ids)
	if at > maxLabels+2 {
		at = maxLabels
	}
	if weak, err = b.labelRows("Labels, weakest first", a, ids[:at]); err != nil || at == len(ids) {
		return weak, "", "", err
	}
	strong, err = b.labelRows("Labels, the stronger ones", a, ids[at:])
	return weak, strong, fmt.Sprintf("%s, F1 %s and more", count(len(ids)-at, "stronger label"), pct(a.PerLabel[ids[at]].F1)), err
}

func (b *builder) labelRows(title string, a *eval.Axis, ids []string) (template.HTML, error) {
	macro := a.MacroF1
	r := plot.Rows{
		Title: title, First: "Label and claims", Columns: []string{"F1", "Recall", "Precision"}, Scale: plot.Share(),
		Line: &macro, LineName: "macro-F1 " + pct(macro),
		Legend: []plot.Key{{Shape: plot.Dot, Name: "F1"}, {Shape: plot.Diamond, Name: "recall: found of the true ones"}, {Shape: plot.Ring, Name: "precision: right of those given"}},
	}
	for _, id := range ids {
		r.Rows = append(r.Rows, labelRow(id, a.PerLabel[id]))
	}
	return b.plots.Rows(r)
}

func labelRow(id string, s eval.Label) plot.Row {
	row := plot.Row{Name: look.Words(id), Note: whole(s.Support)}
	switch {
	case s.Support == 0:
		row.Flag = "never true"
	case s.Predicted == 0:
		row.Flag = "never given"
	case s.Support < 10:
		row.Flag = "few"
	}
	for _, m := range []struct {
		shape string
		value float64
		i     *metric.Interval
		known bool
	}{
		{plot.Dot, s.F1, s.F1Interval, s.Support+s.Predicted > 0},
		{plot.Diamond, s.Recall, s.RecallInterval, s.Support > 0},
		{plot.Ring, s.Precision, s.PrecisionInterval, s.Predicted > 0},
	} {
		if !m.known {
			row.Cells = append(row.Cells, "–")
			continue
		}
		row.Marks = append(row.Marks, plot.Mark{Shape: m.shape, Range: ranged(m.value, m.i)})
		row.Cells = append(row.Cells, bare(m.value))
	}
	return row
}

func (b *builder) heat(a *eval.Axis) (template.HTML, error) {
	if a.Confusion == nil || len(a.Confusion.Labels) == 0 {
		return "", nil
	}
	h := plot.Heat{Title: "Confusion", Counts: a.Confusion.Counts}
	for _, l := range a.Confusion.Labels {
		h.Labels = append(h.Labels, look.Words(l))
	}
	return b.plots.Heat(h)
}

// confusions ranks the kinds of mistakes by how many claims they concern, on ordinal axes
// times how many steps they are off; it also says what the list leaves out.
func confusions(a *eval.Axis) ([]confusion, string) {
	type cell struct{ truth, answer, n, weight, row int }
	var cells []cell
	wrong := 0
	for t, counts := range a.Confusion.Counts {
		row := 0
		for _, n := range counts {
			row += n
		}
		for p, n := range counts {
			if p == t || n == 0 {
				continue
			}
			wrong += n
			c := cell{t, p, n, n, row}
			if a.OrdinalError != nil {
				c.weight = n * max(t-p, p-t)
			}
			cells = append(cells, c)
		}
	}
	slices.SortStableFunc(cells, func(x, y cell) int { return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(y.n, x.n)) })
	var out []confusion
	listed := 0
	for _, c := range cells[:min(maxConfusions, len(cells))] {
		listed += c.n
		one := confusion{
			Truth: look.Words(a.Confusion.Labels[c.truth]), Answer: look.Words(a.Confusion.Labels[c.answer]), N: c.n,
			OfTruth: pct(float64(c.n) / float64(c.row)), Share: pct(float64(c.n) / float64(wrong)),
		}
		if a.OrdinalError != nil {
			one.Steps = count(max(c.truth-c.answer, c.answer-c.truth), "step")
		}
		out = append(out, one)
	}
	if rest := wrong - listed; rest > 0 {
		return out, fmt.Sprintf("%s more wrong in %s.", count(rest, "answer"), count(len(cells)-len(out), "other way"))
	}
	return out, ""
}
