package report

import (
	"cmp"
	"slices"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/pipeline/look"
)

// boardFigure is a figure that the table can show.
type boardFigure struct {
	ID, Name, Note string
	Lower          bool // lower is better
	of             func(*eval.Axis) (float64, *metric.Interval, bool)
}

func boardFigures() []boardFigure {
	return []boardFigure{
		{"macro", "Macro-F1", "every label counts the same; higher is better", false, func(a *eval.Axis) (float64, *metric.Interval, bool) {
			return a.MacroF1, interval(a, "macro_f1"), true
		}},
		{"accuracy", "Accuracy", "share of right answers; higher is better", false, func(a *eval.Axis) (float64, *metric.Interval, bool) {
			return a.Accuracy, interval(a, "accuracy"), true
		}},
		{"balanced", "Balanced accuracy", "mean recall over labels; higher is better", false, func(a *eval.Axis) (float64, *metric.Interval, bool) {
			return a.BalancedAccuracy, interval(a, "balanced_accuracy"), true
		}},
		{"ece", "Calibration error", "how far stated probabilities are off; lower is better", true, func(a *eval.Axis) (float64, *metric.Interval, bool) {
			return a.ECE, interval(a, "ece"), stated(a)
		}},
		{"surest", "Accuracy on the 80 % surest", "what an abstaining model would get right; higher is better", false, func(a *eval.Axis) (float64, *metric.Interval, bool) {
			return a.Accuracy80, interval(a, "accuracy_80"), stated(a)
		}},
		{"rare", "Recall of rare labels", "found of the claims with a rare label; higher is better", false, func(a *eval.Axis) (float64, *metric.Interval, bool) {
			if a.Rare == nil || a.Rare.Recall == nil {
				return 0, nil, false
			}
			return *a.Rare.Recall, a.Rare.Interval, true
		}},
	}
}

// column is one set, split and axis.
type column struct{ set, split, axis string }

func (c column) compare(o column) int {
	return cmp.Or(cmp.Compare(c.set, o.set), cmp.Compare(c.split, o.split), look.CompareAxes(c.axis, o.axis))
}

// ranking holds the latest runs by model and column.
type ranking struct {
	models  []string
	columns []column
	latest  map[string]map[column]Run
}

func rank(runs []Run) ranking {
	r := ranking{latest: map[string]map[column]Run{}}
	for _, run := range ascendingRuns(runs) {
		if run.Result == nil {
			continue
		}
		if r.latest[run.Model] == nil {
			r.latest[run.Model] = map[column]Run{}
			r.models = append(r.models, run.Model)
		}
		for id, a := range run.Result.Axes {
			if a == nil || a.N == 0 {
				continue
			}
			c := column{run.Set, run.Split, id}
			if !slices.Contains(r.columns, c) {
				r.columns = append(r.columns, c)
			}
			r.latest[run.Model][c] = run
		}
	}
	slices.SortFunc(r.columns, column.compare)
	return r
}

func ascendingRuns(runs []Run) []Run {
	out := slices.Clone(runs)
	slices.SortStableFunc(out, func(a, b Run) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID)) })
	return out
}
