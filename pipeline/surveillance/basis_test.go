package surveillance_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// forget takes the units away; claims name their groups themselves.
func (w *world) forget() {
	units := map[string]store.Unit{}
	for _, u := range w.units {
		units[u.Serial] = u
	}
	for i := range w.claims {
		u := units[w.claims[i].Claim.Serial]
		w.claims[i].Claim.Serial = ""
		w.claims[i].Claim.Context = map[string]any{"batch": u.Batch, "lot": u.Lots[0].Code, "supplier": u.Lots[0].Supplier}
	}
	w.units, w.batches = nil, nil
}

func TestWithoutUnits(t *testing.T) {
	w := newWorld(1, true)
	rng := rand.New(rand.NewPCG(1, 1))
	for _, u := range w.units { // shares tell less than units: at twelve times as many it is a matter of luck
		if u.Lots[0].Name() == w.bad.Name {
			w.crack(rng, u, 1)
		}
	}
	w.forget()
	f := newFake(w)
	done := scan(t, watch(t, f, &w.now))
	if done.Basis != store.BasisClaims || done.Units != 0 {
		t.Errorf("%+v", done)
	}
	a := only(t, f)
	if g := groupOf(a); g.Kind != store.GroupLot || g.Parts()[0] != "L-17" {
		t.Errorf("named %v", a.Cause)
	}
	if a.Facts.Basis != store.BasisClaims || len(a.Facts.Forecasts) > 0 || a.Facts.Units != (store.AlarmUnits{}) {
		t.Errorf("%+v", a.Facts)
	}
	healthy := newWorld(7, false)
	healthy.forget()
	f = newFake(healthy)
	scan(t, watch(t, f, &healthy.now))
	if len(f.alarms) > 0 {
		t.Errorf("a healthy world has %+v", f.alarms)
	}
}

// TestUnknownSerials: claims without a serial that name their batch count for what is certain of
// it; here for the bad lot's own batches only half.
func TestUnknownSerials(t *testing.T) {
	w := newWorld(1, true)
	for i := range w.claims {
		if i%2 == 0 {
			w.claims[i].Claim.Context = map[string]any{"batch": "B" + w.claims[i].Claim.Serial[1:4]}
			w.claims[i].Claim.Serial = ""
		}
	}
	f := newFake(w)
	done := scan(t, watch(t, f, &w.now))
	if done.ByContext < len(w.claims)/2-3 || done.Unknown > 0 {
		t.Errorf("%+v of %d claims", done, len(w.claims))
	}
	if len(f.alarms) == 0 {
		t.Error("nothing found")
	}
}

// TestWhatCannotCount: claims about what nobody knows and about units that are not sold are
// reported and left out.
func TestWhatCannotCount(t *testing.T) {
	w := newWorld(1, false)
	var stock store.Unit
	for _, u := range w.units {
		if u.SoldAt.IsZero() {
			stock = u
		}
	}
	for i, serial := range []string{"nobody's", stock.Serial} {
		c := w.claims[0]
		c.ID, c.Claim = fmt.Sprint(i), claim.Claim{Serial: serial, Text: "?"}
		w.claims = append(w.claims, c)
	}
	f := newFake(w)
	if done := scan(t, watch(t, f, &w.now)); done.Unknown != 1 || done.Unstarted != 1 {
		t.Errorf("%+v", done)
	}
}

// TestReviewersCount: people's labels take the place of the model's.
func TestReviewersCount(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	for i := range f.claims {
		c := &f.claims[i]
		labels := map[string]string{"symptom": c.Prediction.Axes["symptom"].Label, "component": c.Prediction.Axes["component"].Label}
		f.settled = append(f.settled, store.SettledReview{Review: store.Review{NewReview: store.NewReview{Claim: c.ID}}, Decision: store.ReviewDecision{Labels: labels}})
		c.Prediction = &claim.Prediction{Axes: map[string]claim.AxisPrediction{"symptom": {Label: "scratch"}, "component": {Label: "hinge", Abstained: true}}}
	}
	scan(t, watch(t, f, &w.now))
	if a := only(t, f); groupOf(a) != w.bad || a.Cause.Label == "symptom=scratch" {
		t.Errorf("named %v", a.Cause)
	}
}

// TestConfusionIsAllowedFor: a model that takes a third of all cracks for dents makes dents rise
// with the cracks; the random slice says so, and no alarm of dents comes of it.
func TestConfusionIsAllowedFor(t *testing.T) {
	w := newWorld(1, true)
	rng := rand.New(rand.NewPCG(9, 9))
	for i := range w.claims {
		p := w.claims[i].Prediction
		delete(p.Axes, "component")
		if a := p.Axes["symptom"]; a.Label == "crack" && rng.IntN(3) == 0 {
			p.Axes["symptom"] = claim.AxisPrediction{Label: "dent"}
		}
	}
	f := newFake(w)
	for i := range 300 {
		right := []string{"crack", "noise", "leak"}[i%3]
		said := right
		if right == "crack" && i%9 < 3 {
			said = "dent"
		}
		f.settled = append(f.settled, store.SettledReview{
			Review: store.Review{NewReview: store.NewReview{Claim: fmt.Sprint("slice ", i), Reasons: []store.ReviewReason{store.ReasonRandom},
				Suggested: map[string]store.Suggestion{"symptom": {Label: said}}}},
			Decision: store.ReviewDecision{Labels: map[string]string{"symptom": right}}})
	}
	done := scan(t, watch(t, f, &w.now))
	if !done.Calibrated {
		t.Fatal("the slice was not used")
	}
	a := only(t, f)
	if groupOf(a) != w.bad || a.Cause.Label == "symptom=dent" {
		t.Errorf("named %v", a.Cause)
	}
	for _, l := range a.Facts.Also {
		if l == "symptom=dent" {
			t.Errorf("the alarm is of dents too: %v", a.Facts.Also)
		}
	}
}
