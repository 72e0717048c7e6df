package metric

import (
	"cmp"
	"math"
	"slices"
)

// Ranked is rows by rising confidence, ties by row number: what calibration and selective
// answering are computed from, sorted once for all.
type Ranked struct {
	confidence []float64
	correct    []bool
}

// Rank sorts rows; both columns have equal length, at most 2^31.
func Rank[F float32 | float64](confidence []F, correct []bool) *Ranked {
	type row struct {
		confidence F
		at         int32
	}
	rows := make([]row, len(confidence))
	for i, c := range confidence {
		rows[i] = row{c, int32(i)}
	}
	slices.SortFunc(rows, func(a, b row) int {
		if a.confidence != b.confidence {
			return cmp.Compare(a.confidence, b.confidence)
		}
		return cmp.Compare(a.at, b.at)
	})
	out := &Ranked{confidence: make([]float64, len(rows)), correct: make([]bool, len(rows))}
	for i, r := range rows {
		out.confidence[i], out.correct[i] = float64(r.confidence), correct[r.at]
	}
	return out
}

// N is the number of rows.
func (r *Ranked) N() int { return len(r.confidence) }

// Bins is that of [Bins].
func (r *Ranked) Bins(n int) []Bin {
	n = min(n, r.N())
	bins := make([]Bin, 0, n)
	for b := range n {
		from, to := b*r.N()/n, (b+1)*r.N()/n
		bin := Bin{N: to - from}
		for i := from; i < to; i++ {
			bin.Confidence += r.confidence[i]
			if r.correct[i] {
				bin.Accuracy++
			}
		}
		bin.Confidence /= float64(bin.N)
		bin.Accuracy /= float64(bin.N)
		bins = append(bins, bin)
	}
	return bins
}

// BinsWithin are the bins with Wilson intervals of their accuracy.
func (r *Ranked) BinsWithin(n int, level float64) []Bin {
	bins := r.Bins(n)
	for i, b := range bins {
		within := Wilson(math.Round(b.Accuracy*float64(b.N)), float64(b.N), level)
		bins[i].Interval = &within
	}
	return bins
}

// ECE is that of [ECE].
func (r *Ranked) ECE(n int) float64 { return gap(r.Bins(n), r.N()) }

// ECESweep is that of [ECESweep].
func (r *Ranked) ECESweep() (ece float64, bins int) {
	best := r.Bins(1)
	for n := 2; n <= MaxBins && n <= r.N(); n++ {
		next := r.Bins(n)
		if !rising(next) {
			break
		}
		best = next
	}
	return gap(best, r.N()), len(best)
}

// ECEFloor is that of [ECEFloor].
func (r *Ranked) ECEFloor(n int) float64 {
	n = min(n, r.N())
	sum := 0.0
	for b := range n {
		variance := 0.0
		for _, c := range r.confidence[b*r.N()/n : (b+1)*r.N()/n] {
			variance += c * (1 - c)
		}
		sum += math.Sqrt(2 / math.Pi * variance)
	}
	return ratio(sum, float64(r.N()))
}

// AccuracyAt is that of [AccuracyAt].
func (r *Ranked) AccuracyAt(share float64) float64 {
	n := r.surest(share)
	hits := 0
	for _, ok := range r.correct[r.N()-n:] {
		if ok {
			hits++
		}
	}
	return ratio(float64(hits), float64(n))
}

// surest is the number of rows in a share of them, at least one where there is any.
func (r *Ranked) surest(share float64) int {
	return min(r.N(), max(1, int(math.Round(share*float64(r.N())))))
}

// Brier splits the mean squared error of the confidence over n bins of equal mass.
func (r *Ranked) Brier(n int) BrierParts {
	bins, rows := r.Bins(n), float64(r.N())
	right, errors := 0.0, 0.0
	for i, c := range r.confidence {
		if r.correct[i] {
			right++
			c = 1 - c
		}
		errors += c * c
	}
	mean := ratio(right, rows)
	p := BrierParts{Uncertainty: mean * (1 - mean)}
	for _, b := range bins {
		weight := float64(b.N) / rows
		p.Reliability += weight * (b.Confidence - b.Accuracy) * (b.Confidence - b.Accuracy)
		p.Resolution += weight * (b.Accuracy - mean) * (b.Accuracy - mean)
	}
	p.Within = ratio(errors, rows) - p.Reliability + p.Resolution - p.Uncertainty
	return p
}
