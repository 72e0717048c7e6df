package pattern

import (
	"cmp"
	"slices"
	"strings"
)

// Pattern is one excess with all alarms that tell of it and what it is put down to.
type Pattern struct {
	Label string
	// Alarms that the excess raised, earliest first.
	Alarms []Alarm
	// Findings compare the groups it may be due to, causes first: of these, the one that holds
	// most of the first alarm's excess.
	Findings []Finding
	// Young, when given, says that the findings are about the units that came into service
	// since that day: the excess is in these.
	Young Day
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
