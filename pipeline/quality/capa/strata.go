package capa

import (
	"context"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

const (
	// ageBin is the width of a stratum, in days in service, as in package pattern.
	ageBin = 30
	// maxAge is the age, in days, from which claims and exposure are left out: after three years
	// hardly a unit is under warranty.
	maxAge = 1095
)

// Evidence counts claims and exposure in the store. It implements [Counts].
type Evidence struct{ Cases cases.Reader }

// Strata goes through the scope's units, then through its claims; memory does not grow with
// either.
func (e Evidence) Strata(ctx context.Context, scope store.Cause, split string, fixed, now time.Time) ([]Stratum, error) {
	g := store.Group{Kind: store.GroupKind(scope.Kind), Name: scope.Name}
	s := sides{split: split, fixed: fixed, now: now, bins: make([]Stratum, maxAge/ageBin+1)}
	for u, err := range cases.AllUnits(ctx, e.Cases.Units, store.UnitFilter{Groups: []store.Group{g}}) {
		if err != nil {
			return nil, err
		}
		s.expose(u)
	}
	if s.units == 0 {
		return nil, claim.Problem{Code: CodeScope, Where: "scope", Message: "no unit of " + g.String() + " is known to be in service; import units, or choose another scope"}
	}
	for c, err := range e.Cases.OfGroup(ctx, g, scope.Label, time.Time{}, now) {
		if err != nil {
			return nil, err
		}
		s.count(c)
	}
	return s.bins, nil
}

// sides adds up both sides of a fix.
type sides struct {
	split      string
	fixed, now time.Time
	bins       []Stratum
	units      int
}

func (s *sides) expose(u store.Unit) {
	from := u.Since()
	if from.IsZero() || !from.Before(s.now) {
		return
	}
	s.units++
	end := s.now
	if !u.GoneAt.IsZero() && u.GoneAt.Before(end) {
		end = u.GoneAt
	}
	for i := range s.bins {
		begin, stop := from.AddDate(0, 0, i*ageBin), from.AddDate(0, 0, min((i+1)*ageBin, maxAge))
		if !begin.Before(end) {
			return
		}
		if stop.After(end) {
			stop = end
		}
		s.put(&s.bins[i], u, begin, stop)
	}
}

// put adds the days from begin to stop to one side, or parts them at the fix.
func (s *sides) put(b *Stratum, u store.Unit, begin, stop time.Time) {
	days := func(from, to time.Time) float64 { return max(0, to.Sub(from).Hours()/24) }
	switch {
	case s.split == ByReport && stop.Before(s.fixed):
		b.Before.UnitDays += days(begin, stop)
	case s.split == ByReport && begin.Before(s.fixed):
		b.Before.UnitDays += days(begin, s.fixed)
		b.After.UnitDays += days(s.fixed, stop)
	case s.split == ByReport || s.after(u):
		b.After.UnitDays += days(begin, stop)
	default:
		b.Before.UnitDays += days(begin, stop)
	}
}

// after says whether a unit has the fix. One whose day of production is not known is told by its
// start of service.
func (s *sides) after(u store.Unit) bool {
	at := u.Since()
	if s.split == ByMade && !u.MadeAt.IsZero() {
		at = u.MadeAt
	}
	return !at.Before(s.fixed)
}

func (s *sides) count(c cases.Case) {
	if c.Unit == nil || c.Unit.Since().IsZero() || c.At.Before(c.Unit.Since()) {
		return
	}
	age := int(c.At.Sub(c.Unit.Since()) / day)
	if age >= maxAge {
		return
	}
	b := &s.bins[age/ageBin]
	if s.split == ByReport && c.At.Before(s.fixed) || s.split != ByReport && !s.after(*c.Unit) {
		b.Before.Claims++
		return
	}
	b.After.Claims++
}
