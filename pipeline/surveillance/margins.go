package surveillance

import (
	"cmp"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// margins are cohorts of one group each: what a group is expected to bring depends on nothing
// but its own units' starts of service and products, so a monitor that watches each group alone
// needs hundreds of thousands of cohorts fewer than one over all sets of groups. A report is
// added once for each of its groups.
type margins struct {
	cohorts []pattern.Cohort
	of      [][]int32       // by group: one cohort per start of service, ascending
	starts  [][]pattern.Day // of the same
}

// Groups of many sets, and vintages, have their starts of service rounded to four weeks (to the nearest, which
// leaves their units' mean age as it is).
const (
	manySets = 400
	coarse   = 4 * step
)

type margin struct {
	group, stratum int32
	since          pattern.Day
}

func (f *fleet) margins() *margins {
	units := map[margin]int32{}
	for _, r := range f.rows {
		for _, g := range f.sets[r.set] {
			units[margin{g, f.strata[r.set], f.rounded(g, r.since)}] += r.units
		}
	}
	order := make([]margin, 0, len(units)+len(f.names))
	for at := range units {
		order = append(order, at)
	}
	slices.SortFunc(order, func(a, b margin) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.since, b.since), cmp.Compare(a.stratum, b.stratum))
	})
	m := &margins{of: make([][]int32, len(f.names)), starts: make([][]pattern.Day, len(f.names)), cohorts: make([]pattern.Cohort, 0, len(order)+len(f.names))}
	for _, at := range order {
		mine := m.of[at.group]
		switch {
		case len(mine) == 0:
			// For a report before the first start of service as rounded; without units.
			m.add(f, margin{at.group, at.stratum, at.since - coarse}, 0)
			m.add(f, at, units[at])
		case m.cohorts[mine[len(mine)-1]].Since == at.since:
			m.cohorts = append(m.cohorts, f.cohort(at, units[at]))
		default:
			m.add(f, at, units[at])
		}
	}
	return m
}

func (f *fleet) rounded(group int32, since pattern.Day) pattern.Day {
	if len(f.members[group]) <= manySets && !f.part(group) || f.basis != store.BasisUnits {
		return since
	}
	return fourWeeks(since)
}

// fourWeeks rounds a day to the nearest of those four weeks apart.
func fourWeeks(since pattern.Day) pattern.Day {
	since += coarse / 2
	return since - ((since%coarse)+coarse)%coarse
}

// units are the cohorts of a group.
func (m *margins) units(group int32) []pattern.Cohort {
	if int(group) >= len(m.of) || len(m.of[group]) == 0 {
		return []pattern.Cohort{}
	}
	first := int(m.of[group][0])
	last := first
	for last < len(m.cohorts) && m.cohorts[last].Groups[0] == m.cohorts[first].Groups[0] {
		last++
	}
	return m.cohorts[first:last]
}

func (m *margins) add(f *fleet, at margin, units int32) {
	m.of[at.group] = append(m.of[at.group], int32(len(m.cohorts)))
	m.starts[at.group] = append(m.starts[at.group], at.since)
	m.cohorts = append(m.cohorts, f.cohort(at, units))
}

func (f *fleet) cohort(at margin, units int32) pattern.Cohort {
	return pattern.Cohort{Units: int(units), Since: at.since, Stratum: f.stratumName(at.stratum), Groups: f.keys[at.group : at.group+1]}
}

// place gives the cohort that a report counts in for one of its groups: the last start of
// service that is not after its own, as rounded, and not after the report; -1 for a group
// without units at risk.
func (m *margins) place(f *fleet, r *report, group int32) int32 {
	if int(group) >= len(m.of) {
		return -1 // known since the margins were made
	}
	limit := min(max(r.since, f.rounded(group, r.since)), r.day)
	n, _ := slices.BinarySearch(m.starts[group], limit+1)
	if n == 0 {
		return -1
	}
	return m.of[group][n-1]
}
