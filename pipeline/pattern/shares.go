package pattern

// expectShares adds what known excesses of a label let expect of the units that other groups have of
// them, from one step to another, and keeps it apart too: the excess is there, known or not, and
// other labels get their part of it (see [Config.Confusion]). The ramp is of these steps.
func (m *Monitor) expectShares(l int, r *ramp, from, to int) {
	for g := range m.keys {
		if s := m.stream(g, l); s.known != nil {
			clear(s.known[from:])
		}
	}
	weekly := make([]float64, to)
	for _, k := range m.known[l] {
		if len(k.Shares) == 0 {
			continue
		}
		at := m.places[&k.Shares[0]]
		for i := range k.Shares {
			c := &k.Shares[i]
			first, last := m.period.span(*c, m.baseline.Warranty)
			if first, last = max(first, from), min(last, to); first >= last || at[i] < 0 {
				continue
			}
			r.weekly(c, r.rates.factor(c.Stratum), first-from, weekly[first:last])
			m.stream(int(at[i]), l).share(weekly[:last], first, k.Ratio-1)
		}
	}
	for g := range m.keys {
		m.stream(g, l).pileKnown(from)
	}
}

// share adds so many times the claims of the weeks from first on.
func (s *stream) share(weekly []float64, first int, times float64) {
	if s.known == nil {
		s.known = make([]float32, len(s.curve))
	}
	for i := first; i < len(weekly); i++ {
		w := float32(weekly[i] * times)
		s.curve[i] += w
		s.known[i] += w
	}
}

// pileKnown adds up the weeks of what is known from a step on.
func (s *stream) pileKnown(from int) {
	for i := max(from, 1); i < len(s.known); i++ {
		s.known[i] += s.known[i-1]
	}
}

// placeShares finds the groups of what is known of a label.
func (m *Monitor) placeShares(l int) {
	for _, k := range m.known[l] {
		if len(k.Shares) == 0 || m.places[&k.Shares[0]] != nil {
			continue
		}
		out := make([]int32, len(k.Shares))
		for i, c := range k.Shares {
			out[i] = -1 // not watched
			if len(c.Groups) > 0 {
				if g, ok := m.groups[c.Groups[0]]; ok {
					out[i] = int32(g)
				}
			}
		}
		m.places[&k.Shares[0]] = out
	}
}
