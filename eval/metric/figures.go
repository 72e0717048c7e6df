package metric

import "math"

// Counts is a confusion matrix as numbers that need not be whole, row by row: Counts[t*k+p]
// for k labels. Resampled and smoothed matrices are such.
type Counts []float64

// Flat gives the counts of a confusion matrix.
func (c *Confusion) Flat() Counts {
	out := make(Counts, 0, len(c.Counts)*len(c.Counts))
	for _, row := range c.Counts {
		for _, v := range row {
			out = append(out, float64(v))
		}
	}
	return out
}

// margins are the sums that nearly all figures are made of.
type margins struct {
	truth, chosen, hits []float64
	n, right            float64
}

func (c Counts) labels() int { return int(math.Sqrt(float64(len(c)))) }

func (c Counts) margins() margins {
	k := c.labels()
	sums := make([]float64, 3*k)
	m := margins{truth: sums[:k], chosen: sums[k : 2*k], hits: sums[2*k:]}
	for t := range k {
		for p, v := range c[t*k : (t+1)*k] {
			m.truth[t] += v
			m.chosen[p] += v
		}
		m.hits[t] = c[t*k+t]
		m.right += m.hits[t]
		m.n += m.truth[t]
	}
	return m
}

// Accuracy is the share of rows on the diagonal, 0 without rows.
func (c Counts) Accuracy() float64 {
	m := c.margins()
	return ratio(m.right, m.n)
}

// MacroF1 is that of [Confusion.MacroF1].
func (c Counts) MacroF1() float64 {
	m := c.margins()
	sum, n := 0.0, 0.0
	for k := range m.hits {
		if both := m.truth[k] + m.chosen[k]; both > 0 {
			sum += 2 * m.hits[k] / both
			n++
		}
	}
	return ratio(sum, n)
}

// WeightedF1 is the mean F1 of the labels, weighted by their share of the truth.
func (c Counts) WeightedF1() float64 {
	m := c.margins()
	sum := 0.0
	for k := range m.hits {
		sum += m.truth[k] * ratio(2*m.hits[k], m.truth[k]+m.chosen[k])
	}
	return ratio(sum, m.n)
}

// BalancedAccuracy is that of [Confusion.BalancedAccuracy].
func (c Counts) BalancedAccuracy() float64 {
	m := c.margins()
	sum, n := 0.0, 0.0
	for k, t := range m.truth {
		if t > 0 {
			sum += m.hits[k] / t
			n++
		}
	}
	return ratio(sum, n)
}

// Kappa is Cohen's (A Coefficient of Agreement for Nominal Scales, Educational and
// Psychological Measurement 1960): agreement beyond that by chance. -1..1; 1 when there is
// no disagreement even by chance.
func (c Counts) Kappa() float64 {
	m := c.margins()
	chance := 0.0
	for k := range m.hits {
		chance += m.truth[k] * m.chosen[k]
	}
	if m.n*m.n == chance {
		return 1
	}
	return (m.n*m.right - chance) / (m.n*m.n - chance)
}

// MCC is the correlation of truth and answer over all labels (Gorodkin: Comparing two
// K-category assignments by a K-category correlation coefficient, 2004), for two labels
// Matthews'. -1..1; 0 when either side has one label only, as in scikit-learn.
func (c Counts) MCC() float64 {
	m := c.margins()
	both, truth, chosen := 0.0, 0.0, 0.0
	for k := range m.hits {
		both += m.truth[k] * m.chosen[k]
		truth += m.truth[k] * m.truth[k]
		chosen += m.chosen[k] * m.chosen[k]
	}
	spread := (m.n*m.n - truth) * (m.n*m.n - chosen)
	if spread <= 0 {
		return 0
	}
	return (m.n*m.right - both) / math.Sqrt(spread)
}

// Ordinal gives quadratic kappa and mean distance in steps, as [Confusion.QuadraticKappa] and
// [Confusion.OrdinalError], for labels at the given positions of their scale.
func (c Counts) Ordinal(position []float64) (kappa, steps float64) {
	m, k := c.margins(), c.labels()
	seen, chance := 0.0, 0.0
	for t := range k {
		for p, v := range c[t*k : (t+1)*k] {
			d := math.Abs(position[t] - position[p])
			steps += d * v
			seen += d * d * v
			chance += d * d * m.truth[t] * m.chosen[p]
		}
	}
	kappa = 1
	if chance > 0 {
		kappa = 1 - seen*m.n/chance
	}
	return kappa, ratio(steps, m.n)
}
