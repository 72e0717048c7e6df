package surveillance

import (
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// slice is the fleet as seen by a few groups: cohorts of units that are alike but for what those
// groups do not tell. It keeps what package pattern must go through small.
type slice struct {
	fleet   *fleet
	masks   []uint64 // by set: which of the groups it has
	bits    map[int32]int
	cohorts []pattern.Cohort
	alike   map[likeness][]int32 // by week of start of service: the place in cohorts, or none
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
	s := &slice{fleet: f, masks: make([]uint64, len(f.sets)), bits: map[int32]int{}, alike: map[likeness][]int32{}}
	for bit, g := range groups {
		s.bits[g] = bit
		for _, set := range f.members[g] {
			s.masks[set] |= 1 << bit
		}
	}
	names := map[uint64][]pattern.Key{}
	for set, mask := range s.masks {
		if mask == 0 && !everyone {
			continue
		}
		if _, ok := names[mask]; !ok {
			names[mask] = f.keysOf(groups, mask)
		}
		s.add(likeness{mask, f.strata[set]}, f.at(int32(set)), names[mask])
	}
	return s
}

// add counts units that are alike.
func (s *slice) add(like likeness, rows []atRisk, groups []pattern.Key) {
	if len(rows) == 0 {
		return
	}
	weeks, ok := s.alike[like]
	if !ok {
		weeks = slices.Repeat([]int32{none}, s.fleet.weeks())
		s.alike[like] = weeks
	}
	for _, r := range rows {
		at := s.fleet.weekOf(r.since)
		if weeks[at] == none {
			weeks[at] = int32(len(s.cohorts))
			s.cohorts = append(s.cohorts, pattern.Cohort{Since: r.since, Stratum: s.fleet.stratumName(like.stratum), Groups: groups})
		}
		s.cohorts[weeks[at]].Units += int(r.units)
	}
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
	like := likeness{stratum: r.stratum}
	if r.set >= 0 {
		like.mask = s.masks[r.set]
	} else {
		for _, g := range r.groups {
			if bit, ok := s.bits[g]; ok {
				like.mask |= 1 << bit
			}
		}
	}
	weeks := s.alike[like]
	if len(weeks) == 0 {
		return none
	}
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

// claims are the reports of one label (all labels for any) in the slice's cohorts.
func (s *slice) claims(reports []*report, keep func(label int32) bool, labels []string) []pattern.Claim {
	var out []pattern.Claim
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
