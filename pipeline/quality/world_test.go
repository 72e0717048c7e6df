package quality_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
)

// world is a brand that sells kettles. Their lids hang on hinges of two suppliers; ACME's lot L-17,
// built in for 400 units, is brittle, and from fixDay on ACME delivers a better hinge.
type world struct {
	*testing.T
	ctx   context.Context
	store store.Store
	blobs blob.Store
	rng   *rand.Rand
	now   time.Time
	// claims are the ids of those about L-17.
	claims []string
}

const (
	badUnits  = 400
	goodUnits = 1200 // of each supplier
	fixUnits  = 1200
)

var (
	start  = time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)
	fixDay = time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	today  = time.Date(2026, 2, 2, 9, 0, 0, 0, time.UTC)
)

// fill imports units, master data, claims with photos, and costs.
func (w *world) fill() {
	w.Helper()
	w.records()
	var units []store.Unit
	add := func(prefix string, n int, lot store.LotRef, made time.Time) {
		for i := range n {
			sold := made.AddDate(0, 0, 14+w.rng.IntN(60))
			u := store.Unit{Serial: fmt.Sprintf("%s-%04d", prefix, i), SKU: "K-1", Batch: "B-" + prefix, MadeAt: made, Lots: []store.LotRef{lot, {Component: "heater", Code: "H-1", Supplier: "WARM"}},
				Channel: "shop 3", SoldAt: sold, Customer: fmt.Sprintf("cu-%s-%d", prefix, i), Contact: "email", Country: "FI"}
			if i%10 == 9 { // the tenth of each is still on the shelf
				u.SoldAt, u.Customer, u.Contact, u.Channel, u.Warehouse = time.Time{}, "", "", "", "W-1"
			}
			units = append(units, u)
		}
	}
	add("BAD", badUnits, store.LotRef{Component: "hinge", Code: "L-17", Supplier: "ACME"}, start)
	add("GOOD", goodUnits, store.LotRef{Component: "hinge", Code: "L-18", Supplier: "ACME"}, start)
	add("BOLT", goodUnits, store.LotRef{Component: "hinge", Code: "X-1", Supplier: "BOLT"}, start)
	add("FIX", fixUnits, store.LotRef{Component: "hinge", Code: "L-20", Supplier: "ACME"}, fixDay.AddDate(0, 0, 5))
	if _, err := w.store.PutUnits(w.ctx, units); err != nil {
		w.Fatal(err)
	}
	for _, u := range units {
		if u.SoldAt.IsZero() {
			continue
		}
		share := map[string]float64{"B-BAD": 0.15, "B-GOOD": 0.01, "B-BOLT": 0.01, "B-FIX": 0.005}[u.Batch]
		if w.rng.Float64() < share {
			w.claim(u)
		}
	}
}

func (w *world) records() {
	w.Helper()
	acme, err := store.RecordOf(store.RecordSupplier, "ACME", store.Supplier{Name: "Acme Hinges Oy", Contact: "claims@acme.example"})
	if err != nil {
		w.Fatal(err)
	}
	kettle, err := store.RecordOf(store.RecordProduct, "K-1", store.Product{Name: "Kettle, large", Recall: store.Money{Minor: 1850, Currency: "EUR"}})
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.store.PutRecords(w.ctx, []store.Record{acme, kettle}); err != nil {
		w.Fatal(err)
	}
}

// claim reports a broken hinge within 180 days of the sale, with a photo and a repair.
func (w *world) claim(u store.Unit) {
	w.Helper()
	at := u.SoldAt.AddDate(0, 0, 1+w.rng.IntN(180))
	digest, err := w.blobs.Put(w.ctx, append([]byte("\xff\xd8\xff\xe0"), u.Serial...))
	if err != nil {
		w.Fatal(err)
	}
	axis := func(label string) claim.AxisPrediction { return claim.AxisPrediction{Label: label, Probability: 0.9} }
	severity := "major"
	if w.rng.IntN(3) == 0 {
		severity = "critical"
	}
	c, _, err := w.store.Accept(w.ctx, store.New{
		Claim: claim.Claim{ID: "ref-" + u.Serial, Text: "the lid came off", SKU: u.SKU, Serial: u.Serial, ReceivedAt: at, Photos: []string{digest}},
		Outcome: &store.Outcome{Prediction: claim.Prediction{ID: "ref", Model: "sha256:m", Taxonomy: "starter@1",
			Axes: map[string]claim.AxisPrediction{"symptom": axis("crack"), "component": axis("hinge"), "severity": axis(severity)}}},
	})
	if err != nil {
		w.Fatal(err)
	}
	if u.Batch == "B-BAD" {
		w.claims = append(w.claims, c.ID)
	}
	cost := store.Cost{ID: "cost-" + u.Serial, Claim: c.ID, At: at.AddDate(0, 0, 3), Kind: "repair", Amount: store.Money{Minor: 2490, Currency: "EUR"}}
	if _, err := w.store.PutCosts(w.ctx, []store.Cost{cost}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) cases() cases.Reader {
	return cases.Reader{Claims: w.store, Units: w.store, Reviews: w.store}
}

func newWorld(t *testing.T, s store.Store) *world {
	t.Helper()
	blobs, err := blob.NewFolder(filepath.Join(t.TempDir(), "blobs"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := blobs.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{T: t, ctx: t.Context(), store: s, blobs: blobs, rng: rand.New(rand.NewPCG(17, 17)), now: today}
	w.fill()
	return w
}

// written is what a writer wrote.
func written(t *testing.T, f func(b *bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
