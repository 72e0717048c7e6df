package report

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"

	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/gate"
	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/eval/slice"
	"github.com/defekt/defekt/pipeline/look"
)

// maxSlices is how many slices of an axis are drawn, the worst ones.
const maxSlices = 24

// slices draws the accuracy of one axis slice by slice, worst first.
func (b *builder) slices(axis string) (template.HTML, string, error) {
	if b.report.Slices == nil {
		return "", "", nil
	}
	i := slices.IndexFunc(b.report.Slices.Axes, func(a slice.Axis) bool { return a.ID == axis })
	if i < 0 || len(b.report.Slices.Axes[i].Slices) == 0 {
		return "", "", nil
	}
	a := b.report.Slices.Axes[i]
	mean := a.Accuracy
	values := []float64{mean}
	r := plot.Rows{
		Title: "Slices, worst first", First: "Slice and claims", Columns: []string{"Accuracy, shrunken", "as counted", "Macro-F1"},
		Line: &mean, LineName: "all claims: " + pct(mean),
		Legend: []plot.Key{{Shape: plot.Dot, Name: "accuracy, small slices drawn to the mean"}, {Shape: plot.Bad, Name: "shown to be worse than the rest"}, {Shape: plot.Faint, Name: "small"}},
	}
	shown := a.Slices[:min(maxSlices, len(a.Slices))]
	for _, s := range shown {
		row := plot.Row{Name: look.Words(s.Field) + ": " + cut(look.Clean(s.Value), 40), Note: whole(s.N), Strong: s.Worse,
			Cells: []string{bare(s.Shrunk), bare(s.Accuracy), bare(s.MacroF1)}}
		shape := plot.Dot
		if s.Small {
			shape, row.Flag = plot.Faint, "small"
		}
		if s.Worse {
			shape, row.Flag = plot.Bad, "worse"
		}
		row.Marks = []plot.Mark{{Shape: shape, Range: plot.Range{Value: s.Shrunk, Low: s.Low, High: s.High}}}
		r.Rows = append(r.Rows, row)
		values = append(values, s.Low, s.High)
	}
	r.Scale = plot.Fit(plot.Percent, values...)
	drawn, err := b.plots.Rows(r)
	return drawn, sliceNote(b.report.Slices, a, len(shown)), err
}

func sliceNote(all *slice.Report, a slice.Axis, shown int) string {
	worse := 0
	for _, s := range a.Slices {
		if s.Worse {
			worse++
		}
	}
	say := fmt.Sprintf("No slice is shown to be worse than the rest, at %s false discoveries over %s.", plot.Percent(all.Alpha), count(all.Looks, "look"))
	if worse > 0 {
		say = fmt.Sprintf("%s worse than the rest, at %s false discoveries over %s.", is(worse, "slice"), plot.Percent(all.Alpha), count(all.Looks, "look"))
	}
	if more := len(a.Slices) - shown; more > 0 {
		say += fmt.Sprintf(" %s more, all of them better, not drawn.", count(more, "slice"))
	}
	return say
}

func is(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return whole(n) + " " + noun + "s are"
}

// gatesView is the outcome of the gates.
type gatesView struct {
	Words  string
	Missed bool
	Rows   []gateRow
}

type gateRow struct {
	Passed                            bool
	Name, Path, Value, Limit, Message string
}

func newGates(r *gate.Report) *gatesView {
	if r == nil {
		return nil
	}
	v := &gatesView{Words: gateWords(r), Missed: r.Missed > 0}
	rows := slices.Clone(r.Gates)
	slices.SortStableFunc(rows, func(x, y gate.Outcome) int { return cmp.Compare(truth(x.Passed), truth(y.Passed)) })
	for _, g := range rows {
		row := gateRow{Passed: g.Passed, Name: look.Clean(g.Name), Path: look.Clean(g.Path), Value: "none", Message: look.Clean(g.Message)}
		if g.Slice != "" {
			row.Path += " [" + look.Clean(g.Slice) + "]"
		}
		if g.Value != nil {
			row.Value = fixed(*g.Value)
			if g.Bound != "" {
				row.Value += " (" + look.Clean(g.Bound) + " bound)"
			}
		}
		if g.Threshold != nil {
			row.Limit = look.Clean(g.Operator) + " " + fixed(*g.Threshold)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func gateWords(r *gate.Report) string {
	switch {
	case r.Passed+r.Missed == 0:
		return "There was no gate to pass."
	case r.Missed == 0 && r.Passed == 1:
		return "The gate is passed."
	case r.Missed == 0:
		return fmt.Sprintf("All %s gates are passed.", whole(r.Passed))
	case r.Passed == 0 && r.Missed == 1:
		return "The gate is missed."
	}
	return fmt.Sprintf("%s of %s gates missed.", whole(r.Missed), whole(r.Missed+r.Passed))
}

// comparisonView is the comparison with a baseline.
type comparisonView struct {
	A, B, Words string
	Note        string
	Differences template.HTML
	Losses      template.HTML
	Slices      template.HTML
	SliceNote   string
	Axes        []comparedAxis
}

type comparedAxis struct {
	Name, Words string
	Note        string
	Totals      string
	Flips       []flipTable
}

// flipTable lists claims that changed sides in one direction.
type flipTable struct {
	Title string
	Rows  []flip
}

type flip struct{ ID, Truth, A, B string }

// maxFlips is how many claims of each side are listed.
const maxFlips = 8

func (b *builder) comparison() (*comparisonView, error) {
	c := b.report.Comparison
	if c == nil {
		return nil, nil
	}
	v := &comparisonView{A: look.Clean(c.A), B: look.Clean(c.B), Words: look.Clean(c.Verdict)}
	v.Note = fmt.Sprintf("%s in both", count(c.N, "claim"))
	if c.OnlyA+c.OnlyB > 0 {
		v.Note += fmt.Sprintf("; %s only in the baseline and %s only here, which count nowhere", whole(c.OnlyA), whole(c.OnlyB))
	}
	for _, a := range ordered(c.Axes) {
		v.Axes = append(v.Axes, comparedView(a))
	}
	err := b.each(
		func() (err error) { v.Differences, err = b.differences(c, true); return },
		func() (err error) { v.Losses, err = b.differences(c, false); return },
		func() (err error) { v.Slices, err = b.sliceDifferences(c.Slices); return },
	)
	v.SliceNote = fmt.Sprintf("%s with a shown difference, of %s that could show one (%s for %s).", count(c.Slices.Shown, "slice"),
		whole(c.Slices.Tests), look.Clean(c.Slices.Correction), count(c.Slices.Looks, "look"))
	return v, err
}

// ordered gives the axes in the order of the report.
func ordered(axes []compare.Axis) []compare.Axis {
	out := slices.Clone(axes)
	slices.SortStableFunc(out, func(x, y compare.Axis) int { return look.CompareAxes(x.ID, y.ID) })
	return out
}

func comparedView(a compare.Axis) comparedAxis {
	out := comparedAxis{Name: look.Sentence(a.ID), Words: look.Clean(a.Verdict),
		Totals: fmt.Sprintf("%s fixed, %s broken (McNemar mid-p %s)", whole(a.Flips.FixedTotal), whole(a.Flips.BrokenTotal), pValue(a.McNemar.MidP))}
	if a.Conflicts > 0 {
		out.Note = fmt.Sprintf("%s left out, since the two runs state different truths.", count(a.Conflicts, "claim"))
	}
	for _, side := range []struct {
		title string
		flips []compare.Flip
	}{{"Broken: right before, wrong now", a.Flips.Broken}, {"Fixed: wrong before, right now", a.Flips.Fixed}} {
		if len(side.flips) == 0 {
			continue
		}
		t := flipTable{Title: side.title}
		for _, f := range side.flips[:min(maxFlips, len(side.flips))] {
			t.Rows = append(t.Rows, newFlip(f))
		}
		out.Flips = append(out.Flips, t)
	}
	return out
}

func newFlip(f compare.Flip) flip {
	side := func(label string, confidence float64) string {
		switch {
		case label == "":
			return "no answer"
		case confidence > 0:
			return fmt.Sprintf("%s %d\u00a0%%", look.Words(label), look.Percent(confidence))
		}
		return look.Words(label)
	}
	return flip{look.Clean(f.ID), look.Words(f.Truth), side(f.A, f.ConfidenceA), side(f.B, f.ConfidenceB)}
}
