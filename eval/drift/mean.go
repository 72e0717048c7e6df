package drift

import (
	"context"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// meanShift compares two means (Welch: The Generalization of "Student's" Problem when Several
// Different Population Variances are Involved, Biometrika 1947); nil with fewer than two
// rows on a side.
func meanShift(before, after []float64, o Options) *Shift {
	if len(before) < 2 || len(after) < 2 {
		return nil
	}
	s := &Shift{RowsBefore: len(before), RowsAfter: len(after), Test: Test{Name: "Welch", P: 1}}
	var vb, va float64
	s.Before, vb = stat.MeanVariance(before, nil)
	s.After, va = stat.MeanVariance(after, nil)
	vb, va = vb/float64(len(before)), va/float64(len(after))
	d := s.After - s.Before
	s.Difference = Figure{d, d, d}
	if vb+va == 0 { // constants; without spread there is nothing to test by
		return s
	}
	freedom := (vb + va) * (vb + va) / (vb*vb/float64(len(before)-1) + va*va/float64(len(after)-1))
	student := distuv.StudentsT{Sigma: 1, Nu: freedom}
	half := student.Quantile(0.5+o.Level/2) * math.Sqrt(vb+va)
	s.Difference.Low, s.Difference.High = d-half, d+half
	s.Test.Statistic = d / math.Sqrt(vb+va)
	s.Test.P = 2 * student.Survival(math.Abs(s.Test.Statistic))
	return s
}

// shareShift compares two shares; nil where a side has no rows.
func shareShift(ctx context.Context, before, after ratio, o Options) (*Shift, error) {
	if before.of == 0 || after.of == 0 {
		return nil, nil
	}
	t, err := testTable(ctx, []int{before.count, before.of - before.count}, []int{after.count, after.of - after.count}, o.Permutations, o.Seed+1)
	return &Shift{
		RowsBefore: before.of, RowsAfter: after.of,
		Before: float64(before.count) / float64(before.of), After: float64(after.count) / float64(after.of),
		Difference: difference(before, after, o.Level), Test: t,
	}, err
}
