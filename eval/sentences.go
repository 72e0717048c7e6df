package eval

import (
	"fmt"
	"strings"

	"github.com/defekt/defekt/eval/metric"
)

// sentences says in words what the tables have no column for, most wanted first.
func (a *Axis) sentences() []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if a.Rare != nil {
		add("%s", a.Rare.sentence())
	}
	if c := a.CoverageAtRisk; c != nil {
		add("answering the surest %.0f %% (from %.2f on) kept to %.3g %% wrong; %s", 100*c.Coverage, c.Confidence, 100*c.Risk, safely(c))
	}
	if a.AURC != nil {
		add("AURC %.4f%s, excess %.4f, AUGRC %.4f%s", *a.AURC, a.bracket("aurc"), *a.EAURC, *a.AUGRC, a.bracket("augrc"))
	}
	if c := a.Conformal; c != nil {
		add("%s", c.sentence())
	}
	if c := a.Cost; c != nil {
		add("%s%s", c.sentence(), a.bracket("cost.mean"))
	}
	line := fmt.Sprintf("weighted F1 %.3f%s, kappa %.3f%s, MCC %.3f%s", a.WeightedF1, a.bracket("weighted_f1"), a.Kappa, a.bracket("kappa"), a.MCC, a.bracket("mcc"))
	for _, k := range a.TopK {
		line += fmt.Sprintf(", top-%d %.3f", k.K, k.Accuracy)
	}
	add("%s", line)
	if h := a.Hierarchical; h != nil {
		add("along the tree: hP %.3f, hR %.3f, hF %.3f%s", h.Precision, h.Recall, h.F1, a.bracket("hierarchical.f1"))
	}
	if a.LogLoss != nil {
		line := fmt.Sprintf("log loss %.3f, Brier %.3f%s", *a.LogLoss, *a.Brier, a.bracket("brier"))
		if a.BrierSkill != nil {
			line += fmt.Sprintf(", %.0f %% better than stating the shares", 100**a.BrierSkill)
		}
		add("%s", line)
	}
	return out
}

// bracket is a figure's interval behind it.
func (a *Axis) bracket(figure string) string {
	if i := a.between(figure); i != "" {
		return " [" + i + "]"
	}
	return ""
}

func safely(c *metric.CoverageAtRisk) string {
	if c.Safe == 0 {
		return "these claims are too few, or too often wrong, to promise it for any further ones"
	}
	return fmt.Sprintf("further claims keep to it with the surest %.0f %% (from %.2f on)", 100*c.Safe, c.SafeConfidence)
}

func (r *Rare) sentence() string {
	var labels []string
	for _, l := range r.Labels {
		labels = append(labels, fmt.Sprintf("%s %.2f [%s] of %d", l.Label, l.Recall, between(&l.Interval), l.N))
	}
	const most = 6
	if more := len(labels) - most; more > 0 {
		labels = append(labels[:most], fmt.Sprintf("%d more", more))
	}
	if r.Recall == nil {
		return "recall watched: " + strings.Join(labels, ", ")
	}
	return fmt.Sprintf("recall of labels below %.3g %%: %.3f [%s] of %d; %s", 100*r.Share, *r.Recall, between(r.Interval), r.N, strings.Join(labels, ", "))
}

func (c *Conformal) sentence() string {
	s := fmt.Sprintf("sets of labels for %.3g %%: one threshold holds the truth of %.1f %% [%s] of %d claims with %.2f labels on average (one alone: %.0f %%); a threshold a label, of %.1f %% with %.2f",
		100*c.Target, 100*c.Overall.Coverage, between(&c.Overall.Interval), c.N, c.Overall.MeanSize, 100*c.Overall.Single, 100*c.Coverage, c.MeanSize)
	if n := len(c.Always); n > 0 {
		s += fmt.Sprintf(" (%d labels with too few claims are in each)", n)
	}
	return s
}

func (c *Cost) sentence() string {
	s := fmt.Sprintf("cost per claim: always %s %.3f", c.Label, c.Constant)
	if c.Rule != nil {
		s += fmt.Sprintf(", by least expected cost %.3f (%.0f %% to a person)", *c.Rule, 100*c.Reviewed)
	}
	if c.Answered != nil {
		s += fmt.Sprintf(", with what was held back reviewed %.3f", *c.Answered)
	}
	return s + fmt.Sprintf(", all answers %.3f", c.Mean)
}
