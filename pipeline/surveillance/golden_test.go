package surveillance_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	sim "github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

var update = flag.Bool("update", false, "write the golden file")

// near is how far numbers may be from those of the golden file, as a share: sums that are added
// up in another order differ in their last digits.
const near = 1e-6

// TestGolden: two seeded worlds, scanned, looked at claim by claim, and scanned once more, give
// the alarms that they gave when the file was written, number for number. Whoever makes this
// faster must not change what it finds.
func TestGolden(t *testing.T) {
	var got bytes.Buffer
	w := newWorld(1, true)
	for i := range w.claims {
		w.claims[i].ID = w.claims[i].Claim.ID // those of the store are drawn
	}
	f := newFake(w)
	f.claims = w.until(w.now.AddDate(0, 0, -60))
	tell(t, &got, "a bad lot", f, f, w.claims, w.now)
	s := simulate(t, sim.Small(1), surveillance.DefaultKinds())
	all := s.claims
	s.claims = slices.DeleteFunc(slices.Clone(all), func(c store.Claim) bool { return !c.CreatedAt.Before(s.end.AddDate(0, 0, -60)) })
	tell(t, &got, "six defects", s.fake, s, all, s.end)
	compare(t, "alarms.jsonl", got.Bytes())
}

// tell writes the alarms after a scan, after 60 looks a day apart, and after a last scan.
func tell(t *testing.T, to *bytes.Buffer, name string, f *fake, s surveillance.Store, all []store.Claim, end time.Time) {
	t.Helper()
	now := end.AddDate(0, 0, -60)
	watcher := goldenWatch(t, s, &now)
	scan(t, watcher)
	write(t, to, name+", scanned", f)
	for now.Before(end) {
		now = now.Add(24 * time.Hour)
		for _, c := range all {
			if at := c.CreatedAt; at.Before(now) && !at.Before(now.Add(-24*time.Hour)) {
				f.claims = append(f.claims, c)
			}
		}
		if err := watcher.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	write(t, to, name+", watched", f)
	scan(t, goldenWatch(t, s, &now))
	write(t, to, name+", scanned again", f)
}

// goldenWatch names alarms by their order and does not scan by itself.
func goldenWatch(t *testing.T, s surveillance.Store, now *time.Time) *surveillance.Watch {
	t.Helper()
	n := 0
	w, err := surveillance.New(surveillance.Config{Store: s, Space: "words", Rescan: 1000 * 24 * time.Hour, Now: func() time.Time { return *now },
		NewID: func() string { n++; return fmt.Sprintf("%d %03d", now.Unix(), n) }})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// write adds a line for each alarm.
func write(t *testing.T, to *bytes.Buffer, when string, f *fake) {
	t.Helper()
	var list []store.Alarm
	for _, a := range f.alarms {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b store.Alarm) int {
		return cmp.Or(cmp.Compare(a.Cause.Label, b.Cause.Label), cmp.Compare(a.Cause.Kind, b.Cause.Kind), cmp.Compare(a.Cause.Name, b.Cause.Name), cmp.Compare(a.ID, b.ID))
	})
	fmt.Fprintf(to, "%q\n", when)
	for _, a := range list {
		line, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		to.Write(append(line, '\n'))
	}
}

// compare holds what was found against the golden file.
func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wants, gots := bytes.Split(bytes.TrimSpace(want), []byte("\n")), bytes.Split(bytes.TrimSpace(got), []byte("\n"))
	if len(wants) != len(gots) {
		t.Errorf("%d lines, want %d", len(gots), len(wants))
	}
	for i := range min(len(wants), len(gots)) {
		alike(t, fmt.Sprint("line ", i+1), decoded(t, gots[i]), decoded(t, wants[i]))
	}
}

func decoded(t *testing.T, line []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(line, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// alike compares two documents.
func alike(t *testing.T, at string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		got, _ := got.(map[string]any)
		if len(got) != len(want) {
			t.Errorf("%s has %d fields, want %d", at, len(got), len(want))
		}
		for k := range want {
			alike(t, at+"."+k, got[k], want[k])
		}
	case []any:
		got, _ := got.([]any)
		if len(got) != len(want) {
			t.Errorf("%s has %d elements, want %d", at, len(got), len(want))
			return
		}
		for i := range want {
			alike(t, fmt.Sprintf("%s[%d]", at, i), got[i], want[i])
		}
	case float64:
		if got, ok := got.(float64); !ok || math.Abs(got-want) > near*math.Abs(want) {
			t.Errorf("%s is %v, want %v", at, got, want)
		}
	default:
		if got != want {
			t.Errorf("%s is %v, want %v", at, got, want)
		}
	}
}
