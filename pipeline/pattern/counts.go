package pattern

// Count is a group and label with its observed and expected claims so far.
type Count struct {
	Group    Key
	Label    string
	Observed int
	Expected float64
	// EValue is evidence against "never above expectation" as of now, for [EBH].
	EValue float64
}

// Counts gives all groups and labels as of the latest claim, for ranking.
func (m *Monitor) Counts() []Count {
	out := make([]Count, 0, len(m.streams))
	for label, name := range m.names {
		for g, k := range m.keys {
			s := m.stream(g, label)
			e := s.detector.eValue(m.mu(g, label, m.latest))
			out = append(out, Count{k, name, s.n, s.at(m.period, m.latest), e})
		}
	}
	return out
}
