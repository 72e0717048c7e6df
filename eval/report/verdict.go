package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/pipeline/look"
)

// headline is one figure with what it means.
type headline struct {
	Name, Value string
	// Interval is "79.7 to 87.6", empty without one.
	Interval string
	Say      string
	// Alert marks a figure to worry about.
	Alert bool
}

// headlines gives the figures of an axis that decide, in a fixed order: accuracy, macro-F1,
// ECE, coverage, rare recall; what the answers do not allow is left out.
func headlines(a *eval.Axis) []headline {
	out := []headline{accuracyLine(a), macroLine(a)}
	if stated(a) {
		out = append(out, calibrationLine(a))
	}
	if a.Coverage < 1 {
		out = append(out, coverageLine(a))
	}
	if a.Rare != nil && a.Rare.N > 0 && a.Rare.Recall != nil {
		out = append(out, rareLine(a.Rare))
	} else if watched(a) != nil {
		out = append(out, watchedLine(*watched(a)))
	}
	return out
}

func accuracyLine(a *eval.Axis) headline {
	say := "No answer is wrong."
	if wrong := 1 - a.Accuracy; wrong > 0 {
		say = oneIn(wrong) + " wrong."
	}
	if label, share := commonest(a); label != "" {
		say += fmt.Sprintf(" Always saying %s would be right in %s.", look.Words(label), pct(share))
		if i := interval(a, "accuracy"); a.Accuracy < share || i != nil && i.Low < share {
			say += " It is not shown to be better than that."
			return headline{"Accuracy", pct(a.Accuracy), span(i), say, true}
		}
	}
	return headline{"Accuracy", pct(a.Accuracy), span(interval(a, "accuracy")), say, false}
}

// oneIn says a share in words that people picture, with their verb.
func oneIn(share float64) string {
	if share > 0.4 {
		return fmt.Sprintf("About %.0f of 10 answers are", math.Round(share*10))
	}
	return fmt.Sprintf("About 1 of %.0f answers is", math.Round(1/share))
}

func macroLine(a *eval.Axis) headline {
	worst, f1 := "", math.Inf(1)
	for _, id := range sortedLabels(a) {
		if s := a.PerLabel[id]; s.Support > 0 && s.F1 < f1 {
			worst, f1 = id, s.F1
		}
	}
	say := "Every label counts the same, however rare."
	if worst != "" {
		say = fmt.Sprintf("Weakest label: %s, F1 %s on %s.", look.Words(worst), pct(f1), count(a.PerLabel[worst].Support, "claim"))
	}
	return headline{"Macro-F1", pct(a.MacroF1), span(interval(a, "macro_f1")), say, false}
}

func calibrationLine(a *eval.Axis) headline {
	h := headline{Name: "Calibration error", Value: pct(a.ECE)}
	if i := interval(a, "ece"); i != nil {
		h.Interval = "true error " + span(i) // few claims overstate it, so the figure may lie outside
	}
	off := bias(a)
	direction := "too high in places and too low in others"
	if math.Abs(off) > a.ECE/2 {
		direction = fmt.Sprintf("too high by %s points on average", bare(off))
		if off < 0 {
			direction = fmt.Sprintf("too low by %s points on average", bare(-off))
		}
	}
	shown := a.ECE15 > 1.5*a.ECE15Floor
	if i := interval(a, "ece"); i != nil {
		shown = i.Low >= 0.0005 // rounds to more than nothing
	}
	if shown {
		h.Say, h.Alert = "Stated probabilities are "+direction+".", true
		return h
	}
	h.Say = fmt.Sprintf("Not to be told from true probabilities on %s, since few claims overstate the error.", count(a.N, "claim"))
	return h
}

func coverageLine(a *eval.Axis) headline {
	say := "The model answers these alone; the rest goes to a person."
	if i := interval(a, "accuracy_covered"); i != nil {
		say = "The model answers these alone (" + span(i) + " right); the rest goes to a person."
	}
	if a.Coverage == 0 {
		say = "Everything goes to a person."
	}
	return headline{"Coverage at the threshold", pct(a.Coverage), bare(a.AccuracyCovered) + " of them right", say, a.Coverage == 0}
}

func rareLine(r *eval.Rare) headline {
	var names []string
	for _, l := range r.Labels {
		if len(names) < 3 && l.N > 0 {
			names = append(names, fmt.Sprintf("%s %.0f/%d", look.Words(l.Label), l.Recall*float64(l.N), l.N))
		}
	}
	say := fmt.Sprintf("Found of the %s with a rare label (%s).", count(r.N, "claim"), strings.Join(names, ", "))
	if len(r.Labels) > len(names) {
		say = strings.TrimSuffix(say, ").") + ", …)."
	}
	return headline{"Recall of rare labels", pct(*r.Recall), span(r.Interval), say, r.Interval != nil && r.Interval.High < 0.5}
}

// watched is the first label that was asked for by name and occurs.
func watched(a *eval.Axis) *eval.RareLabel {
	if a.Rare == nil {
		return nil
	}
	for i := range a.Rare.Labels {
		if l := &a.Rare.Labels[i]; l.Watched && l.N > 0 {
			return l
		}
	}
	return nil
}

func watchedLine(l eval.RareLabel) headline {
	return headline{"Recall of " + look.Words(l.Label), pct(l.Recall), span(&l.Interval),
		fmt.Sprintf("Found of the %s that are %s.", count(l.N, "claim"), look.Words(l.Label)), false}
}

// missing says in a sentence what was not scored, empty when all was.
func missing(a *eval.Axis, n int) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{a.Unlabelled, "without a label"}, {a.Undetermined, "that people could not decide"}, {a.Unanswered, "without an answer"}} {
		if p.n > 0 {
			parts = append(parts, whole(p.n)+" "+p.what)
		}
	}
	say := fmt.Sprintf("Scored on %s", count(a.N, "claim"))
	if len(parts) > 0 {
		return say + "; left out: " + strings.Join(parts, ", ") + "."
	}
	if n > a.N {
		return say + " of " + whole(n) + "."
	}
	return say + "."
}

// further are the figures that not everybody looks at.
func further(a *eval.Axis) []figureRow {
	var out []figureRow
	add := func(name, key string, value string, note string) {
		out = append(out, figureRow{name, value, span(interval(a, key)), note})
	}
	add("Balanced accuracy", "balanced_accuracy", pct(a.BalancedAccuracy), "mean recall over labels")
	if a.WeightedF1 > 0 {
		add("Weighted F1", "weighted_f1", pct(a.WeightedF1), "mean F1, weighted by claims")
	}
	for _, k := range a.TopK {
		out = append(out, figureRow{fmt.Sprintf("Top-%d accuracy", k.K), pct(k.Accuracy), span(&k.Interval), "truth among the likeliest " + whole(k.K)})
	}
	if a.Kappa != 0 || a.MCC != 0 {
		out = append(out, figureRow{"Cohen's kappa", fixed(a.Kappa), plain(interval(a, "kappa")), "0 = as by chance, 1 = perfect"},
			figureRow{"Matthews correlation", fixed(a.MCC), plain(interval(a, "mcc")), "0 = as by chance, 1 = perfect"})
	}
	optional := func(name, key string, v *float64, note string) {
		if v != nil {
			out = append(out, figureRow{name, fixed(*v), plain(interval(a, key)), note})
		}
	}
	optional("Quadratic kappa", "quadratic_kappa", a.QuadraticKappa, "far misses weigh more")
	optional("Steps off", "ordinal_error", a.OrdinalError, "mean distance between truth and answer")
	if h := a.Hierarchical; h != nil {
		out = append(out, figureRow{"Hierarchical F1", pct(h.F1), span(interval(a, "hierarchical.f1")), "a near miss in the tree counts in part"})
	}
	optional("Log loss", "log_loss", a.LogLoss, "nats; lower is better")
	optional("Brier score", "brier", a.Brier, "0 to 2; lower is better")
	optional("Brier skill", "brier_skill", a.BrierSkill, "0 = no better than stating the shares")
	if stated(a) {
		add("ECE of 15 bins", "ece_15", pct(a.ECE15), fmt.Sprintf("true probabilities would show %s; the headline has %s", pct(a.ECE15Floor), count(a.ECEBins, "bin")))
		optional("AURC", "aurc", a.AURC, "area under the risk-coverage curve; lower is better")
		optional("E-AURC", "e_aurc", a.EAURC, "what a perfect order of the answers would save")
		optional("AUGRC", "augrc", a.AUGRC, "mean share of claims that go out wrong")
		optional("Decidable AUROC", "decidable_auroc", a.DecidableAUROC, "is it surer where people could decide?")
	}
	if c := a.Conformal; c != nil {
		out = append(out, figureRow{"Conformal coverage", pct(c.Coverage), span(&c.Interval), fmt.Sprintf("aimed at %s; %.1f labels in a set", pct(c.Target), c.MeanSize)})
	}
	return append(out, costRows(a.Cost)...)
}

func costRows(c *eval.Cost) []figureRow {
	if c == nil {
		return nil
	}
	out := []figureRow{{"Cost per claim", fixed(c.Mean), "", fmt.Sprintf("always %s: %s", look.Words(c.Label), fixed(c.Constant))}}
	if c.Answered != nil {
		out = append(out, figureRow{"Cost with review", fixed(*c.Answered), "", "held-back answers go to a person"})
	}
	if c.Rule != nil {
		out = append(out, figureRow{"Cost by the cheapest rule", fixed(*c.Rule), "", fmt.Sprintf("%s go to a person", pct(c.Reviewed))})
	}
	return out
}

// figureRow is a line of the table of further figures.
type figureRow struct{ Name, Value, Interval, Note string }

func plain(i *metric.Interval) string {
	if i == nil {
		return ""
	}
	return fixed(i.Low) + " to " + fixed(i.High)
}
