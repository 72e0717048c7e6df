package trace_test

import (
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

func TestWarranty(t *testing.T) {
	two := &store.Terms{Months: 24}
	sold := store.Unit{Serial: "A", SoldAt: day("2024-03-01").Add(15 * time.Hour)}
	for name, tc := range map[string]struct {
		q      trace.WarrantyQuestion
		want   trace.Standing
		reason trace.Reason
		end    string // the first day outside
		note   string
	}{
		"the last day":            {trace.WarrantyQuestion{Unit: sold, Terms: two, At: day("2026-03-01").Add(23 * time.Hour)}, trace.Covered, trace.ReasonTerm, "2026-03-02", ""},
		"a day later":             {trace.WarrantyQuestion{Unit: sold, Terms: two, At: day("2026-03-02")}, trace.NotCovered, trace.ReasonExpired, "2026-03-02", ""},
		"in a zone ahead":         {trace.WarrantyQuestion{Unit: sold, Terms: two, At: time.Date(2026, 3, 2, 5, 0, 0, 0, time.FixedZone("", 9*3600))}, trace.Covered, trace.ReasonTerm, "2026-03-02", ""},
		"the 31st":                {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2025-08-31")}, Terms: &store.Terms{Months: 6}, At: day("2026-02-28")}, trace.Covered, trace.ReasonTerm, "2026-03-01", ""},
		"a leap day":              {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2024-02-29")}, Terms: &store.Terms{Months: 12}, At: day("2025-03-01")}, trace.NotCovered, trace.ReasonExpired, "2025-03-01", ""},
		"days only":               {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2026-01-01")}, Terms: &store.Terms{Days: 14}, At: day("2026-01-15")}, trace.Covered, trace.ReasonTerm, "2026-01-16", ""},
		"before the sale":         {trace.WarrantyQuestion{Unit: sold, Terms: two, At: day("2024-02-01")}, trace.Unclear, trace.ReasonNotStarted, "2026-03-02", ""},
		"no terms":                {trace.WarrantyQuestion{Unit: sold, At: day("2024-04-01")}, trace.Unclear, trace.ReasonNoTerms, "", ""},
		"nothing known":           {trace.WarrantyQuestion{Unit: store.Unit{}, Terms: two, At: day("2024-04-01")}, trace.Unclear, trace.ReasonNoStart, "", ""},
		"sale not known":          {trace.WarrantyQuestion{Unit: store.Unit{RegisteredAt: day("2024-03-05")}, Terms: two, At: day("2026-03-04")}, trace.Covered, trace.ReasonTerm, "2026-03-06", "2024-03-05, when it was registered, stands in"},
		"only shipped":            {trace.WarrantyQuestion{Unit: store.Unit{ShippedAt: day("2024-01-01")}, Terms: two, At: day("2026-03-31")}, trace.Covered, trace.ReasonTerm, "2026-04-01", "90 days after it was shipped"},
		"only its shipment":       {trace.WarrantyQuestion{Shipped: day("2024-01-01"), Terms: &store.Terms{Months: 24, AssumeDays: 30}, At: day("2026-02-01")}, trace.NotCovered, trace.ReasonExpired, "2026-02-01", "30 days after"},
		"only made":               {trace.WarrantyQuestion{Unit: store.Unit{MadeAt: day("2024-01-01")}, Terms: two, At: day("2024-01-10")}, trace.Covered, trace.ReasonTerm, "2026-04-01", "was made on 2024-01-01"},
		"from making":             {trace.WarrantyQuestion{Unit: store.Unit{MadeAt: day("2024-01-01"), SoldAt: day("2025-01-01")}, Terms: &store.Terms{Months: 12, From: "made"}, At: day("2025-02-01")}, trace.NotCovered, trace.ReasonExpired, "2025-01-02", ""},
		"an extension":            {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2024-03-01"), ExtendedUntil: day("2027-03-01")}, Terms: two, At: day("2026-06-01")}, trace.Covered, trace.ReasonExtended, "2027-03-01", ""},
		"within the term anyway":  {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2024-03-01"), ExtendedUntil: day("2027-03-01")}, Terms: two, At: day("2025-06-01")}, trace.Covered, trace.ReasonTerm, "2027-03-01", ""},
		"an extension alone":      {trace.WarrantyQuestion{Unit: store.Unit{ExtendedUntil: day("2027-03-01")}, Terms: two, At: day("2026-06-01")}, trace.Covered, trace.ReasonExtended, "2027-03-01", "the start is not known"},
		"an extension, over":      {trace.WarrantyQuestion{Unit: store.Unit{ExtendedUntil: day("2026-03-01")}, Terms: two, At: day("2026-06-01")}, trace.NotCovered, trace.ReasonExpired, "2026-03-01", ""},
		"registered in time":      {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2024-03-01"), RegisteredAt: day("2024-03-31")}, Terms: &store.Terms{Months: 24, RegisteredMonths: 12, RegisterWithinDays: 30}, At: day("2026-06-01")}, trace.Covered, trace.ReasonRegistered, "2027-03-02", ""},
		"registered late":         {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2024-03-01"), RegisteredAt: day("2024-04-01")}, Terms: &store.Terms{Months: 24, RegisteredMonths: 12, RegisterWithinDays: 30}, At: day("2026-06-01")}, trace.NotCovered, trace.ReasonExpired, "2026-03-02", "after the 30 days"},
		"not registered":          {trace.WarrantyQuestion{Unit: sold, Terms: &store.Terms{Months: 24, RegisteredMonths: 12}, At: day("2026-06-01")}, trace.NotCovered, trace.ReasonExpired, "2026-03-02", "would add 12 months"},
		"another country":         {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2024-03-01"), Country: "US"}, Terms: &store.Terms{Months: 24, Countries: []string{"DE"}}, At: day("2024-06-01")}, trace.NotCovered, trace.ReasonOutside, "2026-03-02", ""},
		"a country not known":     {trace.WarrantyQuestion{Unit: sold, Terms: &store.Terms{Months: 24, Countries: []string{"DE"}}, At: day("2024-06-01")}, trace.Covered, trace.ReasonTerm, "2026-03-02", "the country of sale is not known"},
		"another region":          {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2024-03-01"), Region: "south"}, Terms: &store.Terms{Months: 24, Regions: []string{"north"}}, At: day("2024-06-01")}, trace.NotCovered, trace.ReasonOutside, "2026-03-02", ""},
		"damage, says the model":  {trace.WarrantyQuestion{Unit: sold, Terms: &store.Terms{Months: 24, Excluded: []string{"root_cause=user_damage"}}, Labels: map[string]string{"root_cause": "user_damage"}, At: day("2024-06-01")}, trace.Covered, trace.ReasonTerm, "2026-03-02", "a person must decide"},
		"damage, says a reviewer": {trace.WarrantyQuestion{Unit: sold, Terms: &store.Terms{Months: 24, Excluded: []string{"root_cause=user_damage"}}, Labels: map[string]string{"root_cause": "user_damage"}, Decided: true, At: day("2024-06-01")}, trace.NotCovered, trace.ReasonExcluded, "2026-03-02", ""},
		"replaced":                {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2024-03-01"), ReplacedBy: "B"}, Terms: two, At: day("2024-06-01")}, trace.NotCovered, trace.ReasonReplaced, "2026-03-02", ""},
		"a replacement":           {trace.WarrantyQuestion{Unit: store.Unit{SoldAt: day("2025-09-01")}, First: &sold, Terms: two, At: day("2026-04-01")}, trace.NotCovered, trace.ReasonExpired, "2026-03-02", "replaced A, whose term goes on"},
	} {
		w := trace.CheckWarranty(tc.q)
		end := ""
		if !w.End.IsZero() {
			end = w.End.Format(time.DateOnly)
		}
		if w.Standing != tc.want || w.Reason != tc.reason || end != tc.end || !strings.Contains(strings.Join(w.Notes, "; "), tc.note) || w.Why == "" {
			t.Errorf("%s: %+v", name, w)
		}
		if end != "" && w.DaysLeft != int(w.End.Sub(tc.q.At.UTC().Truncate(24*time.Hour)).Hours()/24) {
			t.Errorf("%s: %d days left until %s", name, w.DaysLeft, end)
		}
	}
}

func TestTermsThatCannotBeMeant(t *testing.T) {
	for _, terms := range []store.Terms{{Months: -1}, {Months: 2000}, {Days: 100_000}, {From: "birth"}, {Excluded: []string{"x"}}, {AssumeDays: -1}} {
		if trace.CheckTerms(terms) == nil {
			t.Errorf("%+v was taken", terms)
		}
	}
}
