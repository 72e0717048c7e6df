package review

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// PlanConfig says what comes to people. The zero value of a field takes its default.
type PlanConfig struct {
	// Costs is, by axis and label, what it costs when a claim that has this label is taken for
	// another one; in any unit, as long as it is one. Cost is that of all others. Default: 1.
	Costs map[string]map[string]float64
	Cost  float64
	// Gates are answers that a person must confirm however sure the model is.
	Gates []store.Label
	// SliceShare is the share of claims, 0..1, that are drawn at random for the figure of
	// accuracy; negative for none. Default: 0.02.
	SliceShare float64
	// DoubleShare is the share of items, 0..1, that two people answer independently; negative
	// for none. Default: 0.1.
	DoubleShare float64
	// Patience is the deadline of items that have none. Default: 7 days.
	Patience time.Duration
	// HalfLife is the time by which a deadline must be nearer to make up for half the value.
	// Default: 24 h.
	HalfLife time.Duration
	// Seed moves the draws. They go by it and the claim's key, so that all processes agree.
	Seed uint64
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

func (c PlanConfig) withDefaults() PlanConfig {
	def(&c.Cost, 1)
	def(&c.SliceShare, 0.02)
	def(&c.DoubleShare, 0.1)
	def(&c.Patience, 7*24*time.Hour)
	def(&c.HalfLife, 24*time.Hour)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func def[T int | float64 | time.Duration](v *T, d T) {
	if *v == 0 {
		*v = d
	}
}

// Planner says which looks a claim should get. It is safe for concurrent use.
type Planner struct{ cfg PlanConfig }

// NewPlanner refuses costs that are no number above zero, shares above 1 and negative times.
func NewPlanner(cfg PlanConfig) (*Planner, error) {
	cfg = cfg.withDefaults()
	costs := []float64{cfg.Cost}
	for _, labels := range cfg.Costs {
		costs = slices.AppendSeq(costs, maps.Values(labels))
	}
	for _, c := range costs {
		if !(c > 0) || math.IsInf(c, 0) {
			return nil, fmt.Errorf("review: a cost of %g: want a number above 0", c)
		}
	}
	if !(cfg.SliceShare <= 1) || !(cfg.DoubleShare <= 1) {
		return nil, fmt.Errorf("review: shares of %g and %g: want at most 1", cfg.SliceShare, cfg.DoubleShare)
	}
	if cfg.Patience < 0 || cfg.HalfLife < 0 {
		return nil, errors.New("review: a time below 0")
	}
	return &Planner{cfg}, nil
}

// Plan gives the looks, at most one, that a claim should get for its prediction alone:
// abstentions, gates and the random slice. key is what the draws go by, the claim's id or
// another string that no other claim has. The result belongs into [store.Outcome].Reviews.
func (p *Planner) Plan(key string, c claim.Claim, pred claim.Prediction) []store.NewReview {
	n := p.item(key, c, &pred)
	worst := 0.0
	for _, axis := range slices.Sorted(maps.Keys(pred.Axes)) {
		a := pred.Axes[axis]
		reason, ok := p.reason(axis, a)
		if !ok {
			continue
		}
		n.Reasons, n.Axes = append(n.Reasons, reason), append(n.Axes, axis)
		worst = p.raise(&n, worst, axis, a)
	}
	if len(pred.Axes) == 0 {
		n.Reasons, n.Uncertainty, n.Cost = []store.ReviewReason{store.ReasonAbstained}, 1, p.cfg.Cost
	}
	if p.drawn("slice", key, p.cfg.SliceShare) {
		if len(n.Reasons) == 0 {
			for axis, a := range pred.Axes {
				worst = p.raise(&n, worst, axis, a)
			}
		}
		n.Reasons, n.Axes = append(n.Reasons, store.ReasonRandom), nil
	}
	if len(n.Reasons) == 0 {
		return nil
	}
	return []store.NewReview{p.Ranked(n)}
}

// reason is why a person must look at an axis; false when none must.
func (p *Planner) reason(axis string, a claim.AxisPrediction) (store.ReviewReason, bool) {
	switch {
	case a.Abstained:
		return store.ReasonAbstained, true
	case slices.Contains(p.cfg.Gates, store.Label{Axis: axis, Label: a.Label}):
		return store.ReasonGate, true
	}
	return "", false
}

// raise makes the axis that is worth most the item's, and gives what it is worth.
func (p *Planner) raise(n *store.NewReview, worst float64, axis string, a claim.AxisPrediction) float64 {
	u, cost := p.doubt(axis, a)
	if v := Value(u, cost); v > worst || v == worst && a.Label < n.Label {
		n.Uncertainty, n.Cost, n.Label = u, cost, a.Label
		return v
	}
	return worst
}

// item is what all items of a claim have in common. Without a prediction one person looks.
func (p *Planner) item(key string, c claim.Claim, pred *claim.Prediction) store.NewReview {
	n := store.NewReview{Lang: c.Lang, Product: cmp.Or(c.Product, c.SKU), Looks: 1, By: "system"}
	if pred == nil {
		return n
	}
	n.Model = pred.Model
	if p.drawn("double", key, p.cfg.DoubleShare) {
		n.Looks = 2
	}
	if len(pred.Axes) > 0 {
		n.Suggested = make(map[string]store.Suggestion, len(pred.Axes))
	}
	for axis, a := range pred.Axes {
		n.Suggested[axis] = store.Suggestion{Label: a.Label, Probability: a.Probability, Abstained: a.Abstained}
	}
	return n
}

// Ranked gives the item its place in the queue, of its uncertainty, cost and deadline.
func (p *Planner) Ranked(n store.NewReview) store.NewReview {
	n.Uncertainty, n.Cost = clamp(n.Uncertainty, 0, 1), clamp(n.Cost, 0, maxCost)
	deadline := n.Deadline
	if deadline.IsZero() {
		deadline = p.cfg.Now().Add(p.cfg.Patience)
	}
	n.Rank = Rank(Value(n.Uncertainty, n.Cost), deadline, p.cfg.HalfLife)
	return n
}

// drawn is true for a share of keys, for each purpose independently.
func (p *Planner) drawn(purpose, key string, share float64) bool {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\x00%s\x00%s", p.cfg.Seed, purpose, key))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11)/(1<<53) < share
}
