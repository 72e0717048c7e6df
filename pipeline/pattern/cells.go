package pattern

import "fmt"

// Cell is units that belong to the same candidates, by the bits of Mask, with what they brought.
type Cell struct {
	Mask     uint32
	Observed int
	Expected float64
}

// ExplainCells is [Explain] for whoever has added up units already. Each mask must come once.
func ExplainCells(cells []Cell, candidates []Key) ([]Finding, error) {
	if len(candidates) == 0 || len(candidates) > MaxCandidates {
		return nil, fmt.Errorf("%w: %d groups to compare; 1 to %d can be", ErrInput, len(candidates), MaxCandidates)
	}
	x := &explanation{keys: candidates}
	for _, c := range cells {
		x.order = append(x.order, &cell{mask: c.Mask, observed: c.Observed, expected: c.Expected})
	}
	return x.findings(), nil
}

// Usual is the claims of a label that one unit of a stratum of factor 1 brings in a period, by start
// of service. An [ErrInput] says that the label is not known, or that the period has no day.
func (b *Baseline) Usual(label string, p Period, since []Day) ([]float64, error) {
	r := b.Labels[label]
	if r == nil {
		return nil, fmt.Errorf("%w: the baseline has no label %q", ErrInput, label)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	ramp := b.ramp(r, p, p.calendar())
	out := make([]float64, len(since))
	for i, day := range since {
		out[i] = ramp.upTo(day, p.To)
	}
	return out, nil
}
