package main

import (
	"cmp"
	"slices"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/pattern"
)

// What makes a planted defect one that must be found.
const (
	doubles    = 2.0 // times the claims of an affected unit
	fewest     = 500 // affected units that had it for 90 days or more by the end of the watch
	neverFound = 731 // days that a defect not found counts as, more than any watch has left
)

// healthy is what came of worlds without defects.
type healthy struct {
	Seeds       []uint64 `json:"seeds"`
	Years       float64  `json:"years"`
	Streams     int      `json:"streams"` // groups times labels of the last world
	Alarms      int      `json:"alarms"`
	PerYear     float64  `json:"alarms_per_year"`
	Set         float64  `json:"set_level"`
	byKind      map[string]int
	thresholds  map[string][]float64 // the rivals' statistics, from high to low
	description []string
}

// planted is one defect and how it fared.
type planted struct {
	world.Planted
	Seed     uint64         `json:"seed"`
	Must     bool           `json:"must_be_found"`
	Delay    map[string]int `json:"delay_days"` // by method; neverFound when it was not
	Named    bool           `json:"right_cause_first"`
	FirstWas string         `json:"first_cause,omitempty"`
}

const ours = "defekt"

// runHealthy watches worlds without defects.
func runHealthy(seeds []uint64, j job, set float64) (*healthy, error) {
	h := &healthy{Seeds: seeds, Set: set, byKind: map[string]int{}, thresholds: map[string][]float64{}}
	for _, seed := range seeds {
		f, err := newFleet(j.sized(seed, 0))
		if err != nil {
			return nil, err
		}
		w, err := watch(f, j.margin)
		if err != nil {
			return nil, err
		}
		h.Alarms += len(w.alarms)
		for _, a := range w.alarms {
			h.byKind[a.Group.Kind]++
			h.description = append(h.description, describe(seed, f, a))
		}
		h.Years += float64(f.watch.To-f.watch.From) / 365
		x := newWeeks(f)
		h.Streams = len(x.claims)
		for _, r := range rivals {
			all := append(h.thresholds[r.name], x.highest(r)...)
			slices.SortFunc(all, func(a, b float64) int { return cmp.Compare(b, a) })
			h.thresholds[r.name] = all[:min(len(all), 1000)]
		}
	}
	h.PerYear = float64(h.Alarms) / h.Years
	return h, nil
}

// threshold is what a rival must be above to raise as many false alarms as given.
func (h *healthy) threshold(r rival, alarms int) float64 {
	all := h.thresholds[r.name]
	return all[min(alarms, len(all)-1)]
}

// runPlanted watches a world with defects.
func runPlanted(seed uint64, j job, h *healthy) ([]planted, *watched, error) {
	f, err := newFleet(j.sized(seed, j.defects))
	if err != nil {
		return nil, nil, err
	}
	w, err := watch(f, j.margin)
	if err != nil {
		return nil, nil, err
	}
	x := newWeeks(f)
	var out []planted
	for i, p := range f.truth.Planted {
		onset := pattern.Day(p.OnsetDay())
		row := planted{Planted: p, Seed: seed, Must: p.Ratio >= doubles && p.Settled >= fewest, Named: w.named[i], Delay: map[string]int{ours: neverFound}}
		if w.found[i] != 0 {
			row.Delay[ours] = int(w.found[i] - onset)
			row.FirstWas = w.first[i].String()
		}
		for _, r := range rivals {
			for name, alarms := range map[string]int{r.name: h.Alarms, r.name + promised: int(h.Set * h.Years)} {
				row.Delay[name] = neverFound
				if day, ok := x.first(r, stream{group(p), p.Label}, h.threshold(r, alarms), f.watch, onset); ok && onset != 0 {
					row.Delay[name] = int(day - onset)
				}
			}
		}
		out = append(out, row)
	}
	return out, w, nil
}

// promised marks a rival that may raise as many false alarms as were allowed, not only as many as
// were measured of ours.
const promised = ", at the set level"

func median(of []planted, method string) int {
	var all []int
	for _, p := range of {
		all = append(all, p.Delay[method])
	}
	if len(all) == 0 {
		return neverFound
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

func foundBy(of []planted, method string) int {
	n := 0
	for _, p := range of {
		if p.Delay[method] < neverFound {
			n++
		}
	}
	return n
}

func namedOf(of []planted) int {
	n := 0
	for _, p := range of {
		if p.Named {
			n++
		}
	}
	return n
}
