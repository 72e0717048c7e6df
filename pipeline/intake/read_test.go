package intake_test

import (
	"errors"
	"strings"
	"testing"

	drawn "github.com/defekt/defekt/datasets/simulate/codes"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/intake"
	"github.com/defekt/defekt/pipeline/serial/rules"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

// reading reads a claim with these photos and a typed serial.
func (w *world) reading(r *intake.Reader, typed string, photos ...string) (store.Claim, store.PhotoReadings) {
	w.t.Helper()
	c := w.done(claim.Claim{ID: "ref", Text: "x", Serial: typed, Photos: photos})
	if err := r.ReadCodes(w.t.Context(), c.ID); err != nil {
		w.t.Fatal(err)
	}
	got, err := w.store.ReadingsOf(w.t.Context(), c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.read(c.ID), got
}

func TestPhotoGivesSerialAndUnit(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		r := w.reader(nil)
		ref, text := w.draw(1, drawn.QR)
		if text != known {
			t.Fatalf("the drawn photo says %q; the test needs %q", text, known)
		}
		c, got := w.reading(r, "", ref, ref)
		same(t, "serial", c.Claim.Serial, known)
		same(t, "readings", got, store.PhotoReadings{Claim: c.ID, At: noon, Serial: known, Adopted: true, Codes: []store.Reading{
			{Photo: 0, Symbology: "qr", Text: known, Serial: known, Form: "plain"},
		}})
		u, err := w.intake(nil).Unit(t.Context(), "", c)
		if err != nil {
			t.Fatal(err)
		}
		if u.Status != intake.StatusKnown || u.Check.Unit.Batch != "B-9" || u.Check.Warranty.Standing != trace.Covered || !u.Readings.Adopted {
			t.Errorf("unit %+v", u)
		}
		list, _, err := w.store.List(t.Context(), store.Filter{Serial: known}, store.Page{Limit: 5})
		if err != nil || len(list) != 1 {
			t.Errorf("%d claims of the serial, %v", len(list), err)
		}
		if err := r.ReadCodes(t.Context(), c.ID); err != nil { // a job may run twice
			t.Fatal(err)
		}
		same(t, "results", w.results, []intake.Result{intake.ResultAdopted, intake.ResultConfirmed})
	})
}

func TestConflictIsFlagged(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		r := w.reader(nil)
		ref, _ := w.draw(1, drawn.QR)
		c, got := w.reading(r, "CW2615-934050", ref)
		if c.Claim.Serial != "CW2615-934050" || got.Serial != known || !strings.Contains(got.Conflict, "photo 1 shows "+known+" (character 12 is 0 against 9)") {
			t.Errorf("serial %q, readings %+v", c.Claim.Serial, got)
		}
		if c, got = w.reading(r, "cw2615934059", ref); got.Conflict != "" || c.Claim.Serial != "cw2615934059" {
			t.Errorf("another spelling: %+v", got)
		}
		// Two units on the photos of a claim without a serial: nobody can tell which.
		w.units(store.Unit{Serial: "PR2634-670036"})
		second, _ := w.draw(4, drawn.QR)
		if c, got = w.reading(r, "", ref, second); c.Claim.Serial != "" || got.Serial != "" || !strings.Contains(got.Conflict, "photo 2 shows PR2634-670036") {
			t.Errorf("two units: serial %q, %+v", c.Claim.Serial, got)
		}
		same(t, "results", w.results, []intake.Result{intake.ResultConflict, intake.ResultConfirmed, intake.ResultConflict})
	})
}

// What is no serial for certain is written down and not taken.
func TestUncertainCodesAreNotTaken(t *testing.T) {
	set, err := rules.Load(strings.NewReader(brand))
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, func(t *testing.T, w *world) {
		r := w.reader(set) // of another brand than the photos
		plain, text := w.draw(5, drawn.QR)
		if c, got := w.reading(r, "", plain); c.Claim.Serial != "" || got.Serial != "" || len(got.Codes) != 1 || got.Codes[0].Text != text {
			t.Errorf("a text of no unit: serial %q, %+v", c.Claim.Serial, got)
		}
		if _, got := w.reading(r, "typed", plain); got.Conflict != "" {
			t.Errorf("a text of no unit contradicts: %s", got.Conflict)
		}
		product, _ := w.draw(1, drawn.EAN13)
		if c, got := w.reading(r, "", product); c.Claim.Serial != "" || len(got.Codes) != 1 || got.Codes[0].GTIN == "" {
			t.Errorf("a product's code: serial %q, %+v", c.Claim.Serial, got)
		}
		// GS1 says itself that it is a serial; a known unit's plain code outweighs it.
		gs1, _ := w.draw(6, drawn.QR)
		if c, got := w.reading(r, "", gs1); c.Claim.Serial != "GGY9FE2D9DJ7" || got.Codes[0].Lot != "02YYS" {
			t.Errorf("GS1: serial %q, %+v", c.Claim.Serial, got)
		}
		ref, _ := w.draw(1, drawn.QR)
		if c, _ := w.reading(r, "", gs1, ref); c.Claim.Serial != known {
			t.Errorf("beside a known unit: serial %q", c.Claim.Serial)
		}
	})
}

func TestPhotosThatCannotBeRead(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		r := w.reader(nil)
		ref, _ := w.draw(1, drawn.QR)
		w.photos["torn"] = w.photos[ref][:400]
		if c, got := w.reading(r, "", "torn", "missing", ref); c.Claim.Serial != known || len(got.Failed) != 2 || got.Codes[0].Photo != 2 {
			t.Errorf("serial %q, %+v", c.Claim.Serial, got)
		}
		w.photos["away"] = nil
		c := w.done(claim.Claim{ID: "ref", Text: "x", Photos: []string{ref, "away"}})
		if err := r.ReadCodes(t.Context(), c.ID); err == nil {
			t.Error("a claim is read while the store of photos is away")
		}
		if _, err := w.store.ReadingsOf(t.Context(), c.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("something is kept of it: %v", err)
		}
		if _, err := w.store.Erase(t.Context(), c.ID, "me"); err != nil {
			t.Fatal(err)
		}
		if err := r.ReadCodes(t.Context(), c.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("erased: %v", err)
		}
	})
}
