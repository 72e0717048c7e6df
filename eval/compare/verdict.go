package compare

import (
	"fmt"
	"math"
	"strings"
)

// speak writes the verdicts.
func (r *Result) speak() {
	var better, worse []string
	for i := range r.Axes {
		a := &r.Axes[i]
		a.Verdict = a.sentence(r.A, r.B, r.Alpha, len(r.Axes))
		if a.N == 0 || a.Differences[0].POverAxes > r.Alpha {
			continue
		}
		switch a.Outcome {
		case Better:
			better = append(better, a.ID)
		case Worse:
			worse = append(worse, a.ID)
		}
	}
	r.Verdict = r.summary(better, worse)
}

func (r *Result) summary(better, worse []string) string {
	switch {
	case r.N == 0:
		return fmt.Sprintf("No claim is in both %s and %s; nothing can be compared.", r.A, r.B)
	case len(r.Axes) == 0:
		return fmt.Sprintf("%s and %s have no axis in common; nothing can be compared.", r.A, r.B)
	case len(better) == 0 && len(worse) == 0:
		return fmt.Sprintf("No difference of accuracy is shown between %s and %s on %s, %s.", r.A, r.B, count(r.N, "claim"), count(len(r.Axes), "axis"))
	}
	var parts []string
	if len(better) > 0 {
		parts = append(parts, "better on "+strings.Join(better, ", "))
	}
	if len(worse) > 0 {
		parts = append(parts, "worse on "+strings.Join(worse, ", "))
	}
	tested := ""
	if len(r.Axes) > 1 {
		tested = ", with " + count(len(r.Axes), "axis") + " tested"
	}
	return fmt.Sprintf("%s is %s than %s (accuracy on %s%s).", r.B, strings.Join(parts, " and "), r.A, count(r.N, "claim"), tested)
}

func (a *Axis) sentence(nameA, nameB string, alpha float64, axes int) string {
	if a.N == 0 {
		return "No claim has a decided truth and an answer of both; nothing can be compared."
	}
	d := a.Differences[0]
	span := fmt.Sprintf("%s points accuracy (%s to %s)", points(d.Difference), strings.TrimPrefix(points(d.Low), "+"), strings.TrimPrefix(points(d.High), "+"))
	flips := fmt.Sprintf("it got %s right that %s missed and lost %d", count(a.Flips.FixedTotal, "claim"), nameA, a.Flips.BrokenTotal)
	var s string
	if d.Outcome == None {
		s = fmt.Sprintf("No difference shown: %s; this sample would have shown %.1f points.", span, 100*d.MinimalEffect)
	} else {
		s = fmt.Sprintf("%s is %s: %s; %s", nameB, d.Outcome, span, flips)
		if d.POverAxes > alpha {
			s += fmt.Sprintf("; alone, that is: with %s tested, chance gives as much in %.0f of 100 comparisons", count(axes, "axis"), math.Ceil(100*d.POverAxes))
		}
		s += "."
	}
	return s + a.cautions(nameA, nameB)
}

// cautions says what was left out.
func (a *Axis) cautions(nameA, nameB string) string {
	var s strings.Builder
	if a.UnansweredA != a.UnansweredB {
		who, more, other := nameA, a.UnansweredA, a.UnansweredB
		if a.UnansweredB > a.UnansweredA {
			who, more, other = nameB, a.UnansweredB, a.UnansweredA
		}
		fmt.Fprintf(&s, " %s alone leaves %s unanswered, the other %d.", who, count(more, "claim"), other)
	}
	if a.Conflicts > 0 {
		fmt.Fprintf(&s, " %s left out: the two runs state different truths.", count(a.Conflicts, "claim"))
	}
	return s.String()
}

// points writes a difference of shares as signed percentage points.
func points(share float64) string {
	s := fmt.Sprintf("%+.1f", 100*share)
	if s == "+0.0" || s == "-0.0" {
		return "0.0"
	}
	return s
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if what == "axis" {
		what = "axe"
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Worse says whether B is shown to be worse than A on a figure of an axis (in a slice, whose
// accuracy alone is compared, when field is not empty), and how that was judged, in words; ok
// is false when that was not compared. Gates ask it. The calibration errors "ece" and
// "ece_15" of a result are judged by [ECECommon].
func (r *Result) Worse(axis, metric, field, value string) (worse bool, detail string, ok bool) {
	if field != "" {
		return r.worseSlice(axis, metric, field, value)
	}
	if metric == "ece" || metric == "ece_15" {
		metric = ECECommon
	}
	for _, a := range r.Axes {
		for _, d := range a.Differences {
			if a.ID == axis && d.Metric == metric {
				return d.Outcome == Worse, fmt.Sprintf("%s differs by %+.4f (%+.4f to %+.4f), p = %.3g", metric, d.Difference, d.Low, d.High, d.P), true
			}
		}
	}
	return false, "", false
}

func (r *Result) worseSlice(axis, metric, field, value string) (worse bool, detail string, ok bool) {
	if metric != Accuracy {
		return false, "", false
	}
	for _, d := range r.Slices.List {
		if d.Axis == axis && d.Field == field && d.Value == value {
			return d.Outcome == Worse, fmt.Sprintf("accuracy differs by %+.4f (%+.4f to %+.4f), q = %.3g over %d slices", d.Difference, d.Low, d.High, d.Q, r.Slices.Tests), true
		}
	}
	return false, "", false
}
