package eval

import (
	"slices"

	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// columns are the rows of one axis while they are gathered. Labels are numbered as they
// come; axis gives them their order.
type columns struct {
	tax     *taxonomy.Axis
	classes []string
	names   []string
	numbers map[string]int32

	truth, given, chosen []int32
	lifted, held         bool // some row is
	confidence           []float32
	abstained            []bool
	probabilities        []float32 // nil until a row has a distribution
}

func newColumns(axis *taxonomy.Axis, classes []string) *columns {
	c := &columns{tax: axis, classes: classes, numbers: map[string]int32{}}
	for _, l := range classes {
		c.number(l)
	}
	return c
}

// number gives a label its number; missing ones and "undetermined" have none.
func (c *columns) number(label string) int32 {
	if label == "" || label == taxonomy.Undetermined {
		return sample.Unknown
	}
	n, ok := c.numbers[label]
	if !ok {
		n = int32(len(c.names)) //nolint:gosec // labels are few
		c.numbers[label] = n
		c.names = append(c.names, label)
	}
	return n
}

func (c *columns) add(truth string, got claim.AxisPrediction) {
	chosen, given := c.number(got.Label), c.number(truth)
	level := given
	if given >= 0 && chosen >= 0 {
		level = c.number(atLevel(c.tax, truth, got.Label, c.classes))
	}
	if truth == taxonomy.Undetermined {
		level, given = sample.Undecided, sample.Undecided
	}
	c.truth, c.given, c.chosen = append(c.truth, level), append(c.given, given), append(c.chosen, chosen)
	c.confidence = append(c.confidence, float32(got.Probability))
	c.abstained = append(c.abstained, got.Abstained)
	c.lifted = c.lifted || level != given
	c.held = c.held || got.Abstained
	c.distribution(got.Probabilities)
}

// distribution adds a row's probabilities, zeros when they are not known.
func (c *columns) distribution(p []float64) {
	k := len(c.classes)
	known := len(p) == k && k > 0
	if !known && c.probabilities == nil {
		return
	}
	if c.probabilities == nil {
		c.probabilities = make([]float32, (len(c.truth)-1)*k)
	}
	for i := range k {
		v := float32(0)
		if known {
			v = float32(p[i])
		}
		c.probabilities = append(c.probabilities, v)
	}
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

// axis puts the labels in order and gives the rows their final numbers.
func (c *columns) axis() sample.Axis {
	labels := c.labels()
	final := make(map[string]int32, len(labels))
	for i, l := range labels {
		final[l] = int32(i) //nolint:gosec // labels are few
	}
	a := sample.Axis{ID: c.tax.ID, Ordinal: c.tax.Ordinal, Labels: labels, Confidence: slices.Clone(c.confidence)}
	for _, l := range labels {
		parent, ok := final[c.tax.Parent(l)]
		if !ok {
			parent = sample.Unknown
		}
		a.Parents = append(a.Parents, parent)
	}
	to := make([]int32, len(c.names))
	for i, l := range c.names {
		to[i] = final[l]
	}
	a.Truth, a.Chosen = renumber(c.truth, to), renumber(c.chosen, to)
	if c.lifted {
		a.Given = renumber(c.given, to)
	}
	if c.held {
		a.Abstained = slices.Clone(c.abstained)
	}
	if c.probabilities != nil {
		for _, l := range c.classes {
			a.Classes = append(a.Classes, final[l])
		}
		a.Probabilities = slices.Clone(c.probabilities)
	}
	return a
}

// labels lists all labels named so far and their ancestors, in the order of the taxonomy,
// unknown ones last.
func (c *columns) labels() []string {
	named := map[string]bool{}
	for _, l := range c.names {
		named[l] = true
		for _, up := range c.tax.Ancestors(l) {
			named[up] = true
		}
	}
	var out, unknown []string
	for _, id := range c.tax.IDs() {
		if named[id] {
			out = append(out, id)
			delete(named, id)
		}
	}
	for l := range named {
		unknown = append(unknown, l)
	}
	slices.Sort(unknown)
	return append(out, unknown...)
}

func renumber(column, to []int32) []int32 {
	out := make([]int32, len(column))
	for i, v := range column {
		out[i] = v
		if v >= 0 {
			out[i] = to[v]
		}
	}
	return out
}
