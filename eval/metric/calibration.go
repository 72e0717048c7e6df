package metric

import (
	"math"
	"sort"
)

// MaxBins is the largest number of bins that a calibration error is measured with.
const MaxBins = 15

// Bin is one group of rows in a reliability curve.
type Bin struct {
	// Confidence is the mean stated probability, Accuracy the share that was right.
	Confidence float64 `json:"confidence"`
	Accuracy   float64 `json:"accuracy"`
	N          int     `json:"n"`
}

// Bins sorts rows by confidence and cuts them into n groups of (nearly) equal size; fewer
// rows than groups give one group a row. confidence and correct have equal length.
func Bins(confidence []float64, correct []bool, n int) []Bin {
	order := ascending(confidence)
	n = min(n, len(order))
	bins := make([]Bin, 0, n)
	for b := range n {
		part := order[b*len(order)/n : (b+1)*len(order)/n]
		bin := Bin{N: len(part)}
		for _, i := range part {
			bin.Confidence += confidence[i]
			if correct[i] {
				bin.Accuracy++
			}
		}
		bin.Confidence /= float64(bin.N)
		bin.Accuracy /= float64(bin.N)
		bins = append(bins, bin)
	}
	return bins
}

// ECE is the expected calibration error with n bins of equal mass: the mean gap between
// stated probability and share right, weighted by size. 0..1; 0 without rows.
//
// On few rows it is biased upward: a perfectly calibrated model shows about
// sqrt(n bins / rows)/3, which [ECEFloor] states for the sample at hand.
func ECE(confidence []float64, correct []bool, n int) float64 {
	return gap(Bins(confidence, correct, n), len(confidence))
}

// ECESweep is the ECE with the largest number of equal-mass bins, at most [MaxBins], for
// which the share right still rises from bin to bin. Few rows give few bins, so that noise
// is not reported as miscalibration (Roelofs, Cain, Shlens, Mozer: Mitigating Bias in
// Calibration Error Estimation, AISTATS 2022). It also gives the number of bins.
func ECESweep(confidence []float64, correct []bool) (ece float64, bins int) {
	best := Bins(confidence, correct, 1)
	for n := 2; n <= MaxBins && n <= len(confidence); n++ {
		next := Bins(confidence, correct, n)
		if !rising(next) {
			break
		}
		best = next
	}
	return gap(best, len(confidence)), len(best)
}

// ECEFloor is the ECE with n bins that a perfectly calibrated model with these confidences
// would show on average: the expected absolute error of each bin's share, by the normal
// approximation to the sum of its Bernoulli outcomes.
func ECEFloor(confidence []float64, n int) float64 {
	order := ascending(confidence)
	n = min(n, len(order))
	sum := 0.0
	for b := range n {
		variance := 0.0
		for _, i := range order[b*len(order)/n : (b+1)*len(order)/n] {
			variance += confidence[i] * (1 - confidence[i])
		}
		sum += math.Sqrt(2 / math.Pi * variance)
	}
	return ratio(sum, float64(len(order)))
}

// LogLoss is the mean negative log of the true label's probability, in nats; stated
// probabilities are floored at 1e-15.
func LogLoss(probabilities [][]float64, truth []int) float64 {
	sum := 0.0
	for i, p := range probabilities {
		sum -= math.Log(max(p[truth[i]], 1e-15))
	}
	return ratio(sum, float64(len(probabilities)))
}

// Brier is the mean squared distance between the distribution and the truth (Brier 1950),
// 0..2.
func Brier(probabilities [][]float64, truth []int) float64 {
	sum := 0.0
	for i, p := range probabilities {
		for k, v := range p {
			if k == truth[i] {
				v--
			}
			sum += v * v
		}
	}
	return ratio(sum, float64(len(probabilities)))
}

func gap(bins []Bin, rows int) float64 {
	sum := 0.0
	for _, b := range bins {
		sum += float64(b.N) * math.Abs(b.Confidence-b.Accuracy)
	}
	return ratio(sum, float64(rows))
}

func rising(bins []Bin) bool {
	for i := 1; i < len(bins); i++ {
		if bins[i].Accuracy < bins[i-1].Accuracy {
			return false
		}
	}
	return true
}

// ascending gives the row numbers by value, ties by row number.
func ascending(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return values[order[a]] < values[order[b]] })
	return order
}
