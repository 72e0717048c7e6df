package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/eval/drift"
	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
)

// driftView is what changed between two periods.
type driftView struct {
	Words     string
	Alarms    []string
	Periods   string
	Embedding string
	Axes      []driftAxis
	Corrected []prevalenceView
}

type driftAxis struct {
	Name                           string
	Means, Answers, Truths         template.HTML
	Accuracy, Calibration, Holding template.HTML
}

type prevalenceView struct {
	Name, Note string
	Plot       template.HTML
	Warnings   []string
}

func (b *builder) drift() (*driftView, error) {
	d := b.report.Drift
	if d == nil && len(b.report.Prevalence) == 0 {
		return nil, nil
	}
	v := &driftView{}
	if d != nil {
		v.Words = fmt.Sprintf("Nothing changed that chance would not explain (%s, at %s together).", count(d.Tests, "test"), plot.Percent(d.Level))
		if n := len(d.Alarms); n > 0 {
			v.Words = fmt.Sprintf("%s changed, of %s tested (at %s together).", count(n, "thing"), whole(d.Tests), plot.Percent(d.Level))
		}
		for _, a := range d.Alarms {
			v.Alarms = append(v.Alarms, strings.TrimSuffix(look.Clean(a.Words), ".")+" (p "+pValue(a.AdjustedP)+" after correction)")
		}
		v.Periods = period(d.Before, "before") + "; " + period(d.After, "after") + "."
		v.Embedding = embedding(d.Embedding)
		for _, a := range d.Axes {
			one, err := b.driftAxis(a)
			if err != nil {
				return nil, err
			}
			v.Axes = append(v.Axes, one)
		}
	}
	for _, p := range b.report.Prevalence {
		one, err := b.prevalence(p)
		if err != nil {
			return nil, err
		}
		v.Corrected = append(v.Corrected, one)
	}
	return v, nil
}

func period(p drift.Period, otherwise string) string {
	name := cmp.Or(look.Clean(p.Name), otherwise)
	if p.From != nil && p.To != nil {
		name += " (" + p.From.Format(time.DateOnly) + " to " + p.To.Format(time.DateOnly) + ")"
	}
	return name + ": " + count(p.Claims, "claim")
}

func embedding(e *drift.Embedding) string {
	if e == nil {
		return ""
	}
	return fmt.Sprintf("Vectors of the claims: %s, p %s, effect %s (0 = the same, 1 = nothing in common).", look.Clean(e.Test.Name), pValue(e.Test.P), fixed(e.Effect))
}

func (b *builder) driftAxis(a drift.Axis) (driftAxis, error) {
	v := driftAxis{Name: look.Sentence(a.ID)}
	err := b.each(
		func() (err error) { v.Means, err = b.means(a); return },
		func() (err error) { v.Answers, err = b.shift("What the model answers", a.Answers); return },
		func() (err error) { v.Truths, err = b.shift("What people say", a.Truths); return },
		func() (err error) { v.Accuracy, v.Calibration, v.Holding, err = b.windows(a.Windows); return },
	)
	return v, err
}

// means draws the differences of accuracy, confidence and abstentions.
func (b *builder) means(a drift.Axis) (template.HTML, error) {
	zero := 0.0
	r := plot.Rows{Title: "Means, after less before, in points", First: "Figure", Line: &zero, LineName: "no difference", Columns: []string{"Difference", "Before", "After", "p"}}
	values := []float64{0}
	for _, m := range []struct {
		name string
		s    *drift.Shift
	}{{"Accuracy", a.Accuracy}, {"Mean probability", a.Confidence}, {"For a person", a.Abstentions}} {
		if m.s == nil {
			continue
		}
		d := m.s.Difference
		r.Rows = append(r.Rows, plot.Row{Name: m.name, Marks: []plot.Mark{{Shape: plot.Dot, Range: plot.Range(d)}},
			Cells: []string{signed(d.Value), bare(m.s.Before), bare(m.s.After), pValue(m.s.Test.P)}})
		values = append(values, d.Low, d.High)
	}
	if len(r.Rows) == 0 {
		return "", nil
	}
	r.Scale = plot.Fit(plot.Points, values...)
	return b.plots.Rows(r)
}

// maxShifts is how many labels of a shift are drawn, those that moved most.
const maxShifts = 12

func (b *builder) shift(title string, s *drift.LabelShift) (template.HTML, error) {
	if s == nil || len(s.Labels) == 0 {
		return "", nil
	}
	zero := 0.0
	r := plot.Rows{Title: fmt.Sprintf("%s: change of shares in points (%s, p %s)", title, look.Clean(s.Test.Name), pValue(s.Test.P)),
		First: "Label, biggest change first", Line: &zero, LineName: "no difference", Columns: []string{"Change", "Before", "After"}}
	labels := slices.Clone(s.Labels)
	slices.SortStableFunc(labels, func(x, y drift.Label) int {
		return cmp.Compare(math.Abs(y.Difference.Value), math.Abs(x.Difference.Value))
	})
	values := []float64{0}
	for _, l := range labels[:min(maxShifts, len(labels))] {
		shape := plot.Dot
		if l.Difference.Low <= 0 && l.Difference.High >= 0 {
			shape = plot.Faint
		}
		r.Rows = append(r.Rows, plot.Row{Name: look.Words(l.Label), Note: whole(l.Before) + " → " + whole(l.After),
			Marks: []plot.Mark{{Shape: shape, Range: plot.Range(l.Difference)}}, Cells: []string{signed(l.Difference.Value), bare(l.ShareBefore), bare(l.ShareAfter)}})
		values = append(values, l.Difference.Low, l.Difference.High)
	}
	r.Scale = plot.Fit(plot.Points, values...)
	return b.plots.Rows(r)
}

// windows draws accuracy, calibration and abstentions over time.
func (b *builder) windows(ws []drift.Window) (accuracy, calibration, holding template.HTML, err error) {
	if len(ws) < 2 {
		return "", "", "", nil
	}
	right := plot.Line{Name: "right", Style: plot.Dot}
	stated := plot.Line{Name: "mean probability stated", Style: plot.Ring}
	held := plot.Line{Name: "for a person", Style: plot.Diamond}
	ece, floor := plot.Line{Name: "calibration error", Style: plot.Dot}, plot.Line{Name: "of a perfect model", Style: plot.Faint}
	for _, w := range ws {
		at := w.From.Add(w.To.Sub(w.From) / 2)
		say := fmt.Sprintf("%s: %s", w.From.Format("Jan 2006"), count(w.Claims, "claim"))
		held.Points = append(held.Points, plot.Moment{At: at, Value: plot.Range(w.Abstentions), Title: say})
		if w.Answered > 0 {
			stated.Points = append(stated.Points, plot.Moment{At: at, Value: plot.Exactly(w.Confidence), Title: say})
		}
		if w.Accuracy != nil {
			right.Points = append(right.Points, plot.Moment{At: at, Value: plot.Range(*w.Accuracy), Title: say})
		}
		if w.ECE != nil {
			ece.Points = append(ece.Points, plot.Moment{At: at, Value: plot.Range(*w.ECE), Title: say})
		}
		if w.ECEFloor != nil {
			floor.Points = append(floor.Points, plot.Moment{At: at, Value: plot.Exactly(*w.ECEFloor), Title: say})
		}
	}
	err = b.each(
		func() (err error) { accuracy, err = b.series("Right and stated, by month", right, stated); return },
		func() (err error) { calibration, err = b.series("Calibration error, by month", ece, floor); return },
		func() (err error) { holding, err = b.series("Share for a person, by month", held); return },
	)
	return accuracy, calibration, holding, err
}

// series draws the lines that have points, on a scale of their own.
func (b *builder) series(title string, lines ...plot.Line) (template.HTML, error) {
	var values []float64
	lines = slices.DeleteFunc(lines, func(l plot.Line) bool { return len(l.Points) == 0 })
	for _, l := range lines {
		for _, m := range l.Points {
			values = append(values, m.Value.Low, m.Value.High)
		}
	}
	if len(lines) == 0 || slices.Max(values) == 0 {
		return "", nil
	}
	return b.plots.Series(plot.Series{Title: title, Name: title, Lines: lines, Scale: plot.Fit(plot.Percent, values...)})
}

// prevalence draws the counted share of each label and the corrected one.
func (b *builder) prevalence(p drift.Prevalence) (prevalenceView, error) {
	v := prevalenceView{Name: look.Sentence(p.Axis), Note: fmt.Sprintf("%s, corrected by what the model confuses on %s with labels (%s).",
		count(p.Claims, "claim"), whole(p.Validation), look.Clean(p.Method))}
	for _, w := range p.Warnings {
		v.Warnings = append(v.Warnings, look.Clean(w))
	}
	r := plot.Rows{Title: "How many claims really have each label", First: "Label and answers", Columns: []string{"Corrected, %", "Counted, %", "Claims"},
		Legend: []plot.Key{{Shape: plot.Dot, Name: "corrected"}, {Shape: plot.Ring, Name: "counted"}}}
	labels := slices.Clone(p.Labels)
	slices.SortStableFunc(labels, func(x, y drift.LabelPrevalence) int {
		return cmp.Compare(y.CorrectedShare.Value, x.CorrectedShare.Value)
	})
	values := []float64{0}
	for _, l := range labels {
		r.Rows = append(r.Rows, plot.Row{Name: look.Words(l.Label), Note: whole(l.Counted),
			Marks: []plot.Mark{{Shape: plot.Dot, Range: plot.Range(l.CorrectedShare)}, {Shape: plot.Ring, Range: plot.Exactly(l.CountedShare)}},
			Cells: []string{bare(l.CorrectedShare.Value), bare(l.CountedShare), strings.TrimSpace(fmt.Sprintf("%.0f to %.0f", l.Corrected.Low, l.Corrected.High))}})
		values = append(values, l.CorrectedShare.High, l.CountedShare)
	}
	r.Scale = plot.Fit(plot.Percent, values...)
	drawn, err := b.plots.Rows(r)
	v.Plot = drawn
	return v, err
}
