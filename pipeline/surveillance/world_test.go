package surveillance_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// world is a small maker of hinged things: units with their way, and claims about them.
type world struct {
	units   []store.Unit
	batches []store.Batch
	claims  []store.Claim
	now     time.Time
	bad     store.Group // the planted lot, empty without
}

const (
	worldSKUs    = 6
	worldBatches = 60 // two weeks apart
	batchSize    = 120
	badTimes     = 12 // how many times as many cracks the bad lot has
)

// newWorld makes two and a half years of it. planted lets one lot of hinges go bad.
func newWorld(seed uint64, planted bool) *world {
	rng := rand.New(rand.NewPCG(seed, 3))
	w := &world{now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}
	start := w.now.AddDate(0, 0, -worldBatches*14-30)
	badLot := store.LotRef{Code: "L-17", Component: "hinge", Supplier: "Acme"}
	for b := range worldBatches {
		made := start.AddDate(0, 0, 14*b)
		sku := fmt.Sprintf("K%d", b%worldSKUs)
		batch := fmt.Sprintf("B%03d", b)
		w.batches = append(w.batches, store.Batch{Code: batch, SKU: sku, Plant: "north", MadeAt: made})
		for i := range batchSize {
			u := store.Unit{Serial: fmt.Sprintf("S%03d-%04d", b, i), SKU: sku, Batch: batch, Plant: "north", MadeAt: made,
				Warehouse: []string{"east", "west"}[rng.IntN(2)], Carrier: []string{"fast", "slow", "blue"}[rng.IntN(3)], Channel: []string{"shop", "web"}[rng.IntN(2)]}
			hinge := store.LotRef{Code: fmt.Sprintf("L-%02d", b/3), Component: "hinge", Supplier: []string{"Acme", "Bolt", "Core"}[b/3%3]}
			if b/3 == 5 && i%2 == 0 { // half of three batches of three SKUs
				hinge = badLot
			}
			u.Lots = []store.LotRef{hinge, {Code: fmt.Sprintf("M-%02d", b/5), Component: "motor", Supplier: "Drive"}}
			if sold := made.AddDate(0, 0, 10+rng.IntN(50)); sold.Before(w.now) {
				u.ShippedAt, u.SoldAt = made.AddDate(0, 0, 5), sold
			}
			w.units = append(w.units, u)
		}
	}
	if planted {
		w.bad = store.Group{Kind: store.GroupLot, Name: badLot.Name()}
	}
	for _, u := range w.units {
		w.fail(rng, u, planted && u.Lots[0] == badLot)
	}
	return w
}

// fail makes a unit's claims: about one in twenty a year, of three kinds.
func (w *world) fail(rng *rand.Rand, u store.Unit, bad bool) {
	if u.SoldAt.IsZero() {
		return
	}
	for kind, symptom := range []string{"crack", "noise", "leak"} {
		perDay := []float64{5e-5, 5e-5, 4e-5}[kind]
		if bad && symptom == "crack" {
			perDay *= badTimes
		}
		at := u.SoldAt.AddDate(0, 0, 3+int(rng.ExpFloat64()/perDay))
		if at.Before(w.now) {
			w.claim(rng, u, at, symptom, []string{"hinge", "motor", "lid"}[kind])
		}
	}
}

func (w *world) claim(rng *rand.Rand, u store.Unit, at time.Time, symptom, component string) {
	if rng.Float64() < 0.05 { // the model takes one for another
		symptom = "noise"
	}
	axes := map[string]claim.AxisPrediction{"symptom": {Label: symptom, Probability: 0.9}, "component": {Label: component, Probability: 0.9},
		"severity": {Label: "major", Probability: 0.9}}
	c := store.Claim{ID: uuid.Must(uuid.NewV7()).String(), State: store.Done, CreatedAt: at, FinishedAt: at, Prediction: &claim.Prediction{Axes: axes}}
	c.Claim = claim.Claim{ID: fmt.Sprintf("R%05d", len(w.claims)), Serial: u.Serial, SKU: u.SKU, ReceivedAt: at, Text: symptom}
	w.claims = append(w.claims, c)
}

func crack() *claim.Prediction {
	return &claim.Prediction{Axes: map[string]claim.AxisPrediction{"symptom": {Label: "crack", Probability: 0.9}, "component": {Label: "hinge", Probability: 0.9}}}
}
