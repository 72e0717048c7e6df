package metric

import "slices"

// AccuracyAt is the accuracy on the given share (0..1] of rows with the highest
// confidence, ties by row number; the number of rows is rounded to nearest, at least one.
func AccuracyAt(confidence []float64, correct []bool, share float64) float64 {
	return Rank(confidence, correct).AccuracyAt(share)
}

// Covered gives the share of rows that were answered and the accuracy on them.
func Covered(abstained, correct []bool) (coverage, accuracy float64) {
	answered, hits := 0, 0
	for i, a := range abstained {
		if a {
			continue
		}
		answered++
		if correct[i] {
			hits++
		}
	}
	return ratio(float64(answered), float64(len(abstained))), ratio(float64(hits), float64(answered))
}

// AUROC is the area under the receiver operating characteristic: the probability that a
// value of high exceeds one of low, ties counting half (the Mann-Whitney statistic).
// 0..1; 0.5 when either is empty.
func AUROC(high, low []float64) float64 {
	if len(high) == 0 || len(low) == 0 {
		return 0.5
	}
	sorted := slices.Sorted(slices.Values(low))
	wins := 0.0
	for _, h := range high {
		below, _ := slices.BinarySearch(sorted, h)
		upTo := below
		for upTo < len(sorted) && sorted[upTo] == h {
			upTo++
		}
		wins += float64(below) + float64(upTo-below)/2
	}
	return wins / float64(len(high)) / float64(len(low))
}
