package report

import (
	"html/template"
	"strconv"

	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
)

// differences draws the figures that are better when higher, or those that are better when
// lower; a row to the right of the line is better in the first plot, worse in the second.
func (b *builder) differences(c *compare.Result, higher bool) (template.HTML, error) {
	zero := 0.0
	r := plot.Rows{First: "Figure", Line: &zero, Columns: []string{"Difference", "Baseline", "Now", "p", "could show"}, Legend: differenceKeys()}
	r.Title, r.LineName = "Higher is better: differences in points", "no difference; better to the right"
	if !higher {
		r.Title, r.LineName = "Lower is better: differences in points", "no difference; better to the left"
	}
	values := []float64{0}
	for _, a := range ordered(c.Axes) {
		head := plot.Row{Name: look.Sentence(a.ID), Head: true}
		for _, d := range a.Differences {
			if d.HigherIsBetter != higher {
				continue
			}
			if head.Head {
				r.Rows, head = append(r.Rows, head), plot.Row{}
			}
			r.Rows = append(r.Rows, plot.Row{
				Name: metricName(d.Metric), Note: whole(d.N), Strong: d.Outcome != compare.None,
				Marks: []plot.Mark{{Shape: outcomeShape(d.Outcome), Range: plot.Range{Value: d.Difference, Low: d.Low, High: d.High}}},
				Cells: []string{signed(d.Difference), bare(d.A), bare(d.B), pValue(d.P), "±" + bare(d.MinimalEffect)},
			})
			values = append(values, d.Low, d.High)
		}
	}
	if len(r.Rows) == 0 {
		return "", nil
	}
	r.Scale = plot.Fit(plot.Points, values...)
	return b.plots.Rows(r)
}

func differenceKeys() []plot.Key {
	return []plot.Key{{Shape: plot.Good, Name: "shown to be better"}, {Shape: plot.Bad, Name: "shown to be worse"}, {Shape: plot.Faint, Name: "no difference shown"}}
}

func outcomeShape(o compare.Outcome) string {
	switch o {
	case compare.Better:
		return plot.Good
	case compare.Worse:
		return plot.Bad
	}
	return plot.Faint
}

// sliceDifferences draws the slices with a shown difference, and the first others.
func (b *builder) sliceDifferences(s compare.Slices) (template.HTML, error) {
	if len(s.List) == 0 {
		return "", nil
	}
	zero := 0.0
	r := plot.Rows{
		Title: "Accuracy by slice: differences in points", First: "Slice and claims", Line: &zero, LineName: "no difference; better to the right",
		Columns: []string{"Difference", "Baseline", "Now", "q"}, Legend: differenceKeys(),
	}
	values := []float64{0}
	for _, d := range s.List[:min(len(s.List), max(12, s.Shown))] {
		row := plot.Row{
			Name: look.Words(d.Axis) + ", " + look.Words(d.Field) + ": " + cut(look.Clean(d.Value), 40), Note: whole(d.N), Strong: d.Outcome != compare.None,
			Marks: []plot.Mark{{Shape: outcomeShape(d.Outcome), Range: plot.Range{Value: d.Difference, Low: d.Low, High: d.High}}},
			Cells: []string{signed(d.Difference), bare(d.A), bare(d.B), pValue(d.Q)},
		}
		if d.Small {
			row.Flag = "small"
		}
		r.Rows = append(r.Rows, row)
		values = append(values, d.Low, d.High)
	}
	r.Scale = plot.Fit(plot.Points, values...)
	return b.plots.Rows(r)
}

// metricName is a figure's name as people say it.
func metricName(metric string) string {
	names := map[string]string{
		compare.Accuracy: "Accuracy", compare.MacroF1: "Macro-F1", compare.BalancedAccuracy: "Balanced accuracy",
		compare.QuadraticKappa: "Quadratic kappa", compare.LogLoss: "Log loss", compare.Brier: "Brier score", compare.ECECommon: "Calibration error",
	}
	if name, ok := names[metric]; ok {
		return name
	}
	return look.Sentence(metric)
}

// pValue writes a p-value without pretending to know it closer than it matters.
func pValue(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}
