package review

import (
	"strconv"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
	"github.com/defekt/defekt/taxonomy/strictyaml"
)

// CriticalCost is what missing a critical claim costs beside any other mistake, by default.
const CriticalCost = 10

// DefaultPlan is the configuration for a taxonomy when nobody wrote one: claims that the model
// calls critical come to a person, and mistaking one costs [CriticalCost] times as much as other
// mistakes. A taxonomy without that label gets the zero configuration.
func DefaultPlan(t *taxonomy.Taxonomy) PlanConfig {
	var c PlanConfig
	if t != nil && t.Valid("severity", "critical") {
		c.Gates = []store.Label{{Axis: "severity", Label: "critical"}}
		c.Costs = map[string]map[string]float64{"severity": {"critical": CriticalCost}}
	}
	return c
}

// ReadPlan reads what comes to people, as someone wrote it:
//
//	gates:                        # answers that a person must confirm
//	  severity: [critical]
//	cost: 1                       # of a mistake, in any unit
//	costs:                        # of taking a claim that has this label for another one
//	  severity: {critical: 20, major: 2}
//	random_share: 0.02            # of claims, drawn for the figure of accuracy
//	double_share: 0.1             # of items, answered by two people independently
//	patience: 168h                # until an item without a deadline should be answered
//	half_life: 24h                # a deadline nearer by this counts as twice the value
//
// All is optional. The error is of type [strictyaml.Errors], with the line of each mistake;
// labels that the taxonomy, if not nil, does not have are mistakes.
func ReadPlan(data []byte, t *taxonomy.Taxonomy) (PlanConfig, error) {
	root, err := strictyaml.Parse(data)
	if err != nil {
		return PlanConfig{}, err
	}
	r := planReader{taxonomy: t}
	c := r.plan(root)
	if err := r.Errs.Err(); err != nil {
		return PlanConfig{}, err
	}
	return c, nil
}

type planReader struct {
	strictyaml.Reader
	taxonomy *taxonomy.Taxonomy
}

func (r *planReader) plan(n *strictyaml.Node) (c PlanConfig) {
	if !r.Keys(n, "gates", "cost", "costs", "random_share", "double_share", "patience", "half_life") {
		return c
	}
	r.each(n.Get("gates"), func(axis string, labels *strictyaml.Node) {
		for _, label := range r.Texts(labels) {
			r.known(labels, axis, label)
			c.Gates = append(c.Gates, store.Label{Axis: axis, Label: label})
		}
	})
	c.Cost = r.positive(n.Get("cost"))
	r.each(n.Get("costs"), func(axis string, labels *strictyaml.Node) {
		r.each(labels, func(label string, cost *strictyaml.Node) {
			r.known(cost, axis, label)
			if c.Costs == nil {
				c.Costs = map[string]map[string]float64{}
			}
			if c.Costs[axis] == nil {
				c.Costs[axis] = map[string]float64{}
			}
			c.Costs[axis][label] = r.positive(cost)
		})
	})
	c.SliceShare, c.DoubleShare = r.share(n.Get("random_share")), r.share(n.Get("double_share"))
	c.Patience, c.HalfLife = r.time(n.Get("patience")), r.time(n.Get("half_life"))
	return c
}

// each calls f for the keys of a map that is there.
func (r *planReader) each(n *strictyaml.Node, f func(key string, value *strictyaml.Node)) {
	if n.Missing() || !r.Keys(n) {
		return
	}
	for _, k := range n.Keys {
		f(k.Text, n.Get(k.Text))
	}
}

func (r *planReader) known(n *strictyaml.Node, axis, label string) {
	if r.taxonomy != nil && !r.taxonomy.Valid(axis, label) {
		r.Errorf(n, "the taxonomy has no label %q on an axis %q", label, axis)
	}
}

// positive gives a number above 0; 0, which stands for the default, when n is missing.
func (r *planReader) positive(n *strictyaml.Node) float64 {
	if n.Missing() {
		return 0
	}
	v, err := strconv.ParseFloat(r.Text(n), 64)
	if err != nil || !(v > 0 && v <= maxCost) {
		r.Errorf(n, "expected a number above 0, found %q", n.Text)
	}
	return v
}

// share gives a number 0..1, where 0 becomes what says "none" in a configuration.
func (r *planReader) share(n *strictyaml.Node) float64 {
	if n.Missing() {
		return 0
	}
	v, err := strconv.ParseFloat(r.Text(n), 64)
	if err != nil || !(v >= 0 && v <= 1) {
		r.Errorf(n, "expected a share from 0 to 1, found %q", n.Text)
	}
	if v == 0 {
		return -1
	}
	return v
}

func (r *planReader) time(n *strictyaml.Node) time.Duration {
	if n.Missing() {
		return 0
	}
	d, err := time.ParseDuration(r.Text(n))
	if err != nil || d <= 0 {
		r.Errorf(n, "expected a time such as 36h, found %q", n.Text)
	}
	return d
}
