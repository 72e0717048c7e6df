package eval

import (
	"slices"

	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// Collector gathers pairs of truth and prediction, claim by claim, and computes the
// figures at the end. It keeps numbers only, no texts. Not safe for concurrent use.
type Collector struct {
	tax      *taxonomy.Taxonomy
	classes  map[string][]string // a model's own label order by axis, may be nil
	n        int
	problems map[string]int
	axes     map[string]*pairs
}

// pairs are the rows of one axis.
type pairs struct {
	truth, chosen []string
	confidence    []float64
	probabilities [][]float64
	abstained     []bool
	// undecided has the confidence of each answer to a claim that people could not decide.
	undecided                            []float64
	unlabelled, undetermined, unanswered int
}

// NewCollector scores on the axes of tax. classes gives, by axis, the order of
// AxisPrediction.Probabilities; without it log loss and Brier score are left out.
func NewCollector(tax *taxonomy.Taxonomy, classes map[string][]string) *Collector {
	c := &Collector{tax: tax, classes: classes, problems: map[string]int{}, axes: map[string]*pairs{}}
	for _, a := range tax.Axes {
		c.axes[a.ID] = &pairs{}
	}
	return c
}

// Add pairs one claim's labels with its prediction.
func (c *Collector) Add(labels map[string]string, p claim.Prediction) {
	c.n++
	for _, problem := range p.Problems {
		c.problems[string(problem.Code)]++
	}
	for i := range c.tax.Axes {
		axis := &c.tax.Axes[i]
		c.axes[axis.ID].add(axis, labels[axis.ID], p.Axes[axis.ID], c.classes[axis.ID])
	}
}

func (p *pairs) add(axis *taxonomy.Axis, truth string, got claim.AxisPrediction, classes []string) {
	answered := got.Label != "" && got.Label != taxonomy.Undetermined
	switch {
	case truth == "":
		p.unlabelled++
		return
	case truth == taxonomy.Undetermined:
		p.undetermined++
		if answered {
			p.undecided = append(p.undecided, got.Probability)
		}
		return
	case !answered:
		p.unanswered++
		return
	}
	p.truth = append(p.truth, atLevel(axis, truth, got.Label, classes))
	p.chosen = append(p.chosen, got.Label)
	p.confidence = append(p.confidence, got.Probability)
	p.probabilities = append(p.probabilities, got.Probabilities)
	p.abstained = append(p.abstained, got.Abstained)
}

// atLevel lifts a truth that is finer than what the model can answer to the nearest
// ancestor among the model's classes, or, for tables, to the predicted label when that is
// an ancestor. A truth that has neither stays as it is and counts as missed.
func atLevel(axis *taxonomy.Axis, truth, predicted string, classes []string) string {
	if truth == predicted || slices.Contains(classes, truth) {
		return truth
	}
	for _, up := range axis.Ancestors(truth) {
		if up == predicted || slices.Contains(classes, up) {
			return up
		}
	}
	return truth
}

// Result computes all figures.
func (c *Collector) Result() (*Result, error) {
	r := &Result{N: c.n, Axes: map[string]*Axis{}, Problems: c.problems, Taxonomy: c.tax.Ref()}
	for i := range c.tax.Axes {
		axis := &c.tax.Axes[i]
		p := c.axes[axis.ID]
		if len(p.truth) == 0 {
			continue
		}
		a, err := p.figures(axis, c.classes[axis.ID])
		if err != nil {
			return nil, err
		}
		r.Axes[axis.ID] = a
	}
	return r, nil
}

func (p *pairs) figures(axis *taxonomy.Axis, classes []string) (*Axis, error) {
	labels := p.labels(axis)
	truth, chosen := indices(labels, p.truth), indices(labels, p.chosen)
	conf, err := metric.NewConfusion(labels, truth, chosen)
	if err != nil {
		return nil, err
	}
	correct := make([]bool, len(truth))
	for i := range truth {
		correct[i] = truth[i] == chosen[i]
	}
	a := &Axis{
		N: len(truth), Unlabelled: p.unlabelled, Undetermined: p.undetermined, Unanswered: p.unanswered,
		Accuracy: conf.Accuracy(), MacroF1: conf.MacroF1(), BalancedAccuracy: conf.BalancedAccuracy(),
		ECE15:      metric.ECE(p.confidence, correct, metric.MaxBins),
		ECE15Floor: metric.ECEFloor(p.confidence, metric.MaxBins),
		Accuracy80: metric.AccuracyAt(p.confidence, correct, 0.8),
		Accuracy70: metric.AccuracyAt(p.confidence, correct, 0.7),
		Accuracy60: metric.AccuracyAt(p.confidence, correct, 0.6),
		PerLabel:   map[string]metric.Score{}, Confusion: conf,
		Reliability: metric.Bins(p.confidence, correct, 10),
	}
	a.ECE, a.ECEBins = metric.ECESweep(p.confidence, correct)
	a.Coverage, a.AccuracyCovered = metric.Covered(p.abstained, correct)
	if len(p.undecided) > 0 {
		auroc := metric.AUROC(p.confidence, p.undecided)
		a.DecidableAUROC = &auroc
	}
	for k, l := range labels {
		a.PerLabel[l] = conf.Label(k)
	}
	if axis.Ordinal {
		kappa, steps := conf.QuadraticKappa(), conf.OrdinalError()
		a.QuadraticKappa, a.OrdinalError = &kappa, &steps
	}
	p.proper(a, classes)
	return a, nil
}

// proper adds the scores of whole distributions where every row has one over its truth.
func (p *pairs) proper(a *Axis, classes []string) {
	truth := make([]int, len(p.truth))
	for i, t := range p.truth {
		truth[i] = slices.Index(classes, t)
		if truth[i] < 0 || len(p.probabilities[i]) != len(classes) {
			return
		}
	}
	loss, brier := metric.LogLoss(p.probabilities, truth), metric.Brier(p.probabilities, truth)
	a.LogLoss, a.Brier = &loss, &brier
}

// labels lists the labels that occur, in the order of the taxonomy, unknown ones last.
func (p *pairs) labels(axis *taxonomy.Axis) []string {
	seen := map[string]bool{}
	for i := range p.truth {
		seen[p.truth[i]], seen[p.chosen[i]] = true, true
	}
	var out, unknown []string
	for _, id := range axis.IDs() {
		if seen[id] {
			out = append(out, id)
			delete(seen, id)
		}
	}
	for id := range seen {
		unknown = append(unknown, id)
	}
	slices.Sort(unknown)
	return append(out, unknown...)
}

func indices(labels, values []string) []int {
	at := make(map[string]int, len(labels))
	for i, l := range labels {
		at[l] = i
	}
	out := make([]int, len(values))
	for i, v := range values {
		out[i] = at[v]
	}
	return out
}
