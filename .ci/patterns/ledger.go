package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// ledger keeps alarms in memory, and what each was when it was opened. It has no costs, clusters
// or decisions.
type ledger struct {
	alarms map[string]store.Alarm
	opened []store.Alarm
}

func newLedger() *ledger { return &ledger{alarms: map[string]store.Alarm{}} }

func (l *ledger) AddAlarm(_ context.Context, a store.Alarm, _ ...store.Entry) error {
	for _, other := range l.alarms {
		if other.ID == a.ID || other.Living() && other.Cause == a.Cause {
			return store.ErrConflict
		}
	}
	a.Version = 1
	l.alarms[a.ID] = a
	l.opened = append(l.opened, a)
	return nil
}

func (l *ledger) ChangeAlarm(_ context.Context, a store.Alarm, _ ...store.Entry) error {
	for _, other := range l.alarms {
		if other.ID != a.ID && other.Living() && a.Living() && other.Cause == a.Cause {
			return store.ErrConflict
		}
	}
	a.Version++
	l.alarms[a.ID] = a
	return nil
}

func (l *ledger) MeasureAlarm(_ context.Context, id string, f store.AlarmFacts) error {
	a := l.alarms[id]
	a.Facts = f
	l.alarms[id] = a
	return nil
}

func (l *ledger) Alarm(_ context.Context, id string) (store.Alarm, error) {
	a, ok := l.alarms[id]
	if !ok {
		return a, store.ErrNotFound
	}
	return a, nil
}

func (l *ledger) Alarms(_ context.Context, q store.AlarmFilter) ([]store.Alarm, error) {
	var out []store.Alarm
	for _, a := range l.alarms {
		if (len(q.States) == 0 || slices.Contains(q.States, a.State)) && (q.After == "" || a.ID < q.After) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b store.Alarm) int { return cmp.Compare(b.ID, a.ID) })
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out, nil
}

func (l *ledger) Claim(context.Context, string) (store.Claim, error) {
	return store.Claim{}, store.ErrNotFound
}

func (l *ledger) Waiting(context.Context) (int, time.Time, error) { return 0, time.Time{}, nil }

func (l *ledger) Settled(context.Context, time.Time, string, int) ([]store.SettledReview, error) {
	return nil, nil
}

func (l *ledger) CostsOf(context.Context, store.CostFilter, string, int) ([]store.Cost, error) {
	return nil, nil
}

func (l *ledger) ClusterOf(context.Context, string, string) (string, error) { return "", nil }
