package metric

import "math"

// MaxBins is the largest number of bins that a calibration error is measured with.
const MaxBins = 15

// Bin is one group of rows in a reliability curve.
type Bin struct {
	// Confidence is the mean stated probability, Accuracy the share that was right.
	Confidence float64 `json:"confidence"`
	Accuracy   float64 `json:"accuracy"`
	N          int     `json:"n"`
	// Interval is that of Accuracy; nil when none was asked for.
	Interval *Interval `json:"interval,omitempty"`
}

// BrierParts splits the Brier score of a stated probability of being right (Murphy: A New
// Vector Partition of the Probability Score, J. Appl. Meteorology 1973) over bins of equal
// mass: mean squared error = Reliability - Resolution + Uncertainty + Within, where Within
// is what the spread of stated probabilities inside of the bins adds (Stephenson, Coelho,
// Jolliffe: Two Extra Components in the Brier Score Decomposition, Weather and Forecasting
// 2008).
type BrierParts struct {
	// Reliability is the squared miscalibration (less is better), Resolution how far the
	// bins' shares right differ from the mean (more is better), Uncertainty the variance of
	// being right, which no model changes.
	Reliability float64 `json:"reliability"`
	Resolution  float64 `json:"resolution"`
	Uncertainty float64 `json:"uncertainty"`
	Within      float64 `json:"within"`
}

// Bins sorts rows by confidence and cuts them into n groups of (nearly) equal size; fewer
// rows than groups give one group a row. confidence and correct have equal length.
func Bins(confidence []float64, correct []bool, n int) []Bin {
	return Rank(confidence, correct).Bins(n)
}

// ECE is the expected calibration error with n bins of equal mass: the mean gap between
// stated probability and share right, weighted by size. 0..1; 0 without rows.
//
// On few rows it is biased upward: a perfectly calibrated model shows about
// sqrt(n bins / rows)/3, which [ECEFloor] states for the sample at hand.
func ECE(confidence []float64, correct []bool, n int) float64 {
	return Rank(confidence, correct).ECE(n)
}

// ECESweep is the ECE with the largest number of equal-mass bins, at most [MaxBins], for
// which the share right still rises from bin to bin. Few rows give few bins, so that noise
// is not reported as miscalibration (Roelofs, Cain, Shlens, Mozer: Mitigating Bias in
// Calibration Error Estimation, AISTATS 2022). It also gives the number of bins.
func ECESweep(confidence []float64, correct []bool) (ece float64, bins int) {
	return Rank(confidence, correct).ECESweep()
}

// ECEFloor is the ECE with n bins that a perfectly calibrated model with these confidences
// would show on average: the expected absolute error of each bin's share, by the normal
// approximation to the sum of its Bernoulli outcomes.
func ECEFloor(confidence []float64, n int) float64 {
	return Rank(confidence, make([]bool, len(confidence))).ECEFloor(n)
}

// LogLoss is the mean negative log of the true label's probability, in nats; stated
// probabilities are floored at [LeastProbability].
func LogLoss(probabilities [][]float64, truth []int) float64 {
	sum := 0.0
	for i, p := range probabilities {
		sum += LossOf(p, truth[i])
	}
	return ratio(sum, float64(len(probabilities)))
}

// Brier is the mean squared distance between the distribution and the truth (Brier 1950),
// 0..2.
func Brier(probabilities [][]float64, truth []int) float64 {
	sum := 0.0
	for i, p := range probabilities {
		sum += BrierOf(p, truth[i])
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
