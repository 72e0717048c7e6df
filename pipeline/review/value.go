package review

import (
	"math"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// Bounds of the factors of a value, so that no configuration makes an item worthless or
// infinitely dear.
const (
	minUncertainty = 0.001
	minCost        = 0.001
	maxCost        = 1e6
)

// Value is the expected loss that a look prevents: uncertainty (0..1) x cost of the error.
func Value(uncertainty, cost float64) float64 {
	return clamp(uncertainty, minUncertainty, 1) * clamp(cost, minCost, maxCost)
}

// Rank orders the queue, largest first: log2(value) less the deadline in half-lives. Of two
// items the one that is worth twice as much may wait one half-life longer. It is what the
// value doubled once in each half-life comes to, but does not change as time goes by, since
// that grows alike for all (forward decay; Cormode, Shkapenyuk, Srivastava, Xu: Forward Decay:
// A Practical Time Decay Model for Streaming Systems, ICDE 2009). halfLife must be positive.
func Rank(value float64, deadline time.Time, halfLife time.Duration) float64 {
	return math.Log2(value) - deadline.Sub(time.Unix(0, 0)).Seconds()/halfLife.Seconds()
}

func clamp(v, low, high float64) float64 {
	if !(v > low) { // NaN too
		return low
	}
	return min(v, high)
}

// doubt is how uncertain an axis' answer is, 0..1, and what the error costs on average if it
// is one: each other label's cost by its probability. Labels without a probability share what
// is left at the default cost.
func (p *Planner) doubt(axis string, a claim.AxisPrediction) (uncertainty, cost float64) {
	uncertainty = clamp(1-a.Probability, 0, 1)
	left, sum := uncertainty, 0.0
	for _, other := range a.Alternatives {
		share := clamp(other.Probability, 0, left)
		sum += share * p.Cost(axis, other.Label)
		left -= share
	}
	sum += left * p.cfg.Cost
	if uncertainty <= 0 {
		return 0, p.cfg.Cost
	}
	return uncertainty, sum / uncertainty
}

// Cost is what it costs to take a claim that has this label for another one.
func (p *Planner) Cost(axis, label string) float64 {
	if c, ok := p.cfg.Costs[axis][label]; ok {
		return c
	}
	return p.cfg.Cost
}
