package metric

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// BalancedAccuracyInterval is that of the mean recall over the labels that occur in truth,
// given how many rows each has: Price's and Bonett's interval for a linear function of
// shares (An improved confidence interval for a linear function of binomial proportions,
// Computational Statistics and Data Analysis 2004), which adds 2/labels hits and as many
// misses to each label. Its centre is theirs, not the figure itself. 0..1 without rows.
func (c Counts) BalancedAccuracyInterval(level float64) Interval {
	m := c.margins()
	labels := 0.0
	for _, n := range m.truth {
		if n > 0 {
			labels++
		}
	}
	if labels == 0 {
		return Interval{Low: 0, High: 1, Method: MethodPriceBonett}
	}
	centre, variance := 0.0, 0.0
	for k, n := range m.truth {
		if n > 0 {
			p := (m.hits[k] + 2/labels) / (n + 4/labels)
			centre += p / labels
			variance += p * (1 - p) / (n + 4/labels) / labels / labels
		}
	}
	return clipped(centre, deviations(level)*math.Sqrt(variance), 0, 1, MethodPriceBonett)
}

// MacroF1Interval is that of the macro-F1 over the labels that occur in truth or answers,
// for rows drawn at random with labels as they come. In the manner of Price and Bonett it
// adds to each label 2/labels hits and as many confusions, spread over the other labels;
// then it is the figure of that matrix -+ its standard error by the delta method.
// 0..1 without rows.
func (c Counts) MacroF1Interval(level float64) Interval {
	s := c.softened()
	if s == nil {
		return Interval{Low: 0, High: 1, Method: MethodDelta}
	}
	return clipped(s.MacroF1(), deviations(level)*math.Sqrt(s.macroF1Variance()), 0, 1, MethodDelta)
}

// softened is the matrix with the rows that [Counts.MacroF1Interval] adds; nil without rows.
func (c Counts) softened() Counts {
	m, k := c.margins(), c.labels()
	var seen []int
	for i := range k {
		if m.truth[i]+m.chosen[i] > 0 {
			seen = append(seen, i)
		}
	}
	if len(seen) == 0 {
		return nil
	}
	out, labels := slices.Clone(c), float64(len(seen))
	for _, t := range seen {
		for _, p := range seen {
			if t == p {
				out[t*k+p] += 2 / labels
			} else {
				// A confusion belongs to both of its labels, and each label has two lines.
				out[t*k+p] += 1 / labels / (labels - 1)
			}
		}
	}
	return out
}

// macroF1Variance is the delta method's: the sum over rows of the squared change of the
// figure that one more such row makes. (Those changes have the mean zero.)
func (c Counts) macroF1Variance() float64 {
	m, k := c.margins(), c.labels()
	f1, slope, labels := make([]float64, k), make([]float64, k), 0.0
	for i := range k {
		if both := m.truth[i] + m.chosen[i]; both > 0 {
			f1[i], slope[i] = 2*m.hits[i]/both, 1/both
			labels++
		}
	}
	sum := 0.0
	for t := range k {
		for p, n := range c[t*k : (t+1)*k] {
			change := -f1[t]*slope[t] - f1[p]*slope[p]
			if t == p {
				change += 2 * slope[t]
			}
			sum += n * change * change
		}
	}
	return sum / labels / labels
}

// Moments are the count, sum and sum of squares of a figure that is a mean over rows.
type Moments struct{ N, Sum, Squares float64 }

// Add counts one more row.
func (m *Moments) Add(v float64) {
	m.N++
	m.Sum += v
	m.Squares += v * v
}

// Mean is 0 without rows.
func (m *Moments) Mean() float64 { return ratio(m.Sum, m.N) }

// Interval is Student's of the mean, cut to low..high, and false below two rows.
func (m *Moments) Interval(level, low, high float64) (Interval, bool) {
	if m.N < 2 {
		return Interval{}, false
	}
	mean := m.Mean()
	variance := max(0, m.Squares-m.N*mean*mean) / (m.N - 1)
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: m.N - 1}.Quantile(0.5 + level/2)
	return clipped(mean, t*math.Sqrt(variance/m.N), low, high, MethodStudent), true
}
