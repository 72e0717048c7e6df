package surveillance

import (
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// slice is the fleet as seen by a few groups: cohorts of units that are alike but for what those
// groups do not tell. It keeps what package pattern must go through small.
type slice struct {
	fleet    *fleet
	everyone bool
	masks    []uint64 // by set: which of the groups it has
	bits     map[int32]int
	cohorts  []pattern.Cohort
	alike    map[likeness]int32 // their number
	// likes is that number by set; none for a set that is left out, or without units at risk.
	likes []int32
	// weeks are, for each likeness in turn, the places in cohorts by week of start of service,
	// or none.
	weeks []int32
}

// none marks a week in which no unit came into service.
const none = -1

type likeness struct {
	mask    uint64
	stratum int32
}

// maxSlice is the number of groups that a slice can tell apart.
const maxSlice = 64

// slice makes cohorts by groups, of the units in any of them, or of everyone.
func (f *fleet) slice(groups []int32, everyone bool) *slice {
	groups = groups[:min(len(groups), maxSlice)]
	s := &slice{fleet: f, everyone: everyone, masks: make([]uint64, len(f.sets)), bits: make(map[int32]int, len(groups)), alike: map[likeness]int32{}}
	var touched []int32
	for bit, g := range groups {
		s.bits[g] = bit
		for _, set := range f.members[g] {
			if s.masks[set] == 0 && !everyone {
				touched = append(touched, set)
			}
			s.masks[set] |= 1 << bit
		}
	}
	if everyone {
		touched = f.allSets()
	} else {
		slices.Sort(touched)
	}
	rows := s.liken(touched)
	s.cohorts = make([]pattern.Cohort, 0, min(rows, len(s.weeks)))
	names := map[uint64][]pattern.Key{}
	for _, set := range touched {
		mask := s.masks[set]
		if _, ok := names[mask]; !ok {
			names[mask] = f.keysOf(groups, mask)
		}
		s.add(set, names[mask])
	}
	return s
}

func (f *fleet) allSets() []int32 {
	out := make([]int32, len(f.sets))
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// liken numbers what is alike among sets with units at risk, and counts their rows.
func (s *slice) liken(sets []int32) (rows int) {
	s.likes = slices.Repeat([]int32{none}, len(s.masks))
	for _, set := range sets {
		n := len(s.fleet.at(set))
		if n == 0 {
			continue
		}
		rows += n
		like := likeness{s.masks[set], s.fleet.strata[set]}
		at, ok := s.alike[like]
		if !ok {
			at = int32(len(s.alike))
			s.alike[like] = at
		}
		s.likes[set] = at
	}
	s.weeks = slices.Repeat([]int32{none}, len(s.alike)*s.fleet.weeks())
	return rows
}

// of are the weeks of what is alike.
func (s *slice) of(alike int32) []int32 {
	n, at := s.fleet.weeks(), int(alike)
	return s.weeks[at*n : (at+1)*n]
}

// add counts the units of a set.
func (s *slice) add(set int32, groups []pattern.Key) {
	if s.likes[set] == none {
		return
	}
	weeks, stratum := s.of(s.likes[set]), s.fleet.strata[set]
	for _, r := range s.fleet.at(set) {
		at := s.fleet.weekOf(r.since)
		if weeks[at] == none {
			weeks[at] = s.cohort(stratum, at, groups)
		}
		s.cohorts[weeks[at]].Units += int(r.units)
	}
}

// cohort makes the cohort of a week and gives its place.
func (s *slice) cohort(stratum int32, week int, groups []pattern.Key) int32 {
	s.cohorts = append(s.cohorts, pattern.Cohort{Since: s.fleet.first + pattern.Day(week*step), Groups: groups, Stratum: s.fleet.stratumName(stratum), Family: s.fleet.families[stratum]})
	return int32(len(s.cohorts) - 1)
}

func (f *fleet) keysOf(groups []int32, mask uint64) []pattern.Key {
	var out []pattern.Key
	for bit, g := range groups {
		if mask&(1<<bit) != 0 {
			out = append(out, f.keys[g])
		}
	}
	return out
}

// place gives the cohort of a report, the nearest one where its start of service is not known
// exactly; -1 when no unit is like it.
func (s *slice) place(r *report) int32 {
	alike := s.like(r)
	if alike == none {
		return none
	}
	weeks := s.of(alike)
	// Its own week, else the last one before, else the first one until the report.
	own := s.fleet.weekOf(r.since)
	for at := min(own, len(weeks)-1); at >= 0; at-- {
		if weeks[at] != none {
			return weeks[at]
		}
	}
	for at := max(own, 0); at < len(weeks) && s.fleet.first+pattern.Day(at*step) <= r.day; at++ {
		if weeks[at] != none {
			return weeks[at]
		}
	}
	return none
}

// like gives the number of what a report's units are like, or none.
func (s *slice) like(r *report) int32 {
	like := likeness{stratum: r.stratum}
	if r.set >= 0 {
		if alike := s.likes[r.set]; alike != none {
			return alike
		}
		like.mask = s.masks[r.set]
	} else {
		for _, g := range r.groups {
			if bit, ok := s.bits[g]; ok {
				like.mask |= 1 << bit
			}
		}
	}
	if like.mask == 0 && !s.everyone {
		return none
	}
	if alike, ok := s.alike[like]; ok {
		return alike
	}
	return none
}

// claims are the reports of one label (all labels for any) in the slice's cohorts.
func (s *slice) claims(reports []*report, keep func(label int32) bool, labels []string) []pattern.Claim {
	n := 0
	for _, r := range reports {
		if s.like(r) != none {
			n++
		}
	}
	out := make([]pattern.Claim, 0, n)
	for _, r := range reports {
		at := int32(-2)
		for _, l := range r.labels {
			if !keep(l) {
				continue
			}
			if at == -2 {
				at = s.place(r)
			}
			if at >= 0 {
				out = append(out, pattern.Claim{ID: r.id, Cohort: int(at), Label: labels[l], Reported: r.day})
			}
		}
	}
	return out
}
