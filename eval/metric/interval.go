package metric

import "math"

// Interval is a range that holds the true figure with a stated probability, were the claims
// drawn again: Low <= High, both within what the figure can be.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Method says how it was made: one of the Method constants.
	Method string `json:"method,omitempty"`
}

// How an interval was made. What each covers in simulation, and what else was tried, stands
// in intervals.md.
const (
	MethodWilson      = "wilson"       // [Wilson]
	MethodJaccard     = "jaccard"      // [F1Interval]
	MethodPriceBonett = "price-bonett" // [BalancedAccuracyInterval]
	MethodDelta       = "delta"        // [MacroF1Interval]
	MethodStudent     = "student"      // [Moments.Interval]
	MethodBootstrap   = "bootstrap"    // [Resample]
	MethodInversion   = "inversion"    // [Ranked.ECEInterval]
)

// Contains says whether v lies within the interval, its ends included.
func (i Interval) Contains(v float64) bool { return i.Low <= v && v <= i.High }

// Wilson is the score interval of a share of hits out of n (Wilson: Probable Inference, the
// Law of Succession, and Statistical Inference, JASA 1927), without continuity correction,
// as statsmodels' proportion_confint(method="wilson"). level is 0..1, say 0.95. Without
// rows it is 0..1: nothing is known.
//
// n is taken as given: the interval of a recall speaks of further claims with that label,
// that of a precision of further claims answered so.
func Wilson(hits, n, level float64) Interval {
	if n <= 0 {
		return Interval{Low: 0, High: 1, Method: MethodWilson}
	}
	z := deviations(level)
	p, zz := hits/n, z*z
	centre := (p + zz/(2*n)) / (1 + zz/n)
	half := z / (1 + zz/n) * math.Sqrt(p*(1-p)/n+zz/(4*n*n))
	out := Interval{Low: max(0, centre-half), High: min(1, centre+half), Method: MethodWilson}
	if hits <= 0 { // exactly, not but for the last digit
		out.Low = 0
	}
	if hits >= n {
		out.High = 1
	}
	return out
}

// F1Interval is that of a label's F1. F1 = 2J/(1+J), where J = hits / (hits + misses + false
// alarms); given the number of those rows the hits are binomial, so that Wilson's interval
// for J, carried over, is one for F1 (the "Wilson indirect" method of Lam, Gopal, Qian:
// Confidence Intervals for the F1 Score: A Comparison of Four Methods, 2023). It asks for
// rows drawn at random with labels as they come.
func F1Interval(s Score, level float64) Interval {
	hits := math.Round(s.Recall * float64(s.Support))
	j := Wilson(hits, float64(s.Support+s.Predicted)-hits, level)
	return Interval{Low: 2 * j.Low / (1 + j.Low), High: 2 * j.High / (1 + j.High), Method: MethodJaccard}
}

// deviations is how many standard deviations to each side hold the level.
func deviations(level float64) float64 { return math.Sqrt2 * math.Erfinv(level) }

// clipped is centre -+ half, within low..high.
func clipped(centre, half, low, high float64, method string) Interval {
	return Interval{Low: min(high, max(low, centre-half)), High: max(low, min(high, centre+half)), Method: method}
}
