package surveillance_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
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
			w.crack(rng, w.units[i], 6) // so that the shop has many
		case second.Name():
			w.fail(rng, u, true)
		}
	}
	f := newFake(w)
	found := map[store.Group]bool{}
	for _, a := range dayByDay(t, f, time.Date(2025, 10, 15, 12, 0, 0, 0, time.UTC), 40) {
		found[groupOf(a)] = true
	}
	lots := []store.Group{w.bad, {Kind: store.GroupLot, Name: second.Name()}}
	if len(found) != len(lots) || !found[lots[0]] || !found[lots[1]] {
		t.Errorf("named %v, want %v", found, lots)
	}
}

// The same with a second lot that is noisy, while the model takes a third of the first one's cracks for
// noise: what spills over from there is no news of noise.
func TestSpillsOfOtherLabelsAreAllowedFor(t *testing.T) {
	w := newWorld(1, true)
	rng := rand.New(rand.NewPCG(2, 2))
	for i, u := range w.units {
		switch u.Lots[0].Name() {
		case w.bad.Name:
			w.units[i].Channel = "web"
			w.crack(rng, w.units[i], 20)
		case "L-13|hinge|Bolt":
			if at := u.SoldAt.AddDate(0, 0, 1+int(rng.ExpFloat64()*900)); !u.SoldAt.IsZero() && at.Before(w.now) {
				w.claim(rng, u, at, "noise", "motor")
			}
		}
	}
	for i := range w.claims {
		p := w.claims[i].Prediction
		delete(p.Axes, "component")
		if p.Axes["symptom"].Label == "crack" && rng.IntN(3) == 0 {
			p.Axes["symptom"] = claim.AxisPrediction{Label: "noise"}
		}
	}
	f := newFake(w)
	for i := range 300 {
		right := []string{"crack", "noise", "leak"}[i%3]
		said := right
		if i%9 == 0 {
			said = "noise"
		}
		f.settled = append(f.settled, store.SettledReview{
			Review: store.Review{NewReview: store.NewReview{Claim: fmt.Sprint("slice ", i), Reasons: []store.ReviewReason{store.ReasonRandom},
				Suggested: map[string]store.Suggestion{"symptom": {Label: said}}}},
			Decision: store.ReviewDecision{Labels: map[string]string{"symptom": right}}})
	}
	found := map[string]bool{}
	for _, a := range dayByDay(t, f, time.Date(2025, 9, 20, 12, 0, 0, 0, time.UTC), 30) {
		found[a.Cause.Label+" of "+a.Cause.Name] = true
	}
	if len(found) != 2 || !found["symptom=crack of "+w.bad.Name] || !found["symptom=noise of L-13|hinge|Bolt"] {
		t.Errorf("found %v", found)
	}
}

// crack makes claims of cracks about a unit, as a bad lot does.
func (w *world) crack(rng *rand.Rand, u store.Unit, times int) {
	for range times {
		if at := u.SoldAt.AddDate(0, 0, 3+int(rng.ExpFloat64()*1667)); !u.SoldAt.IsZero() && at.Before(w.now) {
			w.claim(rng, u, at, "crack", "hinge")
			w.claims[len(w.claims)-1].Prediction = crack() // never taken for noise
		}
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
