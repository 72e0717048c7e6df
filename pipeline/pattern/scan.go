package pattern

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Pattern is one excess with all alarms that tell of it and what it is put down to.
type Pattern struct {
	Label string
	// Alarms that the excess raised, earliest first.
	Alarms []Alarm
	// Findings compare the groups it may be due to, causes first.
	Findings []Finding
}

// Result of a scan.
type Result struct {
	Patterns []Pattern
	// Refused are claims that could not be counted, at most maxRefused of them, and their number.
	Refused      []error
	RefusedCount int
	// Monitor goes on from here with new claims.
	Monitor *Monitor
}

const maxRefused = 20

// Scan replays all claims in order of report and groups the alarms into patterns. Claims that a
// monitor refuses are listed and left out. Claims are not changed.
func Scan(cohorts []Cohort, claims []Claim, b *Baseline, p Period, cfg Config) (*Result, error) {
	m, err := NewMonitor(cohorts, b, p, cfg)
	if err != nil {
		return nil, err
	}
	ordered := slices.Clone(claims)
	slices.SortStableFunc(ordered, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(a.Reported, b.Reported), strings.Compare(a.ID, b.ID))
	})
	r := &Result{Monitor: m}
	var alarms []Alarm
	counted := ordered[:0]
	for _, c := range ordered {
		a, err := m.Add(c)
		if err != nil {
			if r.RefusedCount++; len(r.Refused) < maxRefused {
				r.Refused = append(r.Refused, err)
			}
			continue
		}
		counted = append(counted, c)
		alarms = append(alarms, a...)
	}
	r.Patterns, err = m.Patterns(alarms, counted)
	return r, err
}

// Patterns groups alarms: the earliest one left is compared with the groups that its claims
// share; alarms of the same label on these groups belong to it. Claims up to the monitor's
// latest are used.
func (m *Monitor) Patterns(alarms []Alarm, claims []Claim) ([]Pattern, error) {
	var out []Pattern
	for len(alarms) > 0 {
		first := alarms[0]
		p := Pattern{Label: first.Label}
		period := Period{first.Onset, m.latest + 1}
		keys := m.candidates(first, alarms, claims)
		var err error
		p.Findings, err = Explain(m.cohorts, claims, m.baseline, first.Label, period, keys)
		if err != nil {
			return out, fmt.Errorf("explain %s of %s: %w", first.Label, first.Group, err)
		}
		var rest []Alarm
		for _, a := range alarms {
			if a.Label == first.Label && slices.Contains(keys, a.Group) {
				p.Alarms = append(p.Alarms, a)
			} else {
				rest = append(rest, a)
			}
		}
		alarms = rest
		out = append(out, p)
	}
	return out, nil
}

// candidates are the alarm's group, and of the others the ones that hold most of its claims
// since the onset, or that raised an alarm of the label and hold some of them.
func (m *Monitor) candidates(a Alarm, alarms []Alarm, claims []Claim) []Key {
	held := map[Key]int{}
	total := 0
	for _, c := range claims {
		if c.Label != a.Label || c.Reported < a.Onset || !slices.Contains(m.cohorts[c.Cohort].Groups, a.Group) {
			continue
		}
		total++
		for _, k := range m.cohorts[c.Cohort].Groups {
			held[k]++
		}
	}
	raised := map[Key]bool{}
	for _, other := range alarms {
		raised[other.Group] = raised[other.Group] || other.Label == a.Label
	}
	keys := []Key{a.Group}
	for k, n := range held {
		if k != a.Group && (raised[k] || n*candidateShare >= total) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys[1:], func(x, y Key) int {
		return cmp.Or(cmp.Compare(held[y], held[x]), strings.Compare(x.Kind, y.Kind), strings.Compare(x.Name, y.Name))
	})
	return keys[:min(len(keys), MaxCandidates)]
}

// candidateShare: a group that holds a fifth of an alarm's claims may be behind it.
const candidateShare = 5
