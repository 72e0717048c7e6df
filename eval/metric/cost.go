package metric

// Costs is what each answer costs for each truth, row by row as in [Counts].
type Costs []float64

// Mean is the cost per row of a confusion matrix, 0 without rows.
func (c Costs) Mean(counts Counts) float64 {
	sum, n := 0.0, 0.0
	for i, rows := range counts {
		sum += rows * c[i]
		n += rows
	}
	return ratio(sum, n)
}

// Cheapest is the answer with the least expected cost under a distribution over all labels,
// and that cost; of equal ones the first.
func (c Costs) Cheapest(distribution []float64) (answer int, cost float64) {
	k := len(distribution)
	for a := range k {
		sum := 0.0
		for t, p := range distribution {
			sum += p * c[t*k+a]
		}
		if a == 0 || sum < cost {
			answer, cost = a, sum
		}
	}
	return answer, cost
}

// Threshold is the probability of label k from which answering k costs less than not, when
// it is one label against the rest: e/(e+m), with e the extra cost of a wrong k and m that
// of a missed one (Elkan: The Foundations of Cost-Sensitive Learning, IJCAI 2001, equation 2).
// e is the mean over the other labels by their shares, m is over the cheapest other answer
// where k is true. False when no probability decides (neither error costs anything, or an
// error is cheaper than the right answer).
func (c Costs) Threshold(k int, shares []float64) (float64, bool) {
	n := len(shares)
	extra, weight := 0.0, 0.0
	for t, s := range shares {
		if t != k {
			extra += s * (c[t*n+k] - c[t*n+t])
			weight += s
		}
	}
	missed, first := 0.0, true
	for a := range n {
		if cost := c[k*n+a] - c[k*n+k]; a != k && (first || cost < missed) {
			missed, first = cost, false
		}
	}
	extra = ratio(extra, weight)
	if first || extra < 0 || missed < 0 || extra+missed == 0 {
		return 0, false
	}
	return extra / (extra + missed), true
}
