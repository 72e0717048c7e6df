package erp

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/quality/chargeback"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

var update = flag.Bool("update", false, "write the golden files")

var at = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

func open(t *testing.T) *sqlite.Store {
	t.Helper()
	db, err := sqlite.OpenDB(t.Context(), filepath.Join(t.TempDir(), "d.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s := sqlite.New(db, sqlite.Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Systems on the other side read columns by name or place: these files may only grow, at the end
// of their rows.
func TestColumnsStay(t *testing.T) {
	s := open(t)
	credit := store.Credit{ID: "01980000-0000-7000-8000-000000000001", State: store.CreditRecovered, Reference: "=CB-1", Supplier: "ACME", Lot: "lot L-17", CAPA: "c-1", Digest: strings.Repeat("a", 64),
		Currency: "EUR", Claimed: 123456, Accepted: 100000, Recovered: 99999, Claims: 40, Units: 38, CreatedAt: at, ChangedAt: at.AddDate(0, 1, 0), Note: "half now, \"half\" later"}
	if err := s.AddCredit(t.Context(), credit, nil, nil, nil); err != nil {
		t.Fatal(err)
	}
	action := store.CAPA{ID: "01980000-0000-7000-8000-000000000002", State: store.CAPAOpen, Cause: store.Cause{Kind: "lot", Name: "L-17|hinge|ACME", Label: "symptom=crack"}, Title: "Hinges", Owner: "anna",
		Severity: "critical", Supplier: "ACME", SKU: "K-1", OpenedAt: at, FixedAt: at.AddDate(0, 0, 20),
		Steps:  []store.CAPAStep{{Step: "D1", At: at, Text: "x"}, {Step: "D3", At: at.AddDate(0, 0, 2)}, {Step: "D4", Due: at.AddDate(0, 0, 14)}},
		Checks: []store.CAPACheck{{Verdict: "effective", Ratio: 0.125, P: 1.5e-7}}}
	if err := s.AddCAPA(t.Context(), action, nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutUnits(t.Context(), []store.Unit{{Serial: "SN1", SKU: "K-1"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutCosts(t.Context(), []store.Cost{{ID: "k1", Serial: "SN1", SKU: "K-1", At: at, Kind: "repair", Amount: store.Money{Minor: -5, Currency: "JPY"}, Note: "@x"}}); err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(e Export, b *bytes.Buffer) (int, error){
		"credits": func(e Export, b *bytes.Buffer) (int, error) {
			return e.Credits(t.Context(), b, s, store.CreditFilter{})
		},
		"actions": func(e Export, b *bytes.Buffer) (int, error) {
			return e.Actions(t.Context(), b, s, store.CAPAFilter{}, at.AddDate(0, 0, 30))
		},
		"costs": func(e Export, b *bytes.Buffer) (int, error) { return e.Costs(t.Context(), b, s, store.CostFilter{}) },
	} {
		for ending, e := range map[string]Export{".csv": {}, ".jsonl": {JSON: true}} {
			var b bytes.Buffer
			if n, err := write(e, &b); err != nil || n != 1 {
				t.Fatalf("%s%s: %d rows, %v", name, ending, n, err)
			}
			golden(t, name+ending, b.Bytes())
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s: -want +got\n%s", name, d)
	}
}

func packed(claims ...string) (chargeback.Package, chargeback.Result) {
	p := chargeback.Package{Reference: "CB-1", Supplier: "ACME", Lots: []string{"lot L-17"}, Currency: "EUR"}
	for _, c := range claims {
		p.Lines = append(p.Lines, chargeback.Line{Claim: c})
	}
	r := chargeback.Result{Digest: "d", Totals: chargeback.Totals{Claims: len(claims), Units: len(claims), Charged: store.Money{Minor: 1000, Currency: "EUR"}}}
	return p, r
}

func TestACreditFromDraftToRecovered(t *testing.T) {
	s := open(t)
	l := NewLedger(s, func() time.Time { return at })
	c, _, err := s.Accept(t.Context(), store.New{Claim: claim.Claim{ID: "r", Text: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	p, r := packed(c.ID)
	credit, err := l.Draft(t.Context(), "anna", p, r)
	if err != nil {
		t.Fatal(err)
	}
	p.Reference = "CB-2"
	_, err = l.Draft(t.Context(), "anna", p, r)
	refused(t, "charged twice", CodeCharged, err)
	_, err = l.Move(t.Context(), credit.ID, 9, "anna", Change{To: store.CreditSent})
	refused(t, "an old version", CodeStale, err)
	for _, step := range []struct {
		ch   Change
		code claim.Code // empty when it must work
	}{
		{Change{To: store.CreditAccepted, Accepted: 1}, CodeState},
		{Change{To: store.CreditSent, Note: strings.Repeat("x", MaxNote+1)}, CodeNote},
		{Change{To: store.CreditSent}, ""},
		{Change{To: store.CreditRejected, Note: "wrong lot"}, ""},
		{Change{To: store.CreditSent}, ""},
		{Change{To: store.CreditAccepted, Accepted: 1001}, CodeAmount},
		{Change{To: store.CreditAccepted, Accepted: -1}, CodeAmount},
		{Change{To: store.CreditAccepted, Accepted: 800}, ""},
		{Change{To: store.CreditRecovered, Recovered: 801}, CodeAmount},
		{Change{To: store.CreditRecovered, Recovered: 300}, ""},
		{Change{To: store.CreditRecovered, Recovered: 299}, CodeAmount},
		{Change{To: store.CreditRecovered, Recovered: 800}, ""},
		{Change{To: store.CreditVoid}, CodeState},
	} {
		moved, err := l.Move(t.Context(), credit.ID, credit.Version, "anna", step.ch)
		if step.code != "" {
			refused(t, string(step.ch.To), step.code, err)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		credit = moved
	}
	kept, err := s.Credit(t.Context(), credit.ID)
	if err != nil {
		t.Fatal(err)
	}
	if kept.State != store.CreditRecovered || kept.Accepted != 800 || kept.Recovered != 800 || kept.Note != "wrong lot" || kept.Lot != "lot L-17" || kept.Version != 7 {
		t.Errorf("kept %+v", kept)
	}
}

func refused(t *testing.T, what string, code claim.Code, err error) {
	t.Helper()
	var p claim.Problem
	if !errors.As(err, &p) || p.Code != code {
		t.Errorf("%s: error %v, want %s", what, err, code)
	}
}
