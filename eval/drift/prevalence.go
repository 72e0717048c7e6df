package drift

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/defekt/defekt/eval/sample"
)

// Confusion is what a classifier answered to claims whose truth is known.
type Confusion struct {
	Labels []string `json:"labels"`
	// Counts is by true label (row) and answer (column). There may be one column more than
	// labels, for claims that got no answer.
	Counts [][]int `json:"counts"`
}

// ConfusionOf counts the rows of an axis that have a decided truth. Answers that were held
// back count as the label that they suggest; rows without answer fill the last column.
func ConfusionOf(a *sample.Axis) Confusion {
	c := Confusion{Labels: a.Labels, Counts: make([][]int, len(a.Labels))}
	for l := range c.Counts {
		c.Counts[l] = make([]int, len(a.Labels)+1)
	}
	for i, t := range a.Truth {
		if t >= 0 {
			c.Counts[t][answer(a, i)]++
		}
	}
	return c
}

// AnswersOf counts the answers of an axis in the columns of [ConfusionOf].
func AnswersOf(a *sample.Axis) []int {
	out := make([]int, len(a.Labels)+1)
	for i := range a.Chosen {
		out[answer(a, i)]++
	}
	return out
}

func answer(a *sample.Axis, i int) int {
	if a.Chosen[i] < 0 {
		return len(a.Labels)
	}
	return int(a.Chosen[i])
}

// Settings of the sampler: with 2,000 draws the ends of a 95 % interval move by a few hundredths of
// its length from seed to seed.
const (
	warmUp = 500
	kept   = 2000
)

// fewLabelled is the number of labelled claims of a label under which its confusion is
// hardly known.
const fewLabelled = 10

// Correct estimates how many claims truly have each label, from what the classifier answered
// and what it is known to confuse, so that two classifiers tell the same of the same claims.
// It is adjusted counting (Forman: Quantifying Counts and Costs via Classification, Data
// Mining and Knowledge Discovery 2008; the setting is that of Lipton, Wang, Smola: Detecting
// and Correcting for Label Shift with Black Box Predictors, ICML 2018) done in Bayes' way,
// by Gibbs sampling of the true labels, the shares and the confusion: no count falls below 0
// as it can by inverting a matrix, and the intervals contain both what is uncertain in
// the answers and what is in the confusion.
//
// It assumes that claims of a label are confused in the labelled sample as they are here,
// whatever the labels' shares. Labels without a labelled claim cannot be estimated and get
// no claims. level is that of the intervals, seed moves the draws. The errors are shapes that
// do not fit, a confusion without counts, and ctx's.
func Correct(ctx context.Context, confusion Confusion, answers []int, level float64, seed uint64) (*Prevalence, error) {
	if err := confusion.check(answers); err != nil {
		return nil, err
	}
	g := newGibbs(confusion, answers, seed)
	draws := make([][]float64, len(confusion.Labels))
	for i := range warmUp + kept {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		g.step()
		if i >= warmUp {
			for l, n := range g.count {
				draws[l] = append(draws[l], n)
			}
		}
	}
	p := &Prevalence{Method: "adjusted count, Bayesian", Claims: total(answers), Warnings: confusion.warnings(answers)}
	for _, row := range confusion.Counts {
		p.Validation += total(row)
	}
	for l, name := range confusion.Labels {
		p.Labels = append(p.Labels, labelPrevalence(name, answers[l], p.Claims, draws[l], level))
	}
	return p, nil
}

func labelPrevalence(name string, counted, claims int, draws []float64, level float64) LabelPrevalence {
	sum := 0.0
	for _, v := range draws {
		sum += v
	}
	mean := sum / float64(len(draws))
	low, high := shortest(draws, level)
	out := LabelPrevalence{Label: name, Counted: counted, Corrected: Figure{mean, low, high}}
	if claims > 0 {
		n := float64(claims)
		out.CountedShare = float64(counted) / n
		out.CorrectedShare = Figure{out.Corrected.Value / n, out.Corrected.Low / n, out.Corrected.High / n}
	}
	return out
}

// shortest is the shortest interval that holds a share of the draws; unlike that between two
// quantiles it reaches 0 where there may be no claim at all.
func shortest(draws []float64, share float64) (low, high float64) {
	slices.Sort(draws)
	inside := int(share*float64(len(draws)) + 0.5)
	low, high = draws[0], draws[len(draws)-1]
	for i := 0; i+inside < len(draws); i++ {
		if draws[i+inside]-draws[i] < high-low {
			low, high = draws[i], draws[i+inside]
		}
	}
	return low, high
}

func (c Confusion) check(answers []int) error {
	if len(c.Counts) != len(c.Labels) {
		return fmt.Errorf("%d rows of confusion for %d labels", len(c.Counts), len(c.Labels))
	}
	n := 0
	for _, row := range c.Counts {
		if len(row) != len(answers) || len(answers) < len(c.Labels) || len(answers) > len(c.Labels)+1 {
			return fmt.Errorf("%d columns of confusion and %d answers for %d labels", len(row), len(answers), len(c.Labels))
		}
		n += total(row)
	}
	if n == 0 {
		return errors.New("the confusion counts no claim")
	}
	return nil
}

func (c Confusion) warnings(answers []int) []string {
	var out []string
	for l, row := range c.Counts {
		switch n := total(row); {
		case n == 0 && answers[l] > 0:
			out = append(out, fmt.Sprintf("%s: answered for %d claims, but no labelled claim has it; they count for other labels", c.Labels[l], answers[l]))
		case n > 0 && n < fewLabelled:
			out = append(out, fmt.Sprintf("%s: only %d labelled claims; what it is confused with is hardly known", c.Labels[l], n))
		case n > 0 && 2*row[l] < n:
			out = append(out, fmt.Sprintf("%s: fewer than half of its claims are recognised", c.Labels[l]))
		}
	}
	return out
}
