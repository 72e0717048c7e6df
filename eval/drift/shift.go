package drift

import (
	"context"
	"math"

	"github.com/defekt/defekt/eval/metric"
)

// shiftOf compares counts by label; nil where one side has none.
func shiftOf(ctx context.Context, labels []string, before, after []int, o Options) (*LabelShift, error) {
	s := &LabelShift{Before: total(before), After: total(after)}
	if s.Before == 0 || s.After == 0 {
		return nil, nil
	}
	var err error
	if s.Test, err = testTable(ctx, before, after, o.Permutations, o.Seed); err != nil {
		return nil, err
	}
	for l, name := range labels {
		if before[l]+after[l] == 0 {
			continue
		}
		d := difference(ratio{before[l], s.Before}, ratio{after[l], s.After}, o.Level)
		s.Labels = append(s.Labels, Label{
			Label: name, Before: before[l], After: after[l],
			ShareBefore: float64(before[l]) / float64(s.Before), ShareAfter: float64(after[l]) / float64(s.After), Difference: d,
		})
	}
	s.TotalVariation, s.PSI, err = effects(ctx, before, after, o)
	return s, err
}

func total(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// difference of two shares, after less before, with the interval of Newcombe (Interval
// Estimation for the Difference between Independent Proportions, Statistics in Medicine
// 1998, method 10).
func difference(before, after ratio, level float64) Figure {
	p, q := float64(before.count)/float64(before.of), float64(after.count)/float64(after.of)
	b := metric.Wilson(float64(before.count), float64(before.of), level)
	a := metric.Wilson(float64(after.count), float64(after.of), level)
	return Figure{q - p, q - p - math.Hypot(q-a.Low, b.High-p), q - p + math.Hypot(a.High-q, p-b.Low)}
}
