package review

import (
	"math"

	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/pipeline/store"
)

// EstimateConfig says how the random slice is read. The zero value of a field takes its
// default.
type EstimateConfig struct {
	// Axis is the one asked about. Required.
	Axis string
	// Covered counts only claims that the model did not abstain on.
	Covered bool
	// Level is the probability, 0..1, that the interval holds the truth. Default: 0.95.
	Level float64
}

// Accuracy is the share of claims that the model answered as people did.
type Accuracy struct {
	// Hits of N decided claims had the model's label.
	Hits, N int
	// Missing waits within the part that counts, and Undecided are claims that people could
	// not tell; Behind is the number of slice items after that part.
	Missing, Undecided, Behind int
	// Value is Hits/N; 0 with N = 0. Low..High holds the truth at the level asked for.
	Value, Low, High float64
}

// Estimate is the model's accuracy by the random slice, which [store.Reviews].Slice lists; it
// says what people would have said of all claims that came meanwhile, the abstained included.
//
// What people have decided so far is no fair sample in itself, since the uncertain claims come
// first. The slice is one as long as it is taken in the order of arrival. So it counts from its
// beginning, and for what waits in between both ends are assumed, that all of it is wrong and
// that all of it is right; how far it counts goes by what waits alone, never by the answers, and
// is where these two leave the least room. The interval is Wilson's (1927). Claims that people
// could not tell are left out of both.
func Estimate(slice []store.SettledReview, cfg EstimateConfig) Accuracy {
	def(&cfg.Level, 0.95)
	var now, best Accuracy
	seen, least := 0, math.Inf(1)
	for _, s := range slice {
		suggestion, ok := s.Review.Suggested[cfg.Axis]
		if !ok || cfg.Covered && suggestion.Abstained {
			continue
		}
		seen++
		label, answered := s.Decision.Labels[cfg.Axis]
		switch {
		case s.Review.State != store.ReviewSettled || !answered:
			now.Missing++
		case label == "":
			now.Undecided++
		case label == suggestion.Label:
			now.Hits++
			now.N++
		default:
			now.N++
		}
		if r := room(now); r <= least {
			best, least = now, r
		}
	}
	best.Behind = seen - best.N - best.Missing - best.Undecided
	n, missing := float64(best.N), float64(best.Missing)
	best.Low = metric.Wilson(float64(best.Hits), n+missing, cfg.Level).Low
	best.High = metric.Wilson(float64(best.Hits)+missing, n+missing, cfg.Level).High
	if best.N > 0 {
		best.Value = float64(best.Hits) / n
	}
	return best
}

// room is about how wide the interval is, whatever the answers are.
func room(a Accuracy) float64 {
	n := float64(a.N + a.Missing)
	if n == 0 {
		return math.Inf(1)
	}
	return 2/math.Sqrt(n) + float64(a.Missing)/n
}
