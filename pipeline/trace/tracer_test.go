package trace_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

type issues map[store.Group]trace.Issue

func (i issues) Known(_ context.Context, groups []store.Group) (out []trace.Issue, err error) {
	for _, g := range groups {
		if known, ok := i[g]; ok {
			out = append(out, known)
		}
	}
	return out, nil
}

func tracer(t *testing.T, s store.Store, known trace.Issues) *trace.Tracer {
	t.Helper()
	tr, err := trace.NewTracer(trace.TracerConfig{Units: s, Claims: s, Issues: known, Now: func() time.Time { return day("2026-06-01") }})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func accept(t *testing.T, s store.Store, c claim.Claim, labels ...string) store.Claim {
	t.Helper()
	o := store.Outcome{Prediction: claim.Prediction{Axes: map[string]claim.AxisPrediction{}}}
	for _, l := range labels {
		axis, label, _ := strings.Cut(l, "=")
		o.Prediction.Axes[axis] = claim.AxisPrediction{Label: label}
	}
	got, _, err := s.Accept(t.Context(), store.New{Claim: c, Outcome: &o})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

const world = `serial,sku,batch,made_at,lot:hinge,sold_at,country,replaced_by,terms
A,S,B-1,2025-01-01,L-17@ACME,2025-02-01,DE,B,
B,S,B-2,2025-03-01,L-18@ACME,,,C,
C,S,B-3,2025-05-01,L-19@ACME,,,,
R1,S,,,,2025-02-01,,R2,
R2,S,,,,2025-02-01,,R1,
D,S,B-1,,L-17@ACME,2026-05-20,US,,short
7,S,,,,,,,
7,T,,,,,,,
`

func traced(t *testing.T) store.Store {
	t.Helper()
	s := testStore(t)
	load(t, s, trace.Config{}, "terms,months,countries\ndefault,12,\nlong,24,DE\nshort,1,\n")
	load(t, s, trace.Config{}, "sku,name,terms\nS,Cabinet,long\n")
	load(t, s, trace.Config{}, world)
	return s
}

func TestCheckOfAClaim(t *testing.T) {
	s := traced(t)
	lot := store.Group{Kind: store.GroupLot, Name: "L-17|hinge|ACME"}
	known := issues{lot: {ID: "1", Group: lot, Text: "the hinges crack", Resolution: "send a set of hinges"}}
	tr := tracer(t, s, known)
	accept(t, s, claim.Claim{ID: "c1", Text: "x", Serial: "A", ReceivedAt: day("2025-02-20")}, "symptom=crack")
	second := accept(t, s, claim.Claim{ID: "c2", Text: "x", Serial: "B", ReceivedAt: day("2025-04-20")}, "symptom=crack", "severity=major")
	this := accept(t, s, claim.Claim{ID: "c3", Text: "x", Serial: "C", ReceivedAt: day("2026-05-01")})
	accept(t, s, claim.Claim{ID: "later", Text: "x", Serial: "C", ReceivedAt: day("2026-05-02")})

	check, err := tr.Check(t.Context(), trace.Question{Claim: this.Claim, ID: this.ID})
	if err != nil {
		t.Fatal(err)
	}
	if len(check.Chain) != 2 || check.Chain[0].Serial != "B" || check.Chain[1].Serial != "A" {
		t.Errorf("chain %+v", check.Chain)
	}
	if w := check.Warranty; w == nil || w.Standing != trace.Covered || w.End.Format(time.DateOnly) != "2027-02-02" {
		t.Errorf("the term of the first unit goes on, by the product's terms: %+v", w)
	}
	if len(check.Repeats) != 2 || check.Repeats[0].Claim != second.ID || check.Repeats[0].Labels["severity"] != "major" || check.Repeats[1].Serial != "A" {
		t.Errorf("repeats %+v", check.Repeats)
	}
	same(t, "facts", check.Facts(this.Claim.ReceivedAt), map[string]any{"unit_age_days": 365.0, "batch": "B-3", "supplier": "ACME", "lot": "L-19",
		"earlier_claims": 2.0, "days_since_last_claim": 376.0, "warranty": "covered", "warranty_days_left": 277.0})

	d, err := tr.Check(t.Context(), trace.Question{Claim: claim.Claim{Serial: "D"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Issues) != 1 || d.Issues[0].Resolution == "" || d.Warranty.Standing != trace.Covered || d.Facts(day("2026-06-01"))["known_issue"] != true || d.Facts(day("2026-06-01"))["days_since_delivery"] != 12.0 {
		t.Errorf("a unit of a known issue, by its own terms: %+v", d)
	}
}

func TestCheckOfWhatIsNotKnown(t *testing.T) {
	tr := tracer(t, traced(t), nil)
	for name, tc := range map[string]struct {
		c    claim.Claim
		code claim.Code
		unit bool
	}{
		"no serial":                   {claim.Claim{}, "", false},
		"no such unit":                {claim.Claim{Serial: "Z"}, trace.CodeUnitUnknown, false},
		"two products":                {claim.Claim{Serial: "7"}, trace.CodeUnitSeveral, false},
		"typed in another way":        {claim.Claim{Serial: "r-1"}, "", true},
		"one of two":                  {claim.Claim{Serial: "7", SKU: "T"}, "", true},
		"an SKU that is told wrongly": {claim.Claim{Serial: "A", SKU: "T"}, "", true},
		"a circle of replacements":    {claim.Claim{Serial: "R1"}, "", true},
	} {
		check, err := tr.Check(t.Context(), trace.Question{Claim: tc.c})
		if err != nil {
			t.Fatal(err)
		}
		if (check.Unit != nil) != tc.unit || (len(check.Problems) > 0) != (tc.code != "") || tc.code != "" && check.Problems[0].Code != tc.code {
			t.Errorf("%s: %+v", name, check)
		}
		if name == "a circle of replacements" && (len(check.Chain) != 1 || check.Chain[0].Serial != "R2") {
			t.Errorf("chain %+v", check.Chain)
		}
	}
}

func TestFactsDoNotOverwrite(t *testing.T) {
	c := claim.Claim{ID: "1", Context: map[string]any{"days_since_delivery": 3.0, "batch": nil, "colour": "red", "note": nil}}
	got := trace.AddFacts(c, map[string]any{"days_since_delivery": 9.0, "batch": "B", "warranty": "covered"})
	same(t, "context", got.Context, map[string]any{"days_since_delivery": 3.0, "batch": "B", "colour": "red", "warranty": "covered", "note": nil})
	if len(c.Context) != 4 || c.Context["batch"] != nil {
		t.Errorf("the claim's own map was changed: %v", c.Context)
	}
	if got := trace.AddFacts(claim.Claim{}, nil); got.Context != nil {
		t.Errorf("facts of nothing: %v", got.Context)
	}
}

type brokenUnits struct{ store.Store }

func (brokenUnits) UnitsBySerial(context.Context, string) ([]store.Unit, error) {
	return nil, errBroken
}

func TestErrorsOfTheStoreComeThrough(t *testing.T) {
	tr := tracer(t, brokenUnits{traced(t)}, nil)
	if _, err := tr.Check(t.Context(), trace.Question{Claim: claim.Claim{Serial: "A"}}); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	if _, err := trace.NewTracer(trace.TracerConfig{}); err == nil {
		t.Error("a tracer without units was made")
	}
}

type alarms []store.Alarm

func (a alarms) Alarms(_ context.Context, f store.AlarmFilter) ([]store.Alarm, error) {
	if f.After != "" {
		return nil, nil
	}
	return a, nil
}

func TestIssuesOfAlarms(t *testing.T) {
	known := &store.KnownIssue{Text: "cracks", Resolution: "new hinges"}
	got, err := trace.AlarmIssues{From: alarms{
		{ID: "1", Cause: store.Cause{Kind: "lot", Name: "L-17|hinge|ACME", Label: "symptom=crack"}, Known: known},
		{ID: "2", Cause: store.Cause{Kind: "batch", Name: "B-1|S"}, Known: known},
		{ID: "3", Cause: store.Cause{Kind: "batch", Name: "B-9|S"}, Known: known},
		{ID: "4", Cause: store.Cause{Kind: "sku", Name: "S"}},
	}}.Known(t.Context(), unitOf(t, traced(t), "D").Groups())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "issues", got, []trace.Issue{
		{ID: "2", Group: store.Group{Kind: store.GroupBatch, Name: "B-1|S"}, Text: "cracks", Resolution: "new hinges"},
		{ID: "1", Group: store.Group{Kind: store.GroupLot, Name: "L-17|hinge|ACME"}, Label: "symptom=crack", Text: "cracks", Resolution: "new hinges"}})
}

func TestDossier(t *testing.T) {
	s := traced(t)
	accept(t, s, claim.Claim{ID: "c1", Text: "x", Serial: "A", ReceivedAt: day("2025-02-20")}, "symptom=crack")
	load(t, s, trace.Config{}, "id,serial,amount,currency,date,type\nK,A,12.50,EUR,2025-02-25,repair\n")
	load(t, s, trace.Config{}, "id,lot,component,supplier,checked,failed,result,date\nI,L-17,hinge,ACME,50,3,fail,2024-12-01\n")
	load(t, s, trace.Config{}, "lot,component,supplier,size\nL-17,hinge,ACME,5000\n")
	load(t, s, trace.Config{}, "batch,sku,size\nB-1,S,400\n")
	if _, err := s.AddUnitEvents(t.Context(), []store.UnitEvent{{Serial: "A", At: day("2025-01-15"), What: "inspecting", Where: "W"}}); err != nil {
		t.Fatal(err)
	}
	list, err := tracer(t, s, nil).Dossiers(t.Context(), s, "A", "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	d := list[0]
	var line []string
	for _, m := range d.Line {
		line = append(line, m.At.Format(time.DateOnly)+" "+m.Text)
	}
	same(t, "time line", line, []string{
		"2024-12-01 inspection of lot L-17 (hinge, ACME): fail, 3 of 50 failed", "2025-01-01 made, batch B-1", "2025-01-15 inspecting at W",
		"2025-02-01 sold, DE", "2025-02-20 claim c1: crack", "2025-02-25 repair " + "12.50\u00a0EUR"})
	if d.Batch == nil || d.Batch.Size != 400 || len(d.Lots) != 1 || d.Lots[0].Size != 5000 || len(d.Costs) != 1 {
		t.Errorf("%+v", d)
	}
	if _, err := tracer(t, s, nil).Dossiers(t.Context(), s, "A", "T"); !errors.Is(err, trace.ErrNoUnit) {
		t.Error(err)
	}
}
