package pattern

// stream is one group and label: its expected claims by week and its detector.
type stream struct {
	curve    []float32 // expected claims up to the end of each step
	detector detector
	n        int
	open     bool
}

// at is the number of claims expected from the period's start to the end of day.
func (s *stream) at(p Period, day Day) float64 {
	x := float64(day-p.From+1) / step
	i := int(x)
	if i >= len(s.curve) {
		return s.total()
	}
	before := 0.0
	if i > 0 {
		before = float64(s.curve[i-1])
	}
	return before + (x-float64(i))*(float64(s.curve[i])-before)
}

func (s *stream) total() float64 {
	if len(s.curve) == 0 {
		return 0
	}
	return float64(s.curve[len(s.curve)-1])
}

// weekly gives the expected claims of a cohort and label by step, into out.
func (b *Baseline) weekly(r *Rates, c Cohort, p Period, calendar []uint8, out []float64) {
	factor := r.factor(c.Stratum) * float64(c.Units)
	for s := range out {
		out[s] = 0
		if day, days := p.overlap(c, s, b.Warranty); days > 0 {
			out[s] = days * factor * r.Hazard[ageOf(c.Since, day)] * r.Season[calendar[day-p.From]]
		}
	}
}
