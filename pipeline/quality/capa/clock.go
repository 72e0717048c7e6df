package capa

import (
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Clock is how long an action took, by phase. A phase that is not over counts up to now and its
// Done is false.
type Clock struct {
	// Contain is from the opening to D3, Fix from there to D6, Prove from there to the end,
	// Total from the opening to the end.
	Contain, Fix, Prove, Total Phase
	// Overdue are steps of an open action that are due and not done, in their order.
	Overdue []Late
}

// Phase is a stretch of an action.
type Phase struct {
	Took time.Duration
	// Began is false while the phase before is not over.
	Began, Done bool
}

// Late is a step behind its due date.
type Late struct {
	Step string
	By   time.Duration
}

// ClockOf measures one action.
func ClockOf(c store.CAPA, now time.Time) Clock {
	end := now
	if !c.ClosedAt.IsZero() {
		end = c.ClosedAt
	}
	contained, fixed := doneAt(c, stepContain), doneAt(c, stepFix)
	out := Clock{Contain: phase(c.OpenedAt, contained, end), Fix: phase(contained, fixed, end), Prove: phase(fixed, c.ClosedAt, end), Total: phase(c.OpenedAt, c.ClosedAt, end)}
	for _, s := range c.Steps {
		if s.At.IsZero() && c.State == store.CAPAOpen && !s.Due.IsZero() && s.Due.Before(now) {
			out.Overdue = append(out.Overdue, Late{s.Step, now.Sub(s.Due)})
		}
	}
	return out
}

func doneAt(c store.CAPA, step string) time.Time {
	for _, s := range c.Steps {
		if s.Step == step {
			return s.At
		}
	}
	return time.Time{}
}

// phase lasts from begin to end, or to now while it is not over. Steps may be done in another
// order than the method's; then a phase lasts no time.
func phase(begin, end, now time.Time) Phase {
	if begin.IsZero() {
		return Phase{}
	}
	if end.IsZero() {
		return Phase{Took: max(0, now.Sub(begin)), Began: true}
	}
	return Phase{Took: max(0, end.Sub(begin)), Began: true, Done: true}
}

// Cycle is the cycle time of many actions.
type Cycle struct {
	Open, Closed, Dropped int
	// OverdueActions is how many open ones have a step overdue, OverdueSteps how many steps.
	OverdueActions, OverdueSteps int
	// Contain, Fix, Prove and Total are medians over the phases that are done, of actions that
	// were not dropped.
	Contain, Fix, Prove, Total Median
}

// Median of N durations; zero of none.
type Median struct {
	N    int
	Took time.Duration
}

// CycleOf measures many actions.
func CycleOf(list []store.CAPA, now time.Time) Cycle {
	var out Cycle
	var contain, fix, prove, total []time.Duration
	add := func(to *[]time.Duration, p Phase) {
		if p.Done {
			*to = append(*to, p.Took)
		}
	}
	for _, c := range list {
		switch c.State {
		case store.CAPAOpen:
			out.Open++
		case store.CAPAClosed:
			out.Closed++
		case store.CAPADropped:
			out.Dropped++
			continue
		}
		k := ClockOf(c, now)
		if n := len(k.Overdue); n > 0 {
			out.OverdueActions++
			out.OverdueSteps += n
		}
		add(&contain, k.Contain)
		add(&fix, k.Fix)
		add(&prove, k.Prove)
		add(&total, k.Total)
	}
	out.Contain, out.Fix, out.Prove, out.Total = median(contain), median(fix), median(prove), median(total)
	return out
}

func median(d []time.Duration) Median {
	n := len(d)
	if n == 0 {
		return Median{}
	}
	slices.Sort(d)
	return Median{n, (d[(n-1)/2] + d[n/2]) / 2}
}

// ContainedAt is when D3 was done; zero before.
func ContainedAt(c store.CAPA) time.Time { return doneAt(c, stepContain) }
