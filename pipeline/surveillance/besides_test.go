package surveillance_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// A second bad lot shows after the first, which went to one shop alone. What the first one brings is
// known when the second is compared with the shop that half of it went to: it must not be put down to
// the shop.
func TestKnownCausesAreAllowedForBesideOthers(t *testing.T) {
	w := newWorld(1, true)
	rng := rand.New(rand.NewPCG(2, 2))
	second := store.LotRef{Code: "L-13", Component: "hinge", Supplier: "Bolt"}
	for i, u := range w.units {
		switch u.Lots[0].Name() {
		case w.bad.Name:
			w.units[i].Channel = "web"
			for range 6 { // so that the shop has many
				w.fail(rng, w.units[i], true)
			}
		case second.Name():
			w.fail(rng, u, true)
		}
	}
	f := newFake(w)
	found := map[store.Group]bool{}
	for _, a := range dayByDay(t, f, time.Date(2025, 10, 1, 12, 0, 0, 0, time.UTC), 100) {
		found[groupOf(a)] = true
	}
	lots := []store.Group{w.bad, {Kind: store.GroupLot, Name: second.Name()}}
	if len(found) != len(lots) || !found[lots[0]] || !found[lots[1]] {
		t.Errorf("named %v, want %v", found, lots)
	}
}

// dayByDay looks once a day for so many days, with a scan every four weeks, and gives all alarms that were raised.
func dayByDay(t *testing.T, f *fake, now time.Time, days int) map[string]store.Alarm {
	t.Helper()
	all := slices.SortedFunc(slices.Values(f.claims), func(a, b store.Claim) int { return a.CreatedAt.Compare(b.CreatedAt) })
	watcher, err := surveillance.New(surveillance.Config{Store: f, Rescan: 28 * 24 * time.Hour, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	for range days {
		now = now.AddDate(0, 0, 1)
		n, _ := slices.BinarySearchFunc(all, now, func(c store.Claim, at time.Time) int { return c.CreatedAt.Compare(at) })
		f.claims = slices.Clone(all[:n])
		if err := watcher.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return f.alarms
}
