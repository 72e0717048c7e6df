package surveillance_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// board takes notices as a store does: one of a key.
type board struct {
	list []store.Notice
	fail error
}

func (b *board) Announce(_ context.Context, n store.Notice) (bool, error) {
	if b.fail != nil {
		return false, b.fail
	}
	for _, have := range b.list {
		if have.Key == n.Key {
			return false, nil
		}
	}
	b.list = append(b.list, n)
	return true, nil
}

// last gives the newest notice and how many there are.
func (b *board) last(t *testing.T) (n int, kind string, a surveillance.Announcement) {
	t.Helper()
	if len(b.list) == 0 {
		return 0, "", a
	}
	newest := b.list[len(b.list)-1]
	if err := json.Unmarshal([]byte(newest.Data), &a); err != nil {
		t.Fatal(err)
	}
	return len(b.list), newest.Type, a
}

func telling(t *testing.T, s surveillance.Store, n surveillance.Notices, now *time.Time) *surveillance.Watch {
	t.Helper()
	w, err := surveillance.New(surveillance.Config{Store: s, Notices: n, Now: func() time.Time { return *now }})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestRaisedIsToldOnce: a new alarm is told of once, however often and by however many it is seen,
// and though the first attempt failed; a dismissed one is not told of; what doubled since is.
func TestRaisedIsToldOnce(t *testing.T) {
	w := newWorld(1, true)
	f, b := newFake(w), &board{fail: errors.New("no connection")}
	if _, err := telling(t, f, b, &w.now).Scan(t.Context()); !errors.Is(err, b.fail) {
		t.Fatalf("%v, want what went wrong", err)
	}
	a := only(t, f) // kept, though nobody was told
	b.fail = nil
	for range 2 {
		scan(t, telling(t, f, b, &w.now))
	}
	n, kind, told := b.last(t)
	if a = only(t, f); n != 1 || kind != store.AlarmRaised || told.ID != a.ID || told.Cause != a.Cause || told.Observed != a.Facts.Observed || told.Before != 0 {
		t.Errorf("%d notices, %s: %+v", n, kind, told)
	}
	if math.Abs(a.Facts.Told-a.Facts.Ratio) > near*a.Facts.Ratio {
		t.Errorf("%g is kept as told, the ratio is %g", a.Facts.Told, a.Facts.Ratio)
	}
	// As if it had been told of when it was a third of what it is.
	a.Facts.Told /= 3
	a.State, a.Why = store.AlarmDismissed, "known"
	a.Floor, a.SettledAt = a.Facts.Ratio, w.now
	f.alarms[a.ID] = a
	scan(t, telling(t, f, b, &w.now))
	if n, _, _ := b.last(t); n != 1 {
		t.Error("a dismissed alarm was told of")
	}
	a.State = store.AlarmAcknowledged
	f.alarms[a.ID] = a
	before := a.Facts.Told
	for range 2 {
		scan(t, telling(t, f, b, &w.now))
	}
	if n, kind, told = b.last(t); n != 2 || kind != store.AlarmWorse || told.Before != before || told.Low < 2*before {
		t.Errorf("%d notices, %s: %+v", n, kind, told)
	}
}

// TestToldOnStores: a webhook gets a delivery of the alarm, once.
func TestToldOnStores(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store, now *time.Time) {
		w := newWorld(1, true)
		w.fill(t, s, now)
		if err := s.AddWebhook(t.Context(), store.Webhook{ID: "hook", URL: "https://example.com", Secret: "s", CreatedAt: *now}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			scan(t, telling(t, s, s, now))
		}
		a := living(t, s)[0]
		told, err := s.Told(t.Context(), store.AlarmRaised+" "+a.ID)
		if err != nil || !told || a.Facts.Told == 0 {
			t.Errorf("told %t, %v; %g is kept as told", told, err, a.Facts.Told)
		}
		list, err := s.Deliveries(t.Context(), "hook", 10)
		if err != nil || len(list) != 1 || list[0].Type != store.AlarmRaised {
			t.Errorf("deliveries %+v, %v", list, err)
		}
	})
}
