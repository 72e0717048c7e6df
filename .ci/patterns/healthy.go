package main

import (
	"cmp"
	"slices"

	"github.com/defekt/defekt/datasets/simulate/world"
)

// healthy is what came of worlds without defects.
type healthy struct {
	Seeds   []uint64 `json:"seeds"`
	Years   float64  `json:"years"`
	Alarms  int      `json:"alarms"`
	PerYear float64  `json:"alarms_per_year"`
	// By is the alarms by kind of group.
	By    map[string]int `json:"by_kind"`
	lines []string
	// highest are the largest values of each rival's statistic, from high to low.
	highest map[string][]float64
}

// kept is how many of a rival's largest values are kept.
const kept = 1000

func (j job) watchHealthy(seed uint64) (*healthy, error) {
	h, err := hold(j.sized(seed, 0))
	if err != nil {
		return nil, err
	}
	if err := h.serve(j.rescan); err != nil {
		return nil, err
	}
	out := &healthy{Seeds: []uint64{seed}, Years: float64(h.period.To-h.quiet) / 365, Alarms: len(h.opened), By: map[string]int{}, highest: map[string][]float64{}}
	for _, a := range h.opened {
		out.By[a.Cause.Kind]++
		out.lines = append(out.lines, h.line(seed, a, "false"))
	}
	f, err := newFleet(j.sized(seed, 0))
	if err != nil {
		return nil, err
	}
	x := newWeeks(f)
	for _, r := range rivals {
		out.highest[r.name] = top(x.highest(r))
	}
	return out, nil
}

func top(values []float64) []float64 {
	slices.SortFunc(values, func(a, b float64) int { return cmp.Compare(b, a) })
	return slices.Clone(values[:min(len(values), kept)])
}

func sum(worlds []*healthy) healthy {
	out := healthy{By: map[string]int{}, highest: map[string][]float64{}}
	for _, h := range worlds {
		out.Seeds, out.lines = append(out.Seeds, h.Seeds...), append(out.lines, h.lines...)
		out.Years, out.Alarms = out.Years+h.Years, out.Alarms+h.Alarms
		for kind, n := range h.By {
			out.By[kind] += n
		}
		for name, values := range h.highest {
			out.highest[name] = top(append(out.highest[name], values...))
		}
	}
	if out.Years > 0 {
		out.PerYear = float64(out.Alarms) / out.Years
	}
	return out
}

// threshold is what a rival must be above to raise as many false alarms as given; false without a
// healthy world.
func (h *healthy) threshold(r rival, alarms int) (float64, bool) {
	all := h.highest[r.name]
	if len(all) == 0 {
		return 0, false
	}
	return all[min(alarms, len(all)-1)], true
}

// rivalDelays are the days that the rivals take for a planted defect.
func (h *healthy) rivalDelays(x *weeks, f *fleet, p world.Planted) map[string]int {
	out := map[string]int{}
	for _, r := range rivals {
		for name, alarms := range map[string]int{r.name: h.Alarms, r.name + promised: int(setLevel * h.Years)} {
			out[name] = neverFound
			limit, ok := h.threshold(r, alarms)
			if !ok || p.OnsetDay() == 0 {
				continue
			}
			if day, ok := x.first(r, stream{group(p), p.Label}, limit, f.watch, dayOf(p.OnsetDay())); ok {
				out[name] = int(day - dayOf(p.OnsetDay()))
			}
		}
	}
	return out
}

// promised marks a rival that may raise as many false alarms as are allowed, not only as many as were
// measured of ours.
const promised = ", at the set level"
