package eval

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// Collector gathers pairs of truth and prediction, claim by claim, into a sample. It keeps
// numbers only, no texts. Not safe for concurrent use.
type Collector struct {
	tax      *taxonomy.Taxonomy
	ids      []string
	times    []time.Time // nil until one is known
	fields   map[string][]string
	problems map[string]int
	axes     []*columns
}

// Row is one claim's truth and answer.
type Row struct {
	// ID must be unique; an empty one becomes "row-N".
	ID string
	// Labels are people's labels by axis.
	Labels     map[string]string
	Prediction claim.Prediction
	// Fields are what slices are cut by, Received when the claim came in, zero = not known.
	Fields   map[string]string
	Received time.Time
}

// NewCollector scores on the axes of tax. classes gives, by axis, the order of
// AxisPrediction.Probabilities; without it figures of whole distributions are left out.
func NewCollector(tax *taxonomy.Taxonomy, classes map[string][]string) *Collector {
	c := &Collector{tax: tax, fields: map[string][]string{}, problems: map[string]int{}}
	for i := range tax.Axes {
		c.axes = append(c.axes, newColumns(&tax.Axes[i], classes[tax.Axes[i].ID]))
	}
	return c
}

// Add pairs one claim's labels with its prediction.
func (c *Collector) Add(labels map[string]string, p claim.Prediction) {
	c.AddRow(Row{ID: p.ID, Labels: labels, Prediction: p})
}

// AddRow adds one claim.
func (c *Collector) AddRow(r Row) {
	n := len(c.ids)
	if r.ID == "" {
		r.ID = "row-" + strconv.Itoa(n+1)
	}
	c.ids = append(c.ids, r.ID)
	for _, problem := range r.Prediction.Problems {
		c.problems[string(problem.Code)]++
	}
	for i := range c.axes {
		id := c.tax.Axes[i].ID
		c.axes[i].add(r.Labels[id], r.Prediction.Axes[id])
	}
	for name, value := range r.Fields {
		column := c.fields[name]
		c.fields[name] = append(append(column, make([]string, n-len(column))...), value)
	}
	if !r.Received.IsZero() {
		c.times = append(append(c.times, make([]time.Time, n-len(c.times))...), r.Received)
	}
}

// Sample gives the rows so far; later ones do not change it.
func (c *Collector) Sample() *sample.Sample {
	n := len(c.ids)
	s := &sample.Sample{IDs: slices.Clone(c.ids), Fields: map[string][]string{}}
	for name, column := range c.fields {
		s.Fields[name] = append(slices.Clone(column), make([]string, n-len(column))...)
	}
	if c.times != nil {
		s.Times = append(slices.Clone(c.times), make([]time.Time, n-len(c.times))...)
	}
	for _, columns := range c.axes {
		s.Axes = append(s.Axes, columns.axis())
	}
	return s
}

// Problems counts the bad inputs so far by code.
func (c *Collector) Problems() map[string]int { return c.problems }

// Result scores the sample with [DefaultOptions].
func (c *Collector) Result() (*Result, error) {
	r, err := Score(context.Background(), c.Sample(), DefaultOptions())
	if err != nil {
		return nil, err
	}
	r.Problems, r.Taxonomy = c.problems, c.tax.Ref()
	return r, nil
}
