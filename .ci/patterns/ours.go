package main

import (
	"slices"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/pattern"
)

// watched is what our watch said of a fleet.
type watched struct {
	alarms   []pattern.Alarm
	patterns int
	// found and named are by planted defect: the day of its group's own alarm (0 for none), and
	// whether the pattern that this alarm stood in on its day named the group as first cause.
	found []pattern.Day
	named []bool
	first []pattern.Key // what was named
}

// watch replays a fleet's claims day by day. What it is given is known on that day; the truth
// only scores.
func watch(f *fleet, margin float64) (*watched, error) {
	r, err := pattern.NewRolling(f.cohorts, f.past, f.start, f.watch, pattern.RollingConfig{
		Fit: pattern.Fit{Warranty: world.Warranty}, Config: pattern.Config{Confusion: f.confusion, Margin: margin},
	})
	if err != nil {
		return nil, err
	}
	n := len(f.truth.Planted)
	w := &watched{found: make([]pattern.Day, n), named: make([]bool, n), first: make([]pattern.Key, n)}
	for _, c := range f.claims {
		alarms, err := r.Add(c)
		if err != nil {
			return nil, err
		}
		w.alarms = append(w.alarms, alarms...)
		for _, a := range alarms {
			if i := f.plantedBy(a); i >= 0 && w.found[i] == 0 {
				w.found[i] = a.Raised
				if err := w.name(i, a, r, f); err != nil {
					return nil, err
				}
			}
		}
	}
	found, err := r.Patterns()
	w.patterns = len(found)
	return w, err
}

// plantedBy gives the defect that an alarm is about, -1 for none.
func (f *fleet) plantedBy(a pattern.Alarm) int {
	return slices.IndexFunc(f.truth.Planted, func(p world.Planted) bool {
		return a.Group.Whole() == group(p) && a.Label == p.Label && p.OnsetDay() != 0 && a.Raised >= pattern.Day(p.OnsetDay())
	})
}

func group(p world.Planted) pattern.Key { return pattern.Key{Kind: p.GroupKind, Name: p.Name} }

func (w *watched) name(i int, a pattern.Alarm, r *pattern.Rolling, f *fleet) error {
	patterns, err := r.PatternsOf(a.Label)
	if err != nil {
		return err
	}
	for _, p := range patterns {
		if slices.Contains(p.Alarms, a) {
			first, want := p.Findings[0], group(f.truth.Planted[i])
			w.first[i] = first.Group
			w.named[i] = first.Group.Whole() == want || slices.ContainsFunc(first.Same, func(k pattern.Key) bool { return k.Whole() == want })
		}
	}
	return nil
}
