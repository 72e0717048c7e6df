package detection

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/defekt/defekt/pipeline/pattern/watch"
)

// Point is what one threshold, or one rule, flags.
type Point struct {
	Negatives        int     `json:"negatives"`
	NegativesFlagged int     `json:"negatives_flagged"`
	Recalls          int     `json:"recalls"`
	FlaggedBefore    int     `json:"flagged_before"`
	MedianLeadDays   float64 `json:"median_lead_days"` // 0 when nothing is flagged before its recall
	Threshold        float64 `json:"threshold"`
}

// Flagger gives the first day on which a stream is flagged, until its last day of interest.
type Flagger func(c Case) (watch.Day, bool)

// Measure counts what flag finds; ambiguous cases are left out.
func Measure(cases []Case, flag Flagger) Point {
	p := Point{}
	var leads []float64
	for _, c := range cases {
		if c.Ambiguous {
			continue
		}
		at, ok := flag(c)
		ok = ok && at <= c.Until()
		switch {
		case c.Recalled:
			p.Recalls++
			if ok {
				p.FlaggedBefore++
				leads = append(leads, float64(c.Announced-at))
			}
		default:
			p.Negatives++
			if ok {
				p.NegativesFlagged++
			}
		}
	}
	p.MedianLeadDays = median(leads)
	return p
}

func median(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	slices.Sort(xs)
	return (xs[(len(xs)-1)/2] + xs[len(xs)/2]) / 2
}

// Thresholds are the scores that a replay tries, fixed before any data are looked at: from high
// to low in steps of 0.01.
func Thresholds() []float64 {
	var out []float64
	for i := 400; i >= -400; i-- {
		out = append(out, float64(i)/100)
	}
	return out
}

// Replay scores all cases with a model and measures every threshold, in their order.
func Replay(m *watch.Model, h *watch.History, cases []Case, thresholds []float64) []Point {
	scores := make(map[string][]watch.Scored, len(cases))
	for _, c := range cases {
		scores[c.ID] = m.Watch(c.Stream, h, c.Until())
	}
	points := make([]Point, 0, len(thresholds))
	for _, t := range thresholds {
		p := Measure(cases, func(c Case) (watch.Day, bool) { return watch.FirstAbove(scores[c.ID], t) })
		p.Threshold = t
		points = append(points, p)
	}
	return points
}

// AtMost gives the point that flags most recalls while flagging at most share of the streams
// without one; of equals, the one with the higher threshold. ok is false when there is none.
func AtMost(points []Point, share float64) (best Point, ok bool) {
	for _, p := range points {
		if float64(p.NegativesFlagged) > share*float64(p.Negatives)+1e-9 {
			continue
		}
		if !ok || p.FlaggedBefore > best.FlaggedBefore || p.FlaggedBefore == best.FlaggedBefore && p.Threshold > best.Threshold {
			best, ok = p, true
		}
	}
	return best, ok
}

// CountRule flags a stream when its last 90 days hold Least reports or more and Ratio times the
// rate of the year before: the yardstick.
type CountRule struct {
	Least int
	Ratio float64
}

// CountRules are the three rules that the data's description reports.
func CountRules() []CountRule { return []CountRule{{4, 2.5}, {6, 3}, {8, 3}} }

const (
	ruleWindow = 90
	rulePast   = 365
)

// Flag is the rule's [Flagger].
func (r CountRule) Flag(c Case) (watch.Day, bool) {
	for _, now := range c.Stream.Reports {
		before := c.Stream.Len(now.Filed - ruleWindow)
		recent := c.Stream.Len(now.Filed) - before
		past := before - c.Stream.Len(now.Filed-ruleWindow-rulePast)
		if recent >= r.Least && float64(recent)/ruleWindow >= r.Ratio*float64(past)/rulePast {
			return now.Filed, true
		}
	}
	return 0, false
}

// Interval is the exact 95 % interval of a share, k of n (Clopper and Pearson 1934).
func Interval(k, n int) (low, high float64) {
	low, high = 0, 1
	if k > 0 {
		low = distuv.Beta{Alpha: float64(k), Beta: float64(n - k + 1)}.Quantile(0.025)
	}
	if k < n {
		high = distuv.Beta{Alpha: float64(k + 1), Beta: float64(n - k)}.Quantile(0.975)
	}
	return low, high
}

// At gives the point of a threshold out of [Thresholds].
func At(points []Point, threshold float64) (Point, bool) {
	for _, p := range points {
		if math.Abs(p.Threshold-threshold) < 1e-6 {
			return p, true
		}
	}
	return Point{}, false
}
