package main

import (
	"slices"
	"strings"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// What makes a planted defect one that must be found.
const (
	doubles    = 2.0 // times the claims of an affected unit
	fewest     = 500 // affected units that had it for 90 days or more by the end of the watch
	neverFound = 731 // days that a defect not found counts as, more than any watch has left
)

const ours = "defekt"

// told is a planted defect and how it fared.
type told struct {
	world.Planted
	Seed  uint64         `json:"seed"`
	Must  bool           `json:"must_be_found"`
	Delay map[string]int `json:"delay_days"` // by method; neverFound when it was not
	// Named says that the first alarm put it down to the right group, Ends that one of its alarms
	// does at the end of the watch. Alarms is how many were opened for it.
	Named  bool   `json:"right_cause_first"`
	Ends   bool   `json:"right_cause_in_the_end"`
	First  string `json:"first_cause,omitempty"`
	Alarms int    `json:"alarms"`
}

// scored is a world with defects.
type scored struct {
	seed    uint64
	defects []told
	chance  int // alarms of no defect
	living  int // alarms that are not closed at the end
	lines   []string
}

// planted is what came of worlds with defects.
type planted struct {
	Seeds   []uint64 `json:"seeds"`
	Defects []told   `json:"defects"`
	Chance  int      `json:"alarms_of_no_defect"`
	Living  int      `json:"alarms_in_the_end"`
	lines   []string
}

func together(worlds []*scored) planted {
	var out planted
	for _, s := range worlds {
		out.Seeds, out.Defects, out.lines = append(out.Seeds, s.seed), append(out.Defects, s.defects...), append(out.lines, s.lines...)
		out.Chance, out.Living = out.Chance+s.chance, out.Living+s.living
	}
	return out
}

func (j job) watchPlanted(seed uint64, healthy *healthy) (*scored, error) {
	h, err := hold(j.sized(seed, j.defects))
	if err != nil {
		return nil, err
	}
	if err := h.serve(j.rescan); err != nil {
		return nil, err
	}
	s := h.score(seed)
	f, err := newFleet(j.sized(seed, j.defects))
	if err != nil {
		return nil, err
	}
	x := newWeeks(f)
	for i, d := range s.defects {
		for name, days := range healthy.rivalDelays(x, f, d.Planted) {
			s.defects[i].Delay[name] = days
		}
	}
	return s, nil
}

// score matches alarms and planted defects.
func (h *held) score(seed uint64) *scored {
	s := &scored{seed: seed}
	for _, p := range h.truth.Planted {
		s.defects = append(s.defects, told{Planted: p, Seed: seed, Must: p.Ratio >= doubles && p.Settled >= fewest, Delay: map[string]int{ours: neverFound}})
	}
	for i, a := range h.opened {
		d := h.tells[i]
		if d < 0 {
			s.chance++
			s.lines = append(s.lines, h.line(seed, a, "of no defect"))
			continue
		}
		r := &s.defects[d]
		if r.Alarms++; r.Alarms == 1 {
			r.Delay[ours] = int(h.openedOn(a) - pattern.Day(r.OnsetDay()))
			r.First, r.Named = a.Cause.Kind+" "+a.Cause.Name, names(a, r.Planted)
		}
		r.Ends = r.Ends || names(h.alarms[a.ID], r.Planted)
		s.lines = append(s.lines, h.line(seed, a, "of "+r.GroupKind+" "+r.Name+", "+r.Label))
	}
	for _, a := range h.alarms {
		if a.Living() {
			s.living++
		}
	}
	return s
}

func group(p world.Planted) pattern.Key { return pattern.Key{Kind: p.GroupKind, Name: p.Name} }

// names says that an alarm puts its excess down to a defect's group, or to one that it says cannot
// be told apart from it.
func names(a store.Alarm, p world.Planted) bool {
	is := func(kind, name string) bool {
		k := pattern.Key{Kind: kind, Name: (store.Group{Kind: store.GroupKind(kind), Name: name}).Parts()[0]}
		return k.Whole() == group(p)
	}
	return is(a.Cause.Kind, a.Cause.Name) || slices.ContainsFunc(a.Facts.Rivals, func(r store.AlarmRival) bool { return r.Same && is(r.Kind, r.Name) })
}

// about gives the planted defect that an alarm tells of, -1 for none: the one that brought most of
// the claims that it has too many.
func (h *held) about(a store.Alarm) int {
	label := strings.TrimPrefix(a.Cause.Label, world.Axis+"=")
	counts := make([]int, len(h.truth.Planted))
	n := 0
	last := pattern.DayOf(a.Facts.At) // its counts are of that day
	for i, c := range h.claims {
		day := pattern.DayOf(c.CreatedAt)
		if day < pattern.DayOf(a.Facts.Onset) || day > last || c.Prediction.Axes[world.Axis].Label != label || !h.in(c, a) {
			continue
		}
		n++
		if d := h.defects[i]; d >= 0 {
			counts[d]++
		}
	}
	best := -1
	for d, k := range counts {
		if k > 0 && (best < 0 || k > counts[best]) {
			best = d
		}
	}
	excess := float64(n) * (1 - a.Facts.Expected/float64(max(a.Facts.Observed, 1)))
	if best < 0 || 2*float64(counts[best]) < excess {
		return -1
	}
	return best
}

// in says that an alarm is about a claim's unit.
func (h *held) in(c store.Claim, a store.Alarm) bool {
	at := &h.cohorts[h.serials[c.Claim.Serial]]
	if made := at.made.Time(); made.Before(a.Facts.MadeFrom) || !a.Facts.MadeUntil.IsZero() && !made.Before(a.Facts.MadeUntil) {
		return false
	}
	of := a.Cause
	if of.Kind == pattern.SeasonKind {
		return pattern.Season(pattern.Day(at.made)).Name == of.Name
	}
	set := at.sets[at.runs(h.scanned)]
	return slices.Contains(h.groups[set], store.Group{Kind: store.GroupKind(of.Kind), Name: of.Name})
}
