package metric

import (
	"math"
	"math/rand/v2"
)

// ECEInterval is the interval of the true calibration error over n bins of equal mass, given
// the stated confidences: those errors under which the measured one is not unusual.
//
// The measured error is biased upward, and a bootstrap draw of it once more, so that
// percentiles of such draws miss a well calibrated model almost always (see intervals.md).
// Here a miscalibration of the measured shape is made larger and smaller, each bin gets the
// noise of a share of its size, and those sizes are kept for which the measured error lies
// within the level of what comes out. draws is the number of noises, the same for all sizes;
// the same seed gives the same interval. False without rows or draws.
func (r *Ranked) ECEInterval(n int, level float64, draws int, seed uint64) (Interval, bool) {
	bins := r.Bins(n)
	if len(bins) == 0 || draws < 2 {
		return Interval{}, false
	}
	s := newScaled(bins, draws, seed)
	tail := (1 - level) / 2
	return Interval{
		Low:    crossing(func(size float64) bool { return s.above(size) >= tail }),
		High:   crossing(func(size float64) bool { return 1-s.above(size) < tail }),
		Method: MethodInversion,
	}, true
}

// scaled is a miscalibration of one shape and any size, and noise for each bin.
type scaled struct {
	shape, weight []float64 // the weighted mean of |shape| is 1
	noise         [][]float64
	measured      float64
}

// borrowed is how many rows of the stated confidence a bin's variance is smoothed by: bins
// of three rows are often all right, and have a variance nevertheless.
const borrowed = 4

func newScaled(bins []Bin, draws int, seed uint64) *scaled {
	s := &scaled{noise: make([][]float64, draws)}
	rows := 0.0
	for _, b := range bins {
		rows += float64(b.N)
	}
	spread := make([]float64, len(bins))
	for i, b := range bins {
		n := float64(b.N)
		p := (b.Accuracy*n + b.Confidence*borrowed) / (n + borrowed)
		spread[i] = math.Sqrt(p * (1 - p) / n)
		s.weight = append(s.weight, n/rows)
		s.measured += n / rows * math.Abs(b.Confidence-b.Accuracy)
	}
	s.shape = shapeOf(bins, s.weight)
	r := rand.New(rand.NewPCG(seed, 0xece))
	for d := range s.noise {
		s.noise[d] = make([]float64, len(bins))
		for i := range bins {
			s.noise[d][i] = spread[i] * r.NormFloat64()
		}
	}
	return s
}

// shapeOf is the bins' gaps, drawn together to their mean by the part of their squares that
// is noise, and scaled.
func shapeOf(bins []Bin, weight []float64) []float64 {
	mean, squares, noise := 0.0, 0.0, 0.0
	for i, b := range bins {
		gap := b.Confidence - b.Accuracy
		mean += weight[i] * gap
		squares += weight[i] * gap * gap
		noise += weight[i] * b.Confidence * (1 - b.Confidence) / float64(b.N)
	}
	keep := 0.0
	if squares > noise {
		keep = math.Sqrt(1 - noise/squares)
	}
	shape, size := make([]float64, len(bins)), 0.0
	for i, b := range bins {
		shape[i] = mean + keep*(b.Confidence-b.Accuracy-mean)
		size += weight[i] * math.Abs(shape[i])
	}
	for i := range shape {
		if size < 1e-12 {
			shape[i] = 1
		} else {
			shape[i] /= size
		}
	}
	return shape
}

// above is the share of draws in which a true error of that size looks at least as large as
// the measured one.
func (s *scaled) above(size float64) float64 {
	count := 0
	for _, noise := range s.noise {
		sum := 0.0
		for i, g := range s.shape {
			sum += s.weight[i] * math.Abs(size*g+noise[i])
		}
		if sum >= s.measured-1e-12 {
			count++
		}
	}
	return float64(count) / float64(len(s.noise))
}

// crossing is the size, 0..1, from which on holds is true; 0 when it always is.
func crossing(holds func(float64) bool) float64 {
	low, high := 0.0, 1.0
	if holds(low) {
		return 0
	}
	for high-low > 1e-7 {
		if mid := (low + high) / 2; holds(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
