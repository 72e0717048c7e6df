package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
)

// house is a folder with a database of one bad lot and its claims.
func house(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	db, err := openSQLite(t.Context(), "defekt.db", true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.close()
	blobs, err := blob.NewFolder("blobs", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	made := time.Now().AddDate(0, -9, 0)
	var units []store.Unit
	for i := range 400 {
		u := store.Unit{Serial: fmt.Sprintf("A-%03d", i), SKU: "K-1", Batch: "B-1", MadeAt: made, SoldAt: made.AddDate(0, 0, 10), Lots: []store.LotRef{{Component: "hinge", Code: "L-17", Supplier: "ACME"}}}
		if i >= 200 { // made with the fix
			u.Batch, u.MadeAt, u.SoldAt, u.Lots[0].Code = "B-2", made.AddDate(0, 3, 0), made.AddDate(0, 3, 10), "L-20"
		}
		units = append(units, u)
	}
	if _, err := db.store.PutUnits(t.Context(), units); err != nil {
		t.Fatal(err)
	}
	for _, u := range units[:40] {
		photo, err := blobs.Put(t.Context(), []byte("\xff\xd8\xff\xe0"+u.Serial))
		if err != nil {
			t.Fatal(err)
		}
		axes := map[string]claim.AxisPrediction{"symptom": {Label: "crack", Probability: 0.9}, "component": {Label: "hinge", Probability: 0.8}}
		c, _, err := db.store.Accept(t.Context(), store.New{Claim: claim.Claim{ID: "r-" + u.Serial, Text: "broken", Serial: u.Serial, ReceivedAt: u.SoldAt.AddDate(0, 0, 30), Photos: []string{photo}},
			Outcome: &store.Outcome{Prediction: claim.Prediction{Model: "sha256:m", Axes: axes}}})
		if err != nil {
			t.Fatal(err)
		}
		cost := store.Cost{ID: "k-" + u.Serial, Claim: c.ID, At: u.SoldAt.AddDate(0, 0, 33), Kind: "repair", Amount: store.Money{Minor: 1990, Currency: "EUR"}}
		if _, err := db.store.PutCosts(t.Context(), []store.Cost{cost}); err != nil {
			t.Fatal(err)
		}
	}
}

// defekt runs the program and gives what it wrote.
func defekt(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader(""), &out, &errs, func(string) string { return "" }); code != want {
		t.Fatalf("defekt %s: exit code %d, want %d\n%s", strings.Join(args, " "), code, want, errs.String())
	}
	return out.String(), errs.String()
}

// A bad lot from the command line: action, chargeback booked and answered, proof, closure.
func TestABadLotFromTheCommandLine(t *testing.T) {
	house(t)
	if err := os.WriteFile("rules.yaml", []byte("rules: [{name: rate, owner: anna, rate: {above_percent: 5, label: symptom=crack, by: lot}}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := defekt(t, 0, "capa", "scan", "--capa-rules", "rules.yaml")
	fields := strings.Fields(out)
	if len(fields) < 2 || fields[0] != "opened" || !strings.Contains(out, "lot L-17 (hinge, ACME)") {
		t.Fatalf("the scan said %q", out)
	}
	id := fields[1]
	defekt(t, 2, "capa", "close", id, "--text", "done") // nothing is proven
	for _, step := range []string{"D1", "D2", "D3", "D4", "D5", "D7"} {
		defekt(t, 0, "capa", "step", id, step, "--text", "did it", "--evidence", "https://example.com/a,b")
	}
	fixed := time.Now().AddDate(0, -7, 0).Format(time.DateOnly)
	defekt(t, 0, "capa", "step", id, "D6", "--text", "new mould", "--fixed", fixed)
	if out, _ := defekt(t, 0, "capa", "check", id, "--kind", "supplier", "--name", "ACME"); !strings.Contains(out, "effective") {
		t.Errorf("the check said %q", out)
	}
	defekt(t, 0, "capa", "close", id, "--text", "mould check added")
	if out, _ := defekt(t, 0, "capa", "show", id); !strings.Contains(out, "capa.closed") || !strings.Contains(out, "D6    Implementation") {
		t.Errorf("the action shows\n%s", out)
	}

	charge := []string{"chargeback", "--supplier", "ACME", "--lot", "L-17", "--capa", id, "--out"}
	defekt(t, 0, append(charge, "one.zip")...)
	credit, said := defekt(t, 0, append(charge, "two.zip", "--book")...)
	if !strings.Contains(said, "796.00\u00a0EUR for 40 claims on 40 units, 40 photos (0 missing)") {
		t.Errorf("the chargeback said %q", said)
	}
	one, err := os.ReadFile("one.zip")
	if err != nil {
		t.Fatal(err)
	}
	two, err := os.ReadFile(filepath.Clean("two.zip"))
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("two runs gave other bytes (%v)", err)
	}
	credit = strings.TrimSpace(credit)
	defekt(t, 2, "credits", "set", credit, "accepted")
	defekt(t, 0, "credits", "set", credit, "sent")
	defekt(t, 0, "credits", "set", credit, "accepted", "--minor", "50000")
	defekt(t, 0, "credits", "set", credit, "recovered")
	if out, _ := defekt(t, 0, "credits", "list"); !strings.Contains(out, "recovered") || !strings.Contains(out, "500.00\u00a0EUR  500.00\u00a0EUR") {
		t.Errorf("credits\n%s", out)
	}
	if out, _ := defekt(t, 0, "suppliers", "scorecard"); !strings.Contains(out, "ACME") || !strings.Contains(out, "796.00\u00a0EUR") || !strings.Contains(out, "500.00\u00a0EUR") {
		t.Errorf("scorecard\n%s", out)
	}
}
