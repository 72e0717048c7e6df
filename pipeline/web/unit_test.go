package web

import (
	"context"
	"errors"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/intake"
	"github.com/defekt/defekt/pipeline/serial/suggest"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

// withUnit is a page's configuration with what is known of a unit.
func withUnit(u intake.Unit, err error) func(*Config) {
	return func(c *Config) {
		c.UnitPages = "/quality/units/"
		c.Units = func(context.Context, string, store.Claim) (intake.Unit, error) { return u, err }
	}
}

func TestClaimShowsItsUnit(t *testing.T) {
	u := intake.Unit{Serial: "A/1 <b>", Typed: "a1", Status: intake.StatusKnown, Check: trace.Check{
		Unit:     &store.Unit{Serial: "A/1 <b>", Batch: "B-9", SoldAt: noon, Lots: []store.LotRef{{Component: "hinge", Code: "L-17", Supplier: "ACME"}}},
		Chain:    []store.Unit{{Serial: "A0"}},
		Warranty: &trace.Warranty{Standing: trace.NotCovered, Why: "it ended with 2026-01-01", Notes: []string{"the start is assumed"}},
		Repeats:  []trace.Repeat{{Claim: full, At: noon, Labels: map[string]string{"symptom": "crack_break"}}},
		Issues:   []trace.Issue{{Group: store.Group{Kind: store.GroupBatch, Name: "B-9"}, Text: "hinges break", Resolution: "send a hinge"}},
	}, Readings: &store.PhotoReadings{Conflict: "photo 1 shows A2", Codes: []store.Reading{
		{Photo: 1, Symbology: "datamatrix", Text: "21A2\x1d10L", Serial: "A2", Lot: "L"}, {Photo: 2, Symbology: "qr", Text: "?", Doubt: "read once"},
	}}}
	d := newSite(t, world(t), withUnit(u, nil)).get(t, "/claims/"+full, 200)
	for _, c := range []struct{ selector, want string }{
		{"#unit h2", "Unit A/1 <b>"},
		{"#unit p", "The serial was typed as a1. The unit is known."},
		{"#serial-conflict", "The photos contradict the serial: photo 1 shows A2."},
		{"#warranty", "Warranty: Not covered : it ended with 2026-01-01."},
		{"#unit p", "the start is assumed"},
		{"#unit .issue", "Known issue of batch B-9: hinges break What to do: send a hinge"},
		{"#unit tr", "Lot lot L-17 (hinge, ACME)"},
		{"#unit tr", "Sold 20 Mar 2026"},
		{"#unit tr", "Replaces A0"},
		{"#repeats tr", "Crack or break"},
		{"#codes tr", "Photo 2 Data Matrix 21A2 10L serial A2, lot L"},
		{"#codes tr", "Photo 3 QR ? Not believed: read once"},
		{"nav.toc", "Unit"},
	} {
		d.has(t, c.selector, c.want)
	}
	if got := d.link(t, "Everything about this unit"); got != "/quality/units/A%2F1%20%3Cb%3E" {
		t.Errorf("the unit is at %s", got)
	}
}

func TestUnitSectionSaysWhatIsNotKnown(t *testing.T) {
	unknown := intake.Unit{Serial: "A1", Status: intake.StatusUnknown, Suggestions: []suggest.Suggestion{{Serial: "A7"}, {Serial: "AI"}}}
	d := newSite(t, world(t), withUnit(unknown, nil)).get(t, "/claims/"+full, 200)
	d.has(t, "#unit .look", "No unit with it is known.")
	d.has(t, "#unit p", "Known serials near it: A7 , AI")
	if got := d.link(t, "A7"); got != "/quality/units/A7" {
		t.Errorf("the suggestion leads to %s", got)
	}
	faulty := intake.Unit{Serial: "A1", Status: intake.StatusFaulty, Fault: &claim.Problem{Message: "the serial's check digit is wrong"}}
	newSite(t, world(t), withUnit(faulty, nil)).get(t, "/claims/"+full, 200).has(t, "#unit .look", "No unit can have it: the serial's check digit is wrong.")
	none := intake.Unit{Readings: &store.PhotoReadings{}}
	newSite(t, world(t), withUnit(none, nil)).get(t, "/claims/"+full, 200).has(t, "#unit p", "No serial was typed, and the codes on the photos name none for certain.")
	newSite(t, world(t), withUnit(intake.Unit{}, errors.New("away"))).get(t, "/claims/"+full, 200).has(t, "#unit .look", "could not be looked up in time")
	if d := newSite(t, world(t), withUnit(intake.Unit{}, nil)).get(t, "/claims/"+full, 200); len(d.find("#unit")) > 0 {
		t.Error("a section about nothing")
	}
}
