package surveillance_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// unknown takes the labels from some claims, as a model does that does not know what it reads.
func unknown(f *fake, of func(store.Claim) bool) (n int) {
	for i, c := range f.claims {
		if of(c) {
			p := &claim.Prediction{Axes: map[string]claim.AxisPrediction{"severity": c.Prediction.Axes["severity"]}}
			for _, axis := range store.WatchedAxes() {
				p.Axes[axis] = claim.AxisPrediction{Label: "crack", Abstained: true}
			}
			f.claims[i].Prediction = p
			n++
		}
	}
	return n
}

// What a bad lot does may be nothing that the model knows.
func TestUnlabelledClaimsAreWatched(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	n := unknown(f, func(c store.Claim) bool { return c.Claim.Text == "crack" })
	scan(t, watch(t, f, &w.now))
	a := only(t, f)
	if groupOf(a) != w.bad || a.Cause.Label != store.Unlabelled {
		t.Errorf("%+v, want claims without a label of %v (%d have none)", a.Cause, w.bad, n)
	}
}

// Where the model knows half of what a bad lot does, the other half is no news.
func TestUnlabelledClaimsBesideALabel(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	rng := rand.New(rand.NewPCG(8, 8))
	unknown(f, func(c store.Claim) bool { return c.Claim.Text == "crack" && rng.Float64() < 0.5 })
	scan(t, watch(t, f, &w.now))
	a := only(t, f)
	if groupOf(a) != w.bad || a.Cause.Label != "symptom=crack" && a.Cause.Label != "component=hinge" || !slices.Contains(a.Facts.Also, store.Unlabelled) {
		t.Errorf("%+v, also %v", a.Cause, a.Facts.Also)
	}
}

// More claims of every kind than usual are no alarm under "all claims", which nobody watches.
func TestAllClaimsAreNotWatched(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	scan(t, watch(t, f, &w.now))
	if a := only(t, f); a.Cause.Label == "" || slices.Contains(a.Facts.Also, "") {
		t.Errorf("%+v, also %v", a.Cause, a.Facts.Also)
	}
}

// A new product is expected to fail as its family does; of one of which no family is known, nobody
// knows better than that it fails like all others.
func TestNewProductsAreLikeTheirFamily(t *testing.T) {
	share := func(told bool) float64 {
		w := newWorld(3, false)
		w.launchLeaky()
		f := newFake(w)
		if told {
			for _, sku := range []string{"K0", "K1", "K2", "K3", "K4", "K5"} {
				f.product(t, sku, "dry")
			}
			for _, sku := range leaky() {
				f.product(t, sku, "pumps")
			}
		}
		charts, err := watch(t, f, &w.now).Charts(t.Context(), store.Group{Kind: store.GroupSKU, Name: "P5"}, "symptom=leak")
		if err != nil {
			t.Fatal(err)
		}
		expected, observed := 0.0, 0
		for _, m := range charts.Months {
			expected += m.Expected
			observed += m.Observed
		}
		return expected / float64(observed)
	}
	if known, unknown := share(true), share(false); known < 0.75 || known > 1.3 || unknown > 0.75*known {
		t.Errorf("%.2f of the leaks of a new pump are expected, %.2f when nobody says that it is one", known, unknown)
	}
}

// leaky are pumps: most are old, the last is new.
func leaky() []string { return []string{"P0", "P1", "P2", "P3", "P4", "P5"} }

// launchLeaky adds pumps, which leak ten times as much as other products.
func (w *world) launchLeaky() {
	rng := rand.New(rand.NewPCG(4, 4))
	const perDay = 10 * 4e-5
	for i, sku := range leaky() {
		days, units := 800, 600
		if i == len(leaky())-1 {
			days, units = 80, 3000
		}
		for n := range units {
			sold := w.now.AddDate(0, 0, -days+rng.IntN(40))
			u := store.Unit{Serial: sku + "-" + strconv.Itoa(n), SKU: sku, Plant: "south", MadeAt: sold.AddDate(0, 0, -30), SoldAt: sold}
			w.units = append(w.units, u)
			if at := sold.AddDate(0, 0, 1+int(rng.ExpFloat64()/perDay)); at.Before(w.now) {
				w.claim(rng, u, at, "leak", "lid")
			}
		}
	}
}

func (f *fake) product(t *testing.T, sku, family string) {
	t.Helper()
	r, err := store.RecordOf(store.RecordProduct, sku, store.Product{Family: family})
	if err != nil {
		t.Fatal(err)
	}
	f.records = append(f.records, r)
}
