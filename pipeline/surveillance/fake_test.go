package surveillance_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// fake is a store in memory.
type fake struct {
	mu      sync.Mutex
	claims  []store.Claim
	sorted  []store.Claim // newest first, as of the first page
	units   map[string][]store.Unit
	batches []store.Batch
	costs   []store.Cost
	records []store.Record
	settled []store.SettledReview
	alarms  map[string]store.Alarm
	trail   []store.Entry
	waiting time.Time
}

func newFake(w *world) *fake {
	f := &fake{claims: slices.Clone(w.claims), units: map[string][]store.Unit{}, batches: w.batches, alarms: map[string]store.Alarm{}}
	for _, u := range w.units {
		f.units[u.Serial] = append(f.units[u.Serial], u)
	}
	return f
}

func (f *fake) Claim(_ context.Context, id string) (store.Claim, error) {
	i := slices.IndexFunc(f.claims, func(c store.Claim) bool { return c.ID == id })
	if i < 0 {
		return store.Claim{}, store.ErrNotFound
	}
	return f.claims[i], nil
}

func (f *fake) List(_ context.Context, q store.Filter, p store.Page) ([]store.Claim, string, error) {
	if p.After == "" {
		f.sorted = f.claims
		if !slices.IsSortedFunc(f.claims, newestFirst) {
			f.sorted = slices.SortedFunc(slices.Values(f.claims), newestFirst)
		}
	}
	end, _ := slices.BinarySearchFunc(f.sorted, q.From, func(c store.Claim, at time.Time) int {
		if c.CreatedAt.Before(at) {
			return 1
		}
		return -1
	})
	list := f.sorted[:end]
	from := 0
	if p.After != "" {
		fmt.Sscan(p.After, &from)
	}
	if from+p.Limit >= len(list) {
		return list[from:], "", nil
	}
	return list[from : from+p.Limit], fmt.Sprint(from + p.Limit), nil
}

func newestFirst(a, b store.Claim) int {
	return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), strings.Compare(b.ID, a.ID))
}

func (f *fake) Waiting(context.Context) (int, time.Time, error) {
	if f.waiting.IsZero() {
		return 0, time.Time{}, nil
	}
	return 1, f.waiting, nil
}

func (f *fake) Settled(_ context.Context, _ time.Time, after string, limit int) ([]store.SettledReview, error) {
	list := slices.DeleteFunc(slices.Clone(f.settled), func(s store.SettledReview) bool { return s.Review.Claim <= after })
	slices.SortFunc(list, func(a, b store.SettledReview) int { return strings.Compare(a.Review.Claim, b.Review.Claim) })
	return list[:min(limit, len(list))], nil
}

func (f *fake) Slice(context.Context, time.Time, time.Time) ([]store.SettledReview, error) {
	return slices.DeleteFunc(slices.Clone(f.settled), func(s store.SettledReview) bool { return !slices.Contains(s.Review.Reasons, store.ReasonRandom) }), nil
}

func (f *fake) Exposure(_ context.Context, q store.ExposureQuery) (store.Exposure, error) {
	var e store.Exposure
	sets := map[string]int{}
	rows := map[store.ExposureRow]int{}
	for _, list := range f.units {
		for _, u := range list {
			groups := u.Groups(q.Kinds...)
			key := fmt.Sprint(groups)
			if _, ok := sets[key]; !ok {
				sets[key] = len(e.Groups)
				e.Groups = append(e.Groups, groups)
			}
			stage, at := u.Stage()
			day := int(at.Unix() / 86400)
			rows[store.ExposureRow{Groups: sets[key], Stage: stage, Day: day - day%q.Step, Dated: !at.IsZero(), Started: !u.Since().IsZero()}]++
		}
	}
	for r, n := range rows {
		r.Units = n
		e.Rows = append(e.Rows, r)
	}
	slices.SortFunc(e.Rows, func(a, b store.ExposureRow) int {
		return cmp.Or(a.Groups-b.Groups, a.Day-b.Day, strings.Compare(string(a.Stage), string(b.Stage)))
	})
	return e, nil
}

func (f *fake) UnitsBySerials(_ context.Context, serials []string) (map[string][]store.Unit, error) {
	out := map[string][]store.Unit{}
	for _, s := range serials {
		if units := f.units[s]; len(units) > 0 {
			out[s] = units
		}
	}
	return out, nil
}

func (f *fake) BatchesBy(context.Context, string) ([]store.Batch, error) { return f.batches, nil }

func (f *fake) CostsOf(_ context.Context, q store.CostFilter, _ string, _ int) ([]store.Cost, error) {
	var out []store.Cost
	for _, c := range f.costs {
		for _, u := range f.units[c.Serial] {
			if slices.Contains(u.Groups(), q.Groups[0]) && !c.At.Before(q.From) {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

func (f *fake) RecordsOf(_ context.Context, kind store.RecordKind, ids ...string) ([]store.Record, error) {
	var out []store.Record
	for _, r := range f.records {
		if r.Kind == kind && slices.Contains(ids, r.ID) {
			out = append(out, r)
		}
	}
	return out, nil
}

func (f *fake) ClusterOf(_ context.Context, space, id string) (string, error) {
	c, err := f.Claim(context.Background(), id)
	return space + " " + c.Claim.Text, err
}

func (f *fake) AddAlarm(_ context.Context, a store.Alarm, e ...store.Entry) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, other := range f.alarms {
		if other.ID == a.ID || other.Living() && other.Cause == a.Cause {
			return store.ErrConflict
		}
	}
	a.Version = 1
	f.alarms[a.ID] = a
	f.trail = append(f.trail, e...)
	return nil
}

func (f *fake) ChangeAlarm(_ context.Context, a store.Alarm, e ...store.Entry) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	was, ok := f.alarms[a.ID]
	switch {
	case !ok:
		return store.ErrNotFound
	case was.Version != a.Version:
		return store.ErrConflict
	}
	for _, other := range f.alarms {
		if other.ID != a.ID && other.Living() && a.Living() && other.Cause == a.Cause {
			return store.ErrConflict
		}
	}
	a.Version++
	f.alarms[a.ID] = a
	f.trail = append(f.trail, e...)
	return nil
}

func (f *fake) MeasureAlarm(_ context.Context, id string, facts store.AlarmFacts) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	a, ok := f.alarms[id]
	if !ok {
		return store.ErrNotFound
	}
	a.Facts = facts
	f.alarms[id] = a
	return nil
}

func (f *fake) Alarm(_ context.Context, id string) (store.Alarm, error) {
	a, ok := f.alarms[id]
	if !ok {
		return a, store.ErrNotFound
	}
	return a, nil
}

func (f *fake) Alarms(_ context.Context, q store.AlarmFilter) ([]store.Alarm, error) {
	var out []store.Alarm
	for _, a := range f.alarms {
		if len(q.States) == 0 || slices.Contains(q.States, a.State) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b store.Alarm) int { return strings.Compare(b.ID, a.ID) })
	return out, nil
}
