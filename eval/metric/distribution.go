package metric

import "math"

// RankOf is the place of class at in a distribution, 0 = the likeliest; of equal ones the
// first comes first. Top-k accuracy is the share of rows with a rank below k.
func RankOf[F float32 | float64](distribution []F, at int) int {
	rank := 0
	for i, p := range distribution {
		if p > distribution[at] || p == distribution[at] && i < at {
			rank++
		}
	}
	return rank
}

// LeastProbability floors a stated probability before its logarithm.
const LeastProbability = 1e-15

// LossOf is one row's log loss, as in [LogLoss].
func LossOf[F float32 | float64](distribution []F, truth int) float64 {
	return -math.Log(max(float64(distribution[truth]), LeastProbability))
}

// BrierOf is one row's Brier score, as in [Brier].
func BrierOf[F float32 | float64](distribution []F, truth int) float64 {
	sum := 0.0
	for i, p := range distribution {
		v := float64(p)
		if i == truth {
			v--
		}
		sum += v * v
	}
	return sum
}
