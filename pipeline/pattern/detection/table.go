package detection

import (
	"cmp"
	"math"

	"github.com/defekt/defekt/pipeline/pattern/watch"
)

// Pair is a component of a car model, over all its years.
type Pair struct{ Model, Component string }

func pairOf(s watch.Stream) Pair { return Pair{s.Model, s.Component} }

// Pair is what the case is about.
func (c Case) Pair() Pair { return pairOf(c.Stream) }

// Compare orders pairs by model, then by component.
func (p Pair) Compare(q Pair) int {
	return cmp.Or(cmp.Compare(p.Model, q.Model), cmp.Compare(p.Component, q.Component))
}

// tablePrior is the number of model years of average record that each component gets added, so
// that a rare one is taken for an ordinary one.
const tablePrior = 6

// Table gives the component feature: the logarithm of the model years ever recalled for the
// component over the model years with complaints about it, shrunk to that of all components. It is
// no true share: recalls name models that the folder has no complaints of, and those count too (in
// cross-validation better than without). Pairs for which leave answers true count nowhere.
func (d *Data) Table(leave func(Pair) bool) watch.ComponentTable {
	recalled, complained := d.cells()
	num, den := map[string]float64{}, map[string]float64{}
	all, years := 0.0, 0.0
	for c := range complained {
		if !leave(Pair{c.car.Model, c.component}) {
			den[c.component]++
			years++
		}
	}
	for c := range recalled {
		if !leave(Pair{c.car.Model, c.component}) {
			num[c.component]++
			all++
		}
	}
	base := 0.0
	if years > 0 {
		base = all / years
	}
	base = max(base, 1e-3)
	t := watch.ComponentTable{By: map[string]float64{}, Other: math.Log(base)}
	for component, n := range den {
		t.By[component] = math.Log((num[component] + tablePrior*base) / (n + tablePrior))
	}
	return t
}

type cell struct {
	car       watch.Car
	component string
}

func (d *Data) cells() (recalled, complained map[cell]bool) {
	recalled, complained = map[cell]bool{}, map[cell]bool{}
	for _, r := range d.Recalls {
		for _, car := range r.Cars {
			recalled[cell{car, r.Component}] = true
		}
	}
	for _, c := range d.Complaints {
		for _, g := range c.Components {
			complained[cell{c.Car, g}] = true
		}
	}
	return recalled, complained
}
