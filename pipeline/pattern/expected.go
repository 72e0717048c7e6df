package pattern

// stream is one group and label: its expected claims by week and its detector.
type stream struct {
	curve    []float32 // expected claims up to the end of each step
	known    []float32 // those of them that known excesses bring; nil for none
	detector detector
	// From where the curve was base and operational time (without tolerance) begin, time runs
	// 1 + slack as fast as the curve.
	base, begin, slack float64

	n    int
	open bool
}

// at is the number of claims expected from the period's start to the end of day.
func (s *stream) at(p Period, day Day) float64 { return between(s.curve, p, day) }

// excess is how many claims more there are than what is usual, which known excesses are not.
func (s *stream) excess(p Period, day Day) float64 {
	usual := s.at(p, day)
	if s.known != nil {
		usual -= between(s.known, p, day)
	}
	return max(0, float64(s.n)-usual)
}

// between reads a curve at the end of a day.
func between(curve []float32, p Period, day Day) float64 {
	days := int(day - p.From + 1)
	i := days / step
	if i >= len(curve) {
		return float64(curve[len(curve)-1])
	}
	before := 0.0
	if i > 0 {
		before = float64(curve[i-1])
	}
	length := min(step, int(p.To-p.From)-i*step) // the last step may be short
	return before + float64(days-i*step)/float64(length)*(float64(curve[i])-before)
}

// upTo is the number of claims expected before a step.
func (s *stream) upTo(at int) float64 {
	if at == 0 {
		return 0
	}
	return float64(s.curve[at-1])
}

func (s *stream) total() float64 {
	if len(s.curve) == 0 {
		return 0
	}
	return float64(s.curve[len(s.curve)-1])
}
