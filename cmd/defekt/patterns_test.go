package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// TestPatternsCommands: what people do with an alarm from the command line, and that it is kept.
func TestPatternsCommands(t *testing.T) {
	url := schemeSQLite + filepath.Join(t.TempDir(), "x.db")
	db, err := databaseFlags{DB: url}.open(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	const id = "019a0000-0000-7000-8000-000000000001"
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	a := store.Alarm{ID: id, State: store.AlarmOpen, Cause: store.Cause{Kind: "lot", Name: "L-17|hinge|ACME", Label: "symptom=crack_break"}, OpenedAt: day,
		Facts: store.AlarmFacts{Observed: 23, Expected: 2.5, Ratio: 9.2, Low: 5.8, High: 13.8, Raised: day, Onset: day, Explanation: "lot L-17: 23 claims.", Basis: store.BasisUnits}}
	if err := db.store.AddAlarm(t.Context(), a, store.Entry{At: day, By: "system", What: store.AlarmRaised}); err != nil {
		t.Fatal(err)
	}
	if err := db.close(); err != nil {
		t.Fatal(err)
	}
	defekt := func(want int, has string, args ...string) {
		t.Helper()
		var out bytes.Buffer
		args = append([]string{"patterns", args[0], "--db", url}, args[1:]...)
		if code := run(t.Context(), args, strings.NewReader(""), &out, &out, func(string) string { return "" }); code != want || !strings.Contains(out.String(), has) {
			t.Errorf("%v: exit %d, want %d; %q is to be in\n%s", args, code, want, has, out.String())
		}
	}
	defekt(0, "lot L-17 (hinge, ACME)", "list")
	defekt(0, "9.2 times as many (5.8 to 13.8", "show", id)
	defekt(0, "acknowledged", "ack", id, "--by", "anna")
	defekt(1, "state does not allow", "ack", id, "--by", "anna")
	defekt(0, "acknowledged", "issue", id, "--by", "anna", "--text", "hinge of lot 17", "--resolution", "send part 4711")
	defekt(0, "resolution: send part 4711", "show", id)
	defekt(0, "dismissed", "dismiss", id, "--by", "anna", "--why", "a cheap repair")
	defekt(0, "no alarms", "list")
	defekt(0, "dismissed", "list", "--all")
	defekt(0, "a cheap repair", "show", id)
	defekt(2, "--why", "close", id, "--by", "anna", "--why", " ")
	defekt(0, "closed", "close", id, "--by", "bert", "--why", "recalled")
	defekt(0, "recalled", "show", id)
	var said bytes.Buffer
	if code := run(t.Context(), []string{"recall", "--alarm", id, "--out", filepath.Join(t.TempDir(), "recall.csv"), "--by", "carl", "--db", url}, strings.NewReader(""), &said, &said, func(string) string { return "" }); code != 0 {
		t.Errorf("recall: exit %d\n%s", code, said.String())
	}
	defekt(0, "carl", "show", id)
}
