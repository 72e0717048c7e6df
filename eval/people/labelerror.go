package people

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/eval/sample"
)

// Rule says which rows become candidates.
type Rule string

// Rank says what candidates are ordered by.
type Rank string

// The rules and ranks.
const (
	// RuleNoise takes rows whose label is wrong with a probability of MinWrong or more, by a
	// noise model fitted to the set (see [ErrorOptions]). Its list is cleaner than that of
	// RuleJoint where labels were replaced at random and the model is often wrong itself. It
	// misses nearly all errors of a systematic kind: use RuleJoint to look for those.
	RuleNoise Rule = "noise"
	// RuleJoint takes rows off the diagonal of the confident joint (Northcutt, Jiang, Chuang:
	// Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 2021).
	RuleJoint Rule = "joint"
	// RuleBoth takes rows that both take.
	RuleBoth Rule = "both"

	RankNoise          Rank = "noise"           // by the probability that the label is right
	RankSelfConfidence Rank = "self_confidence" // by the given label's probability
	RankMargin         Rank = "margin"          // by its distance to the largest other one, as 0..1
)

// ErrNoDistribution is returned for an axis that has no whole distributions.
var ErrNoDistribution = errors.New("the axis has no whole distributions over labels; a table of answers alone is not enough")

// ErrorOptions are the choices of [FindLabelErrors]. Start from [DefaultErrorOptions].
//
// The noise model says: a share of the labels was replaced by any other label, each with the
// same chance, and the model's probabilities, raised to one power, are those of the true
// label. Share and power are fitted by maximum likelihood.
type ErrorOptions struct {
	Rule Rule
	Rank Rank
	// MinWrong is the probability of being wrong from which on RuleNoise takes a row, 0..1.
	MinWrong float64
	// Limit is the largest number of candidates; 0 = no limit.
	Limit int
	// Level of the intervals, between 0 and 1.
	Level float64
}

// DefaultErrorOptions were tuned on labels flipped at random, which is what the noise model
// assumes (.ci/label-errors, seeds 100 to 104).
func DefaultErrorOptions() ErrorOptions {
	return ErrorOptions{Rule: RuleNoise, Rank: RankNoise, MinWrong: 0.15, Level: 0.95}
}

// Validate says what is out of range, all at once.
func (o ErrorOptions) Validate() error {
	var errs []error
	if !slices.Contains([]Rule{RuleNoise, RuleJoint, RuleBoth}, o.Rule) {
		errs = append(errs, fmt.Errorf("rule %q is none of noise, joint, both", o.Rule))
	}
	if !slices.Contains([]Rank{RankNoise, RankSelfConfidence, RankMargin}, o.Rank) {
		errs = append(errs, fmt.Errorf("rank %q is none of noise, self_confidence, margin", o.Rank))
	}
	if !(o.MinWrong >= 0 && o.MinWrong <= 1) {
		errs = append(errs, fmt.Errorf("least probability of an error %v is not within 0..1", o.MinWrong))
	}
	if !(o.Level > 0 && o.Level < 1) {
		errs = append(errs, fmt.Errorf("level %v is not between 0 and 1", o.Level))
	}
	if o.Limit < 0 {
		errs = append(errs, fmt.Errorf("limit %d is below 0", o.Limit))
	}
	return errors.Join(errs...)
}

// FindLabelErrors looks for wrong labels on one axis of a sample: Truth is what was labelled,
// and the distributions must be out of sample, by models that did not see the row's label
// (a model's own training rows look right whatever they are labelled). The errors are faults
// of the options, an axis that the sample lacks, [ErrNoDistribution], and ctx's.
func FindLabelErrors(ctx context.Context, s *sample.Sample, axis string, o ErrorOptions) (*LabelErrors, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	a := s.Axis(axis)
	if a == nil {
		return nil, fmt.Errorf("there is no axis %q", axis)
	}
	g := gather(a)
	if len(g.rows) == 0 {
		return nil, fmt.Errorf("axis %q: %w", axis, ErrNoDistribution)
	}
	out := &LabelErrors{Axis: axis, Rows: len(g.rows), Skipped: s.N() - len(g.rows), Labels: g.labels}
	j := newJoint(g)
	out.Thresholds, out.ConfidentJoint, out.WrongByJoint = j.thresholds, j.counts, j.share(g)
	noise, err := fitNoise(ctx, g)
	if err != nil {
		return nil, err
	}
	out.Sharpening, out.Wrong = noise.power, noise.figure(o.Level)
	out.Noise = noise.matrix(g)
	out.Candidates = candidates(s, axis, g, j, noise, o)
	out.PerLabel = out.perLabel(g, o.Level)
	out.Assumptions = errorAssumptions()
	if out.WrongByJoint > out.Wrong.High {
		out.Warnings = append(out.Warnings, fmt.Sprintf("The noise model says that %.1f %% of labels are wrong, the confident joint %.1f %%: "+
			"either the model is often wrong itself, or labels are wrong in a systematic way, which the noise model cannot see. Rule %q lists the latter.",
			100*out.Wrong.Value, 100*out.WrongByJoint, RuleJoint))
	}
	return out, nil
}

// given is the rows that can be judged: label and distribution by class number.
type given struct {
	labels []string
	rows   []int       // of the sample
	label  []int       // class of the given label
	p      [][]float32 // by class
	// kin says of two classes that one is the other, or an ancestor of it: no contradiction.
	kin [][]bool
}

func gather(a *sample.Axis) *given {
	g := &given{}
	class := make([]int, len(a.Labels))
	for i := range class {
		class[i] = -1
	}
	for c, l := range a.Classes {
		class[l] = c
		g.labels = append(g.labels, a.Labels[l])
	}
	for i, l := range a.Truth {
		for l >= 0 && class[l] < 0 { // a finer label counts as its nearest ancestor that the model knows
			l = a.Parents[l]
		}
		if p := a.Distribution(i); l >= 0 && p != nil {
			g.rows, g.label, g.p = append(g.rows, i), append(g.label, class[l]), append(g.p, p)
		}
	}
	for _, l := range a.Classes {
		row := make([]bool, len(a.Classes))
		for d, m := range a.Classes {
			row[d] = above(a, l, m) || above(a, m, l)
		}
		g.kin = append(g.kin, row)
	}
	return g
}

// above says whether label l is m or one of its ancestors.
func above(a *sample.Axis, l, m int32) bool {
	for ; m >= 0; m = a.Parents[m] {
		if l == m {
			return true
		}
	}
	return false
}

func (e *LabelErrors) perLabel(g *given, level float64) []LabelNoise {
	rows, flagged := make([]int, len(g.labels)), map[string]int{}
	for _, l := range g.label {
		rows[l]++
	}
	for _, c := range e.Candidates {
		flagged[c.Given]++
	}
	var out []LabelNoise
	for l, name := range g.labels {
		if rows[l] == 0 {
			continue
		}
		n := LabelNoise{Label: name, Rows: rows[l], Flagged: flagged[name]}
		wrong := 1 - e.Noise[l][l]
		i := metric.Wilson(wrong*float64(rows[l]), float64(rows[l]), level)
		n.Wrong = Figure{wrong, i.Low, i.High}
		for to, share := range e.Noise[l] {
			if to != l && share > n.InsteadShare {
				n.Instead, n.InsteadShare = g.labels[to], share
			}
		}
		out = append(out, n)
	}
	slices.SortStableFunc(out, func(a, b LabelNoise) int { return cmp.Compare(b.Wrong.Value, a.Wrong.Value) })
	return out
}
