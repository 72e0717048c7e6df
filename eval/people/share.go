package people

import "gonum.org/v1/gonum/stat/distuv"

// NewShare is count of n with its exact interval; level is 0..1. Without rows the interval
// is all of 0..1.
func NewShare(count, n int, level float64) Share {
	s := Share{Count: count, Of: n, High: 1}
	if n == 0 {
		return s
	}
	s.Value = float64(count) / float64(n)
	tail := (1 - level) / 2
	if count > 0 {
		s.Low = distuv.Beta{Alpha: float64(count), Beta: float64(n - count + 1)}.Quantile(tail)
	}
	if count < n {
		s.High = distuv.Beta{Alpha: float64(count + 1), Beta: float64(n - count)}.Quantile(1 - tail)
	}
	return s
}
