package report

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/store"
)

// Alarms are those that stand and what happened to others.
type Alarms struct {
	Opened int         `json:"opened"`
	Ended  int         `json:"ended"`
	Open   int         `json:"open"`
	Top    []AlarmLine `json:"top"`
}

// AlarmLine is an open alarm, the largest by its shrunk ratio first.
type AlarmLine struct {
	ID       string  `json:"id"`
	What     string  `json:"what"`
	New      bool    `json:"new"`
	Observed int     `json:"observed"`
	Expected float64 `json:"expected"`
	EB05     float64 `json:"eb05"`
	Stock    int     `json:"stock"`
	Field    int     `json:"field"`
	Why      string  `json:"why,omitempty"`
}

// Actions are corrective actions.
type Actions struct {
	Opened int          `json:"opened"`
	Closed int          `json:"closed"`
	Open   int          `json:"open"`
	Top    []ActionLine `json:"top"`
}

// ActionLine is an open action, the latest overdue first.
type ActionLine struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Owner string `json:"owner,omitempty"`
	// Days is how long it is open, Next the first step that is not done, Late by how many days
	// it is over its date (below zero: days left).
	Days int    `json:"days"`
	Next string `json:"next"`
	Late int    `json:"late_days"`
}

func (m Maker) alarms(ctx context.Context, r *Report) error {
	for a, err := range store.EachAlarm(ctx, m.Source, store.AlarmFilter{Until: r.Until}) {
		if err != nil {
			return err
		}
		r.Alarms.add(a, r.From, r.Until)
	}
	slices.SortStableFunc(r.Alarms.Top, func(a, b AlarmLine) int { return cmp.Or(cmp.Compare(b.EB05, a.EB05), cmp.Compare(a.ID, b.ID)) })
	r.Alarms.Top = r.Alarms.Top[:min(len(r.Alarms.Top), MaxAlarms)]
	return nil
}

func (l *Alarms) add(a store.Alarm, from, until time.Time) {
	isNew := !a.OpenedAt.Before(from)
	if isNew {
		l.Opened++
	}
	if !a.SettledAt.IsZero() && !a.SettledAt.Before(from) && a.SettledAt.Before(until) {
		l.Ended++
	}
	if a.State != store.AlarmOpen && a.State != store.AlarmAcknowledged {
		return
	}
	l.Open++
	l.Top = append(l.Top, AlarmLine{a.ID, look.Clean(capa.Describe(a.Cause)), isNew, a.Facts.Observed, a.Facts.Expected, a.Facts.EB05,
		a.Facts.Units.Stock, a.Facts.Units.Field, look.Clean(a.Facts.Explanation)})
}

func (m Maker) actions(ctx context.Context, r *Report) error {
	for c, err := range store.EachCAPA(ctx, m.Actions, store.CAPAFilter{Until: r.Until}) {
		if err != nil {
			return err
		}
		if !c.OpenedAt.Before(r.From) {
			r.CAPA.Opened++
		}
		if c.State == store.CAPAClosed && !c.ClosedAt.Before(r.From) && c.ClosedAt.Before(r.Until) {
			r.CAPA.Closed++
		}
		if c.State == store.CAPAOpen || !c.ClosedAt.Before(r.Until) {
			r.CAPA.Open++
			r.CAPA.Top = append(r.CAPA.Top, actionLine(c, r.Until))
		}
	}
	slices.SortStableFunc(r.CAPA.Top, func(a, b ActionLine) int { return cmp.Or(cmp.Compare(b.Late, a.Late), cmp.Compare(a.ID, b.ID)) })
	r.CAPA.Top = r.CAPA.Top[:min(len(r.CAPA.Top), MaxActions)]
	return nil
}

func actionLine(c store.CAPA, now time.Time) ActionLine {
	const day = 24 * time.Hour
	l := ActionLine{ID: c.ID, Title: look.Clean(c.Title), Owner: look.Clean(c.Owner), Days: int(now.Sub(c.OpenedAt) / day), Next: "closure"}
	for _, s := range c.Steps {
		if s.At.IsZero() {
			l.Next, l.Late = s.Step+" "+capa.Title(s.Step), int(now.Sub(s.Due)/day)
			break
		}
	}
	return l
}
