package storetest

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

func alarmCases() []testCase {
	return []testCase{
		{"kept whole, changed and measured", alarmKept},
		{"one living alarm of a cause", alarmCause},
		{"of two that change it one does", alarmRace},
		{"raised by 10 at once", alarmAddRace},
		{"filters and order", alarmFilters},
		{"bad alarms are refused", alarmBad},
	}
}

// alarm is an alarm on a lot; ids sort as the numbers do.
func alarm(n int, name string) store.Alarm {
	return store.Alarm{ID: alarmID(n), State: store.AlarmOpen, Cause: store.Cause{Kind: "lot", Name: name, Label: "symptom=crack"},
		OpenedAt: time.Date(2026, 3, n, 10, 0, 0, 0, time.UTC)}
}

func alarmID(n int) string { return fmt.Sprintf("019a0000-0000-7000-8000-%012d", n) }

func alarmFacts() store.AlarmFacts {
	day := time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)
	return store.AlarmFacts{At: day.AddDate(0, 1, 0), Last: day, Basis: store.BasisUnits, Raised: day, Onset: day.AddDate(0, 0, -9), Observed: 23, Expected: 1.0 / 3, Ratio: 69, Low: 43.7, High: 103.5,
		EB05: 21.25, Evidence: 1e9, Threshold: 411, Level: 1, Explanation: "lot L-17: 23 claims\x00", Also: []string{"component=hinge"},
		Rivals: []store.AlarmRival{{Kind: "sku", Name: "K\"7", Observed: 25, Expected: 4.5, Reason: "ä"}, {Kind: "batch", Name: "B", Same: true}},
		Units:  store.AlarmUnits{Made: 900, Stock: 100, Field: 800}, Costs: []store.Money{{Currency: "EUR", Minor: 1 << 60}, {Currency: "USD", Minor: -5}}, Costed: 20,
		Forecasts: []store.AlarmForecast{{Days: 90, Claims: 12.5, Low: 6, High: 20, Usual: 0.2, IfSold: 1.5, Cost: store.Money{Currency: "EUR", Minor: 31250}}},
		Months:    []store.AlarmMonth{{Month: "2026-02", Observed: 23, Expected: 0.25}}, Ages: []store.AlarmAge{{Month: 1, Units: 700, Claims: 20, Per1000: 28.5, Usual: 0.5}},
		Examples: []string{uuid.NewString()}, Cluster: uuid.NewString(), Clustered: 19}
}

func (b *bench) alarm(id string) store.Alarm {
	b.Helper()
	a, err := b.store.Alarm(b.ctx, id)
	b.check(err)
	return a
}

func alarmKept(b *bench) {
	a := alarm(1, "L-17")
	a.OpenedAt = a.OpenedAt.Add(789).In(time.FixedZone("", 3600))
	a.Facts = alarmFacts()
	raised := store.Entry{At: a.OpenedAt, By: "system", What: store.AlarmRaised, On: "elsewhere", Detail: "x"}
	b.check(b.store.AddAlarm(b.ctx, a, raised))
	want := a
	want.Version, want.OpenedAt = 1, stored(a.OpenedAt)
	want.Facts.Explanation = "lot L-17: 23 claims\uFFFD"
	b.same("kept", b.alarm(a.ID), want)

	next := want
	next.State, next.Why, next.Floor, next.SettledAt = store.AlarmDismissed, "known and harmless", 69, a.OpenedAt.Add(time.Hour)
	next.Known = &store.KnownIssue{Text: "hinge of lot 17", Resolution: "replace"}
	next.Cause.Kind, next.Cause.Name = "batch", "B"
	next.OpenedAt = time.Time{} // stays
	left := store.Entry{At: a.OpenedAt.Add(time.Hour), By: "anna", What: store.AlarmLeft, Detail: "known and harmless"}
	b.check(b.store.ChangeAlarm(b.ctx, next, left))
	want = next
	want.Version, want.OpenedAt, want.SettledAt = 2, stored(a.OpenedAt), stored(next.SettledAt)
	b.same("changed", b.alarm(a.ID), want)
	b.wantErr(b.store.ChangeAlarm(b.ctx, next, left), store.ErrConflict)

	f := alarmFacts()
	f.Observed, f.Explanation = 30, "more"
	b.check(b.store.MeasureAlarm(b.ctx, a.ID, f))
	want.Facts = f
	b.same("measured", b.alarm(a.ID), want)

	raised.On, left.On = a.ID, a.ID
	raised.At, left.At = stored(raised.At), stored(left.At)
	trail, err := b.store.Trail(b.ctx, a.ID)
	b.check(err)
	b.same("trail", trail, []store.Entry{raised, left})
	trail, err = b.store.Trail(b.ctx, "elsewhere")
	b.check(err)
	b.same("trail of another", trail, []store.Entry{})
}

func alarmCause(b *bench) {
	first := alarm(1, "L-17")
	b.check(b.store.AddAlarm(b.ctx, first))
	b.wantErr(b.store.AddAlarm(b.ctx, first), store.ErrConflict)
	b.wantErr(b.store.AddAlarm(b.ctx, alarm(2, "L-17"), store.Entry{By: "x"}), store.ErrConflict)
	trail, err := b.store.Trail(b.ctx, alarmID(2))
	b.check(err)
	b.same("trail of one refused", trail, []store.Entry{})
	b.check(b.store.AddAlarm(b.ctx, alarm(3, "l-17"))) // names compare by bytes
	other := b.alarm(alarmID(3))
	other.Cause.Name = "L-17"
	b.wantErr(b.store.ChangeAlarm(b.ctx, other), store.ErrConflict)

	first = b.alarm(first.ID)
	first.State = store.AlarmDismissed
	b.check(b.store.ChangeAlarm(b.ctx, first))
	b.wantErr(b.store.AddAlarm(b.ctx, alarm(4, "L-17")), store.ErrConflict)
	first = b.alarm(first.ID)
	first.State = store.AlarmClosed
	b.check(b.store.ChangeAlarm(b.ctx, first))
	b.check(b.store.AddAlarm(b.ctx, alarm(4, "L-17")))
	first = b.alarm(first.ID)
	first.State = store.AlarmOpen
	b.wantErr(b.store.ChangeAlarm(b.ctx, first), store.ErrConflict)
}

func alarmRace(b *bench) {
	stores := []store.Store{b.store, b.again()}
	b.check(b.store.AddAlarm(b.ctx, alarm(1, "L-17")))
	a := b.alarm(alarmID(1))
	a.State = store.AlarmAcknowledged
	won := 0
	for _, err := range together(12, func(i int) error {
		return stores[i%2].ChangeAlarm(b.ctx, a, store.Entry{At: a.OpenedAt, By: fmt.Sprint(i)})
	}) {
		if err == nil {
			won++
			continue
		}
		b.wantErr(err, store.ErrConflict)
	}
	trail, err := b.store.Trail(b.ctx, a.ID)
	b.check(err)
	if won != 1 || len(trail) != 1 {
		b.Errorf("changed %d times with %d entries, want 1 and 1", won, len(trail))
	}
}

func alarmAddRace(b *bench) {
	stores := []store.Store{b.store, b.again()}
	won := 0
	for _, err := range together(10, func(i int) error { return stores[i%2].AddAlarm(b.ctx, alarm(i+1, "L-17")) }) {
		if err == nil {
			won++
			continue
		}
		b.wantErr(err, store.ErrConflict)
	}
	b.same("added", won, 1)
	b.same("there", len(b.alarms(store.AlarmFilter{})), 1)
}

// alarms lists ids.
func (b *bench) alarms(f store.AlarmFilter) []string {
	b.Helper()
	if f.Limit == 0 {
		f.Limit = store.MaxAlarms
	}
	list, err := b.store.Alarms(b.ctx, f)
	b.check(err)
	var out []string
	for _, a := range list {
		out = append(out, a.ID)
	}
	return out
}

func alarmFilters(b *bench) {
	b.same("none", b.alarms(store.AlarmFilter{}), []string{})
	var all []string
	for i := range 6 {
		a := alarm(i+1, fmt.Sprint("L-", i))
		a.State = []store.AlarmState{store.AlarmOpen, store.AlarmAcknowledged, store.AlarmDismissed, store.AlarmClosed}[i%4]
		if i == 2 {
			a.Known = &store.KnownIssue{Text: "x"}
		}
		if i == 5 {
			a.Cause = store.Cause{Kind: "sku", Name: "L-0"}
		}
		b.check(b.store.AddAlarm(b.ctx, a))
		all = append(all, a.ID)
	}
	newest := reverse(all)
	for what, tc := range map[string]struct {
		f    store.AlarmFilter
		want []string
	}{
		"all":       {store.AlarmFilter{}, newest},
		"two":       {store.AlarmFilter{Limit: 2}, newest[:2]},
		"behind":    {store.AlarmFilter{Limit: 2, After: newest[1]}, newest[2:4]},
		"no id":     {store.AlarmFilter{After: "x"}, nil},
		"living":    {store.AlarmFilter{States: []store.AlarmState{store.AlarmOpen, store.AlarmDismissed}}, []string{all[4], all[2], all[0]}},
		"known":     {store.AlarmFilter{Known: true}, all[2:3]},
		"kind":      {store.AlarmFilter{Kind: "sku"}, all[5:]},
		"name":      {store.AlarmFilter{Name: "L-0"}, []string{all[5], all[0]}},
		"group":     {store.AlarmFilter{Kind: "lot", Name: "L-0"}, all[:1]},
		"label":     {store.AlarmFilter{Label: "symptom=crack"}, newest[1:]},
		"case":      {store.AlarmFilter{Name: "l-0"}, nil},
		"from":      {store.AlarmFilter{From: time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC)}, newest[:2]},
		"just past": {store.AlarmFilter{From: time.Date(2026, 3, 5, 10, 0, 0, 1, time.UTC)}, newest[:1]},
		"until":     {store.AlarmFilter{Until: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}, all[:1]},
	} {
		if got := b.alarms(tc.f); !slices.Equal(got, tc.want) {
			b.Errorf("%s: %v, want %v", what, got, tc.want)
		}
	}
}

func alarmBad(b *bench) {
	for what, change := range map[string]func(a *store.Alarm){
		"state": func(a *store.Alarm) { a.State = "on" },
		"group": func(a *store.Alarm) { a.Cause.Name = "" },
		"facts": func(a *store.Alarm) { a.Facts.Ratio = math.NaN() },
	} {
		a := alarm(1, "L-17")
		change(&a)
		if err := b.store.AddAlarm(b.ctx, a); err == nil {
			b.Errorf("bad %s was taken", what)
		}
	}
	for _, id := range []string{"", "x", uuid.NewString()} {
		_, err := b.store.Alarm(b.ctx, id)
		b.wantErr(err, store.ErrNotFound)
		b.wantErr(b.store.MeasureAlarm(b.ctx, id, alarmFacts()), store.ErrNotFound)
		a := alarm(1, "L-17")
		a.ID = id
		b.wantErr(b.store.ChangeAlarm(b.ctx, a), store.ErrNotFound)
	}
	for _, limit := range []int{-1, 0, store.MaxAlarms + 1} {
		if _, err := b.store.Alarms(b.ctx, store.AlarmFilter{Limit: limit}); err == nil {
			b.Errorf("a list of %d", limit)
		}
	}
}
