package board

import (
	"context"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

const (
	week = 7 * day
	// maxWeekClaims is how many claims of two weeks are counted at most, maxTrails of how many
	// alarms the audit trail is read.
	maxWeekClaims = 50_000
	maxTrails     = 200
)

// change is a count of this week and of the week before.
type change struct{ Now, Before int }

func (c *change) add(thisWeek bool) {
	if thisWeek {
		c.Now++
	} else {
		c.Before++
	}
}

// weekFigures are what the last 7 days brought, beside the 7 before.
type weekFigures struct {
	From, Until time.Time
	Claims      change
	// Severities are by label of the axis severity, "" for claims without one.
	Severities map[string]*change
	// Alarms are claims of each alarm at work, by its id; Reopened those that were opened again.
	Alarms   map[string]*change
	Reopened map[string]bool
	// Cut says that there were more claims than were counted.
	Cut bool
}

// countWeek goes through the claims of two weeks, once for all alarms.
func (s *Server) countWeek(ctx context.Context) (weekFigures, error) {
	until := s.now()
	w := weekFigures{From: until.Add(-week), Until: until, Severities: map[string]*change{}, Alarms: map[string]*change{}, Reopened: map[string]bool{}}
	alarms, _, err := s.ranked(ctx, store.AlarmFilter{States: atWork})
	if err != nil {
		return w, err
	}
	for _, a := range alarms {
		w.Alarms[a.ID] = new(change)
	}
	n := 0
	for c, err := range s.cases.Between(ctx, until.Add(-2*week), until) {
		if err != nil {
			return w, err
		}
		if n++; n > maxWeekClaims {
			w.Cut = true
			break
		}
		w.count(c, alarms)
	}
	return w, s.reopened(ctx, alarms, &w)
}

func (w *weekFigures) count(c cases.Case, alarms []store.Alarm) {
	now := !c.At.Before(w.From)
	w.Claims.add(now)
	severity := c.Labels["severity"].Label
	if w.Severities[severity] == nil {
		w.Severities[severity] = new(change)
	}
	w.Severities[severity].add(now)
	for _, a := range alarms {
		if c.Has(a.Cause.Label) && c.In(groupOf(a.Cause)) {
			w.Alarms[a.ID].add(now)
		}
	}
}

// reopened finds alarms that were dismissed and came back this week.
func (s *Server) reopened(ctx context.Context, alarms []store.Alarm, w *weekFigures) error {
	for _, a := range alarms[:min(len(alarms), maxTrails)] {
		trail, err := s.cfg.Store.Trail(ctx, a.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(trail, func(e store.Entry) bool { return e.What == store.AlarmReopened && !e.At.Before(w.From) }) {
			w.Reopened[a.ID] = true
		}
	}
	return nil
}

// worse says whether an alarm that is older than a week got worse: it came back, or has more
// claims than in the week before.
func (w *weekFigures) worse(a store.Alarm) bool {
	c := w.Alarms[a.ID]
	return a.OpenedAt.Before(w.From) && (w.Reopened[a.ID] || c != nil && c.Now > c.Before)
}
