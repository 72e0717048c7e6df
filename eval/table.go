package eval

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/defekt/defekt/eval/metric"
)

// maxConfusionLabels is the widest confusion matrix that a terminal shows.
const maxConfusionLabels = 8

// WriteTable prints the result for a person: one line an axis with the intervals below it,
// then each axis's labels and, in words, what else is known of it.
func (r *Result) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "axis\tn\taccuracy\tmacro-F1\tbalanced\tECE\tcoverage\tacc. covered\tacc. 80 % surest\t")
	for _, id := range r.axisIDs() {
		a := r.Axes[id]
		fmt.Fprintf(t, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.2f\t%.3f\t%.3f\t\n",
			id, a.N, a.Accuracy, a.MacroF1, a.BalancedAccuracy, a.ECE, a.Coverage, a.AccuracyCovered, a.Accuracy80)
		fmt.Fprintf(t, "\t%s\t", r.level())
		for _, figure := range []string{"accuracy", "macro_f1", "balanced_accuracy", "ece", "coverage", "accuracy_covered", "accuracy_80"} {
			fmt.Fprintf(t, "%s\t", a.between(figure))
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, id := range r.axisIDs() {
		if err := r.Axes[id].write(w, id, r.level()); err != nil {
			return err
		}
	}
	return r.writeProblems(w)
}

func (r *Result) axisIDs() []string {
	ids := make([]string, 0, len(r.Axes))
	for id := range r.Axes {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// level is that of the intervals, for their column's head.
func (r *Result) level() string {
	return strconv.FormatFloat(100*r.Settings.Level, 'g', 4, 64) + " %"
}

// between is a figure's interval in few characters, empty without one.
func (a *Axis) between(figure string) string {
	i, ok := a.Intervals[figure]
	if !ok {
		return ""
	}
	return between(&i)
}

func between(i *metric.Interval) string {
	if i == nil {
		return ""
	}
	return brief(i.Low) + "-" + brief(i.High)
}

// brief writes a share without its zero: .82, 1.00.
func brief(v float64) string { return strings.TrimPrefix(strconv.FormatFloat(v, 'f', 2, 64), "0") }

func (a *Axis) write(w io.Writer, id, level string) error {
	fmt.Fprintf(w, "\n%s", id)
	if a.QuadraticKappa != nil {
		fmt.Fprintf(w, "   ordered: quadratic kappa %.3f, mean distance %.2f steps", *a.QuadraticKappa, *a.OrdinalError)
	}
	if a.DecidableAUROC != nil {
		fmt.Fprintf(w, "   %d claims that people could not decide: told apart by confidence with AUROC %.3f", a.Undetermined, *a.DecidableAUROC)
	}
	fmt.Fprintf(w, "\n")
	if err := a.writeLabels(w, level); err != nil {
		return err
	}
	for _, line := range a.sentences() {
		if _, err := fmt.Fprintf(w, "  %s\n", line); err != nil {
			return err
		}
	}
	return nil
}

func (a *Axis) writeLabels(w io.Writer, level string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "label\tprecision\t%s\trecall\t%s\tF1\ttrue\tpredicted\t", level, level)
	matrix := len(a.Confusion.Labels) <= maxConfusionLabels
	if matrix {
		fmt.Fprint(t, "predicted as:\t")
		for _, l := range a.Confusion.Labels {
			fmt.Fprintf(t, "%s\t", short(l))
		}
	}
	fmt.Fprintln(t)
	for k, l := range a.Confusion.Labels {
		s := a.PerLabel[l]
		fmt.Fprintf(t, "%s\t%.3f\t%s\t%.3f\t%s\t%.3f\t%d\t%d\t", l, s.Precision, between(s.PrecisionInterval), s.Recall, between(s.RecallInterval), s.F1, s.Support, s.Predicted)
		if matrix {
			fmt.Fprint(t, "\t")
			for _, n := range a.Confusion.Counts[k] {
				fmt.Fprintf(t, "%d\t", n)
			}
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

// short cuts a label for a column's head.
func short(label string) string {
	const width = 12
	if runes := []rune(label); len(runes) > width {
		return string(runes[:width-1]) + "…"
	}
	return label
}

func (r *Result) writeProblems(w io.Writer) error {
	if len(r.Problems) == 0 {
		return nil
	}
	codes := make([]string, 0, len(r.Problems))
	for c := range r.Problems {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	fmt.Fprintf(w, "\nproblems of input:")
	for _, c := range codes {
		fmt.Fprintf(w, " %s %d", c, r.Problems[c])
	}
	_, err := fmt.Fprintln(w)
	return err
}
