package cases

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// OfGroup gives a group's cases from (inclusive) until (exclusive; zero is open), in no
// particular order, each once. An empty label ("axis=label") takes all.
func (r Reader) OfGroup(ctx context.Context, g store.Group, label string, from, until time.Time) iter.Seq2[Case, error] {
	return func(yield func(Case, error) bool) {
		list, err := r.shorter(ctx, g, from, until)
		if err != nil {
			yield(Case{}, err)
			return
		}
		for c, err := range list {
			if err != nil {
				yield(Case{}, err)
				return
			}
			if c.In(g) && c.Has(label) && !yield(c, nil) {
				return
			}
		}
	}
}

// shorter chooses the shorter way to a group's claims.
func (r Reader) shorter(ctx context.Context, g store.Group, from, until time.Time) (iter.Seq2[Case, error], error) {
	claims, err := r.Claims.Count(ctx, store.Filter{From: from})
	if err != nil {
		return nil, err
	}
	f := store.UnitFilter{Groups: []store.Group{g}}
	stages, err := r.Units.CountUnits(ctx, f)
	if err != nil {
		return nil, err
	}
	units := 0
	for _, n := range stages {
		units += n
	}
	// Claims whose sender names the group but whose unit is not known are seen only by going
	// through all of them.
	if units == 0 || claims <= units {
		return r.Between(ctx, from, until), nil
	}
	return r.byUnit(ctx, f, from, until), nil
}

func (r Reader) byUnit(ctx context.Context, f store.UnitFilter, from, until time.Time) iter.Seq2[Case, error] {
	return func(yield func(Case, error) bool) {
		seen := ""
		for u, err := range AllUnits(ctx, r.Units, f) {
			if err != nil {
				yield(Case{}, err)
				return
			}
			if u.Serial == seen { // another product's unit with this serial; units come by serial
				continue
			}
			seen = u.Serial
			for c, err := range r.listed(ctx, store.Filter{Serial: u.Serial}, from, until) {
				if !yield(c, err) || err != nil {
					return
				}
			}
		}
	}
}

// AllUnits gives the units that a filter keeps, by serial, then SKU; memory does not grow with
// their number.
func AllUnits(ctx context.Context, units Units, f store.UnitFilter) iter.Seq2[store.Unit, error] {
	return func(yield func(store.Unit, error) bool) {
		for after := ""; ; {
			page, next, err := units.UnitsOf(ctx, f, after, store.MaxUnitPage)
			if err != nil {
				yield(store.Unit{}, err)
				return
			}
			for _, u := range page {
				if !yield(u, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			after = next
		}
	}
}

// In says whether the case is of a group, whose name may leave parts open.
func (c Case) In(g store.Group) bool {
	for _, have := range c.Groups {
		if Covers(g, have) {
			return true
		}
	}
	return false
}

// Covers says whether a group's name, with parts left open, keeps another one: "L-17" keeps
// "L-17|hinge|ACME".
func Covers(g, have store.Group) bool {
	if g.Kind != have.Kind {
		return false
	}
	want, is := g.Parts(), have.Parts()
	for i, part := range want {
		if part != "" && part != is[i] {
			return false
		}
	}
	return true
}

// Has says whether the case has a label, "axis=label"; an empty one always, [store.Unlabelled] when it
// has none on the axes that are watched for patterns.
func (c Case) Has(label string) bool {
	switch label {
	case "":
		return true
	case store.Unlabelled:
		return !slices.ContainsFunc(store.WatchedAxes(), func(axis string) bool { return c.Labels[axis].Label != "" })
	}
	axis, want, ok := strings.Cut(label, "=")
	return ok && c.Labels[axis].Label == want
}
