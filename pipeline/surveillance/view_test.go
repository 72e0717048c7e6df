package surveillance_test

import (
	"errors"
	"testing"

	"github.com/defekt/defekt/pipeline/store"
)

func TestRanking(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	watcher := watch(t, f, &w.now)
	list, err := watcher.Ranking(t.Context(), 10)
	if err != nil || len(list) != 10 {
		t.Fatalf("%d, %v", len(list), err)
	}
	if len(f.alarms) > 0 {
		t.Error("a look raised an alarm")
	}
	first := list[0]
	if first.Kind != string(w.bad.Kind) || first.Name != w.bad.Name || !first.Discovery {
		t.Errorf("first is %+v", first)
	}
	for i, r := range list {
		if r.EB05 > r.EBGM || i > 0 && r.EB05 > list[i-1].EB05 {
			t.Errorf("%d: %+v", i, r)
		}
	}
}

func TestCharts(t *testing.T) {
	w := newWorld(1, true)
	watcher := watch(t, newFake(w), &w.now)
	c, err := watcher.Charts(t.Context(), w.bad, "component=hinge")
	if err != nil {
		t.Fatal(err)
	}
	rows, claims, months := 0, 0, 0
	for _, r := range c.Nevada {
		rows += r.Units
		for _, n := range r.Claims {
			claims += n
		}
	}
	for _, m := range c.Months {
		months += m.Observed
	}
	if rows != 180 || claims == 0 || claims > months || len(c.Ages) < 10 || c.Hazard == nil || c.Hazard.Shape < 0.5 || c.Hazard.Shape > 1.6 {
		t.Errorf("%d units, %d claims of %d; %+v", rows, claims, months, c)
	}
	// A constant hazard: on average the lot's units fail 12 times as often as is usual.
	seen, usual := 0.0, 0.0
	for _, a := range c.Ages {
		seen += a.Per1000 * float64(a.Units)
		usual += a.Usual * float64(a.Units)
	}
	if ratio := seen / usual; ratio < badTimes/2 || ratio > badTimes*2 {
		t.Errorf("%.1f times the usual, want about %d", ratio, badTimes)
	}
	if _, err := watcher.Charts(t.Context(), store.Group{Kind: store.GroupLot, Name: "none"}, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if c, err := watcher.Charts(t.Context(), w.bad, "symptom=never"); err != nil || len(c.Months) > 0 {
		t.Errorf("%+v, %v", c, err)
	}
}
