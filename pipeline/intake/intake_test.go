package intake_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/intake"
	"github.com/defekt/defekt/pipeline/serial/rules"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

func TestKnownUnitGivesSpellingAndFacts(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		earlier := w.done(claim.Claim{ID: "1", Text: "first", Serial: known})
		in := w.intake(nil)
		sent := claim.Claim{ID: "2", Text: "again", Serial: " cw2615 934059", Context: map[string]any{"supplier": "as sent", "mileage": 7.0}}
		got, u, err := in.Prepare(t.Context(), "", sent)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "claim", got, claim.Claim{ID: "2", Text: "again", Serial: known, Context: map[string]any{
			"supplier": "as sent", "mileage": 7.0, intake.TypedFact: " cw2615 934059", "batch": "B-9", "lot": "L-17",
			"days_since_delivery": 100.0, "unit_age_days": 200.0, "warranty": "covered", "warranty_days_left": u.Check.Facts(noon)["warranty_days_left"],
			"earlier_claims": 1.0, "days_since_last_claim": 0.0,
		}})
		same(t, "sent", sent.Context, map[string]any{"supplier": "as sent", "mileage": 7.0})
		if u.Status != intake.StatusKnown || u.Typed != " cw2615 934059" || len(u.Check.Repeats) != 1 || u.Check.Repeats[0].Claim != earlier.ID {
			t.Errorf("unit %+v", u)
		}

		kept := w.done(got)
		view, err := in.Unit(t.Context(), "", kept)
		if err != nil {
			t.Fatal(err)
		}
		if view.Typed != " cw2615 934059" || view.Serial != known || len(view.Check.Repeats) != 1 || view.Check.Warranty.Standing != trace.Covered {
			t.Errorf("view %+v", view)
		}
		same(t, "statuses", w.seen, []intake.Status{intake.StatusKnown})
	})
}

func TestTypoIsKeptAndGetsSuggestions(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		in := w.intake(nil)
		got, u, err := in.Prepare(t.Context(), "", claim.Claim{ID: "1", Text: "x", Serial: "CW2615-934O5S"})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "claim", got, claim.Claim{ID: "1", Text: "x", Serial: "CW2615-934O5S"})
		if u.Status != intake.StatusUnknown || len(u.Suggestions) > 0 {
			t.Errorf("on arrival %+v", u)
		}
		got.Serial = "CW2615-93405"
		u, err = in.Unit(t.Context(), "", w.done(got))
		if err != nil {
			t.Fatal(err)
		}
		if u.Status != intake.StatusUnknown || u.Serial != "CW2615-93405" || len(u.Suggestions) != 1 || u.Suggestions[0].Serial != known {
			t.Errorf("later %+v", u)
		}
	})
}

// Units may come in after the claim, in their own spelling.
func TestUnitIsFoundWhenItComesLater(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		in := w.intake(nil)
		got, _, err := in.Prepare(t.Context(), "", claim.Claim{ID: "1", Text: "x", Serial: "zz-100001"})
		if err != nil {
			t.Fatal(err)
		}
		c := w.done(got)
		w.units(store.Unit{Serial: "ZZ100001", SKU: "K-2", ReplacedBy: "ZZ100002"})
		u, err := in.Unit(t.Context(), "", c)
		if err != nil {
			t.Fatal(err)
		}
		if u.Status != intake.StatusKnown || u.Serial != "ZZ100001" || u.Typed != "zz-100001" || u.Check.Warranty.Reason != trace.ReasonReplaced {
			t.Errorf("unit %+v", u)
		}
	})
}

const brand = `
brands:
  - name: Acme
    serials:
      - pattern: '(?P<plant>[A-Z]{2})(?P<number>\d{6})(?P<check>\d)'
        ignore: "- "
        check: {scheme: luhn, over: [number]}
`

func TestRulesAndForms(t *testing.T) {
	set, err := rules.Load(strings.NewReader(brand))
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, func(t *testing.T, w *world) {
		in := w.intake(set)
		for _, tc := range []struct {
			typed, serial string
			status        intake.Status
			fault         claim.Code
		}{
			{"SN-1234", "SN-1234", intake.StatusUnknown, ""}, // may be another brand's
			{"s/n: ld 123456-6", "LD1234566", intake.StatusUnknown, ""},
			{"LD1234567", "LD1234567", intake.StatusFaulty, rules.CodeCheck},
			{"(01)04006381333931(21)" + known, known, intake.StatusKnown, ""},
			{"https://id.example.com/01/04006381333931/21/GGY9FE", "GGY9FE", intake.StatusUnknown, ""},
			{"(01)04006381333932(21)X", "(01)04006381333932(21)X", intake.StatusFaulty, "gs1_check_digit"},
			{"urn:epc:id:sgtin:4006381.033393.77", "77", intake.StatusUnknown, ""},
			{known, known, intake.StatusKnown, ""}, // whatever the rules say of it
		} {
			got, u, err := in.Prepare(t.Context(), "", claim.Claim{ID: "1", Serial: tc.typed})
			if err != nil {
				t.Fatal(err)
			}
			var fault claim.Code
			if u.Fault != nil {
				fault = u.Fault.Code
			}
			if got.Serial != tc.serial || u.Status != tc.status || fault != tc.fault {
				t.Errorf("%q: serial %q, %s, fault %q; want %+v", tc.typed, got.Serial, u.Status, fault, tc)
			}
		}
		_, u, err := in.Prepare(t.Context(), "", claim.Claim{ID: "1", SKU: "AC-1", Serial: "SN-1234"})
		if err != nil || u.Status != intake.StatusFaulty || u.Fault.Code != rules.CodePattern {
			t.Errorf("of a product whose rules are known: %+v, %v", u, err)
		}
	})
}

func TestSeveralProductsWithOneSerial(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.units(store.Unit{Serial: known, SKU: "K-2"})
		in := w.intake(nil)
		_, u, err := in.Prepare(t.Context(), "", claim.Claim{Serial: known})
		if err != nil || u.Status != intake.StatusSeveral {
			t.Errorf("%+v, %v", u, err)
		}
		if _, u, err = in.Prepare(t.Context(), "", claim.Claim{Serial: known, SKU: "K-2"}); err != nil || u.Status != intake.StatusKnown || u.Check.Unit.SKU != "K-2" {
			t.Errorf("%+v, %v", u, err)
		}
	})
}

// silent fails whoever asks it.
type silent struct{ asked int }

var errAsked = errors.New("it was asked")

func (s *silent) Existing(context.Context, []string) (map[string]string, error) {
	s.asked++
	return nil, errAsked
}

func (s *silent) UnitsOf(context.Context, store.UnitFilter, string, int) ([]store.Unit, string, error) {
	s.asked++
	return nil, "", errAsked
}

func (s *silent) ReadingsOf(context.Context, string) (store.PhotoReadings, error) {
	s.asked++
	return store.PhotoReadings{}, errAsked
}

func (s *silent) Check(context.Context, trace.Question) (trace.Check, error) {
	s.asked++
	return trace.Check{}, errAsked
}

func TestWithoutSerialNothingIsAsked(t *testing.T) {
	s := &silent{}
	in, err := intake.New(intake.Config{Units: s, Readings: s, Tracer: s})
	if err != nil {
		t.Fatal(err)
	}
	sent := claim.Claim{ID: "1", Text: "x", SKU: "K-1", Context: map[string]any{"batch": "B-9"}, Photos: []string{"p"}}
	got, u, err := in.Prepare(t.Context(), "", sent)
	if err != nil || u.Status != "" || s.asked != 0 {
		t.Errorf("%+v, %v, asked %d times", u, err, s.asked)
	}
	same(t, "claim", got, sent)
	if _, err := in.Unit(t.Context(), "", store.Claim{Claim: claim.Claim{Text: "x"}, State: store.Done}); err != nil || s.asked != 0 {
		t.Errorf("%v, asked %d times", err, s.asked)
	}
	if _, err := in.Unit(t.Context(), "", store.Claim{Claim: sent, State: store.Queued}); err != nil || s.asked != 0 {
		t.Errorf("while queued: %v, asked %d times", err, s.asked)
	}

	// An error leaves the claim good for use.
	sent.Serial = "S-1234"
	got, _, err = in.Prepare(t.Context(), "", sent)
	if !errors.Is(err, errAsked) {
		t.Errorf("error %v", err)
	}
	same(t, "claim", got, sent)
	if _, err := intake.New(intake.Config{}); err == nil {
		t.Error("an intake without anything is made")
	}
}

// Who has no units at all is not asked thousands of serials for each claim.
func TestNoUnitsNoSuggestions(t *testing.T) {
	c := &counted{}
	in, err := intake.New(intake.Config{Units: c, Readings: &silent{}, Tracer: c})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := in.Suggest(t.Context(), intake.Unit{Serial: "AB-123456", Status: intake.StatusUnknown}); err != nil {
			t.Fatal(err)
		}
	}
	if c.lists != 1 || c.keys != 0 {
		t.Errorf("asked for %d lists and %d keys, want one list and no key", c.lists, c.keys)
	}
}

type counted struct{ lists, keys int }

func (c *counted) Existing(_ context.Context, keys []string) (map[string]string, error) {
	c.keys += len(keys)
	return nil, nil
}

func (c *counted) UnitsOf(context.Context, store.UnitFilter, string, int) ([]store.Unit, string, error) {
	c.lists++
	return nil, "", nil
}

func (c *counted) Check(context.Context, trace.Question) (trace.Check, error) {
	return trace.Check{}, nil
}
