package pattern

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Patterns groups alarms: the earliest one left is compared with the groups that its claims
// share; alarms of the same label on these groups belong to it, but for groups that turn out to
// be causes of their own. Claims up to the monitor's latest are used.
func (m *Monitor) Patterns(alarms []Alarm, claims []Claim) ([]Pattern, error) {
	var out []Pattern
	by := byLabel(alarms, claims)
	for len(alarms) > 0 {
		first := alarms[0]
		claims := by[first.Label]
		p := Pattern{Label: first.Label}
		keys := m.candidates(first, alarms, claims)
		x, err := m.explain(first, keys, claims)
		if err != nil {
			return out, fmt.Errorf("explain %s of %s: %w", first.Label, first.Group, err)
		}
		p.Findings, p.Young = x.found, x.young
		others := x.lead(p.Findings)
		var rest []Alarm
		for _, a := range alarms {
			if a == first || a.Label == first.Label && slices.Contains(keys, a.Group) && !slices.Contains(others, a.Group) {
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

// byLabel gives the claims of the labels that have alarms.
func byLabel(alarms []Alarm, claims []Claim) map[string][]Claim {
	out := map[string][]Claim{}
	for _, a := range alarms {
		out[a.Label] = nil
	}
	for _, c := range claims {
		if of, ok := out[c.Label]; ok {
			out[c.Label] = append(of, c)
		}
	}
	return out
}

// youth is how long before the first claim of an excess its first units may have come into service.
const youth = 45

// explain compares the groups among all units, and among those that came into service about when
// the excess began: what changed at a supplier or in a plant shows in these alone. It keeps the
// one in which the first cause gains most.
func (m *Monitor) explain(a Alarm, keys []Key, claims []Claim) (*explanation, error) {
	r := m.baseline.ramp(m.baseline.Labels[a.Label], m.period, m.calendar)
	all, err := m.compare(a, keys, claims, r, 0)
	if err != nil {
		return nil, err
	}
	all.found = all.findings()
	young, err := m.compare(a, keys, claims, r, a.Onset-youth)
	if err != nil {
		return nil, err
	}
	young.found = young.findings()
	if len(young.causes) > 0 && (len(all.causes) == 0 || young.found[0].Gain > all.found[0].Gain) {
		return young, nil
	}
	return all, nil
}

// compare is [Explain] with the monitor's own index of groups, among the units in service since
// young or later. The ramp is of the alarm's label.
func (m *Monitor) compare(a Alarm, keys []Key, claims []Claim, r *ramp, young Day) (*explanation, error) {
	bits := make([]uint32, len(m.keys))
	for i, k := range keys {
		bits[m.groups[k]] = 1 << i
	}
	x := &explanation{keys: keys, cells: map[uint32]*cell{}, masks: make([]uint32, len(m.cohorts))}
	x.young = young
	for i, groups := range m.members {
		if m.cohorts[i].Since < young {
			continue
		}
		for _, g := range groups {
			x.masks[i] |= bits[g]
		}
	}
	p := Period{a.Onset, m.latest + 1}
	if err := p.check(); err != nil {
		return nil, err
	}
	x.expect(m.cohorts, r, p)
	x.count(m.cohorts, claims, m.baseline, a.Label, p)
	return x, nil
}

// lead puts the cause that holds most of the first candidate's excess before the other causes,
// and gives these others.
func (x *explanation) lead(findings []Finding) []Key {
	n, best, most := 0, 0, 0.0
	for n < len(findings) && findings[n].Cause {
		if held := x.share(findings[n].Group); held > most {
			best, most = n, held
		}
		n++
	}
	first := findings[best]
	copy(findings[1:], findings[:best])
	findings[0] = first
	var others []Key
	for _, f := range findings[min(1, n):n] {
		others = append(append(others, f.Group), f.Same...)
	}
	return others
}

// share is how many of the first candidate's claims are due to the factor of a group.
func (x *explanation) share(k Key) float64 {
	i := slices.Index(x.keys, k)
	sum := 0.0
	for _, c := range x.order {
		if c.mask&1 != 0 && c.mask&(1<<i) != 0 {
			sum += c.expected * x.of(c.mask) * (1 - 1/x.factor[i])
		}
	}
	return sum
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
		if other.Label != a.Label {
			continue
		}
		raised[other.Group] = true
	}
	keys := []Key{a.Group}
	for k, n := range held {
		if k != a.Group && (raised[k] || n*candidateShare >= total) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys[1:], func(x, y Key) int {
		return cmp.Or(first(raised[x], raised[y]), cmp.Compare(held[y], held[x]), strings.Compare(x.Kind, y.Kind), strings.Compare(x.Name, y.Name))
	})
	return keys[:min(len(keys), MaxCandidates)]
}

// first orders what has raised an alarm before what has not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// candidateShare: a group that holds a fifth of an alarm's claims may be behind it.
const candidateShare = 5
