package runs_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/eval/runs"
)

func newRun(name string, at time.Time) runs.New {
	return runs.New{
		Run: runs.Run{Name: name, Time: at, Data: runs.Data{Name: "laptops", Split: "test", Digest: "sha256:abcdef0123"}, Model: runs.Model{Name: "m", Digest: "sha256:9876543210"},
			Taxonomy: "starter@1", Seed: 7, Code: "v1", Command: []string{"eval", "--data", "x"}, Notes: "n", Tags: []string{"nightly"},
			Figures: map[string]map[string]float64{"axis_0": {"macro_f1": 0.5}}},
		Result: []byte(`{"n": 30}`), Rows: made(30, 2, 1), Report: []byte("<html>"),
	}
}

var start = time.Date(2026, 3, 1, 10, 0, 0, 123e6, time.UTC)

func save(t testing.TB, s *runs.Store, n runs.New) runs.Run {
	t.Helper()
	r, err := s.Save(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func list(t testing.TB, s *runs.Store, f runs.Filter) []runs.Entry {
	t.Helper()
	out, err := s.List(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSaveGivesItAllBack(t *testing.T) {
	s := runs.Open(filepath.Join(t.TempDir(), "not", "there"))
	if got := list(t, s, runs.Filter{}); len(got) != 0 {
		t.Errorf("a folder that is not there holds %v", got)
	}
	n := newRun("first", start)
	r := save(t, s, n)
	if !strings.HasPrefix(r.ID, "20260301-100000.123-") || r.Claims != 30 || !cmp.Equal(r.Axes, []string{"axis_0", "axis_1"}) {
		t.Errorf("%+v", r)
	}
	found, err := s.Find(t.Context(), r.ID)
	if diff := cmp.Diff(r, found); diff != "" || err != nil {
		t.Error(diff, err)
	}
	rows, err := s.Rows(r.ID)
	if diff := cmp.Diff(n.Rows, rows); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if result, err := s.Result(r.ID); string(result) != `{"n": 30}` || err != nil {
		t.Errorf("%s %v", result, err)
	}
	if page, err := os.ReadFile(s.Path(r.ID, runs.ReportFile)); string(page) != "<html>" || err != nil {
		t.Errorf("%s %v", page, err)
	}
	left, err := filepath.Glob(filepath.Join(s.Dir(), ".*"))
	if len(left) > 0 || err != nil {
		t.Errorf("left behind: %v", left)
	}
	if err := s.Remove(r.ID); err != nil {
		t.Fatal(err)
	}
	if got := list(t, s, runs.Filter{}); len(got) != 0 {
		t.Errorf("after Remove: %v", got)
	}
	if err := s.Remove("../x"); err == nil {
		t.Error("removed something outside")
	}
}

func TestSaveRefuses(t *testing.T) {
	s := runs.Open(t.TempDir())
	noResult, noRows, cut := newRun("", start), newRun("", start), newRun("", start)
	noResult.Result, noRows.Rows = []byte("{"), nil
	cut.Rows.Axes[0].Truth = nil
	for i, n := range []runs.New{noResult, noRows, cut} {
		if _, err := s.Save(t.Context(), n); err == nil {
			t.Errorf("%d was saved", i)
		}
	}
	if left, _ := os.ReadDir(s.Dir()); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Runs of the same name and moment from many writers are all there, and the index says what
// the folders do.
func TestManyWritersLoseNothing(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s := runs.Open(dir)
			for range 10 {
				if _, err := s.Save(t.Context(), newRun("same", start)); err != nil {
					t.Error(err)
				}
				if _, err := s.List(t.Context(), runs.Filter{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got := list(t, runs.Open(dir), runs.Filter{Sound: true})
	if len(got) != 40 {
		t.Errorf("%d runs", len(got))
	}
	for i := 1; i < len(got); i++ {
		if got[i-1].ID <= got[i].ID {
			t.Errorf("%s before %s", got[i-1].ID, got[i].ID)
		}
	}
}

func TestListFilters(t *testing.T) {
	s := runs.Open(t.TempDir())
	for i, name := range []string{"a", "b", "a"} {
		n := newRun(name, start.Add(time.Duration(i)*time.Hour))
		n.Data.Name, n.Model.Digest = fmt.Sprint("set", i), fmt.Sprint("sha256:00000", i)
		n.Tags = append(n.Tags, name)
		save(t, s, n)
	}
	for name, tc := range map[string]struct {
		f    runs.Filter
		want string
	}{
		"all": {runs.Filter{}, "set2 set1 set0"}, "name": {runs.Filter{Name: "a"}, "set2 set0"}, "data": {runs.Filter{Data: "set1"}, "set1"},
		"data digest": {runs.Filter{Data: "sha256:abcdef"}, "set2 set1 set0"}, "model digest": {runs.Filter{Model: "000002"}, "set2"}, "too short": {runs.Filter{Model: "00000"}, ""},
		"since": {runs.Filter{Since: start.Add(time.Hour)}, "set2 set1"}, "tags": {runs.Filter{Tags: []string{"nightly", "b"}}, "set1"}, "split": {runs.Filter{Split: "dev"}, ""},
	} {
		var got []string
		for _, e := range list(t, s, tc.f) {
			got = append(got, e.Data.Name)
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%s: %v, want %s", name, got, tc.want)
		}
	}
}

func TestFind(t *testing.T) {
	s := runs.Open(t.TempDir())
	var ids []string
	for i, name := range []string{"base", "new", "base"} {
		ids = append(ids, save(t, s, newRun(name, start.Add(time.Duration(i)*24*time.Hour))).ID)
	}
	tail := func(id string) string { return id[strings.LastIndexByte(id, '-')+1:] }
	for ref, want := range map[string]int{"latest": 2, "latest~1": 1, "latest~2": 0, "latest:base": 2, "latest:base~1": 0, "new": 1, ids[0]: 0, "20260302": 1, tail(ids[1])[:6]: 1} {
		if r, err := s.Find(t.Context(), ref); err != nil || r.ID != ids[want] {
			t.Errorf("%s: %s, want %s (%v)", ref, r.ID, ids[want], err)
		}
	}
	for ref, want := range map[string]string{
		"2026": "3 runs begin with", "base": `2 runs have the name "base": ` + ids[2] + ", " + ids[0] + "; use an id, or latest:base",
		"nope": `no run "nope" among the 3`, "latest~3": "no run", "latest~x": "how many runs to go back", "": "no run", "latest:zzz": "no run",
	} {
		if _, err := s.Find(t.Context(), ref); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", ref, err, want)
		}
	}
	var ambiguous *runs.AmbiguousError
	if _, err := s.Find(t.Context(), "base"); !errors.As(err, &ambiguous) || len(ambiguous.IDs) != 2 {
		t.Errorf("%v", err)
	}
	if _, err := runs.Open(t.TempDir()).Find(t.Context(), "latest"); err == nil || !strings.Contains(err.Error(), "holds no runs") {
		t.Errorf("%v", err)
	}
}

func TestDamagedRunsAreListedAsSuch(t *testing.T) {
	s := runs.Open(t.TempDir())
	hurt := map[string]func(dir string) error{
		"is missing":           func(dir string) error { return os.Remove(filepath.Join(dir, runs.RowsFile)) },
		"bytes instead of":     func(dir string) error { return os.Truncate(filepath.Join(dir, runs.RowsFile), 100) },
		"there is no run.json": func(dir string) error { return os.Remove(filepath.Join(dir, runs.RunFile)) },
		"cannot be read":       func(dir string) error { return os.WriteFile(filepath.Join(dir, runs.RunFile), []byte("{"), 0o644) },
		"format 9": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, runs.RunFile), []byte(`{"format":9}`), 0o644)
		},
		"its folder of another": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, runs.RunFile), []byte(`{"format":1,"id":"x"}`), 0o644)
		},
	}
	want := map[string]string{}
	for problem, do := range hurt {
		r := save(t, s, newRun(problem, start))
		if err := do(s.Path(r.ID, "")); err != nil {
			t.Fatal(err)
		}
		want[r.ID] = problem
	}
	good := save(t, s, newRun("good", start.Add(-time.Hour)))
	for _, e := range list(t, s, runs.Filter{}) {
		if e.ID != good.ID && !strings.Contains(e.Problem, want[e.ID]) || e.ID == good.ID && e.Problem != "" {
			t.Errorf("%s: %q, want %q", e.ID, e.Problem, want[e.ID])
		}
	}
	if got := list(t, s, runs.Filter{Sound: true}); len(got) != 1 {
		t.Errorf("%d sound runs", len(got))
	}
	if r, err := s.Find(t.Context(), "latest"); err != nil || r.ID != good.ID {
		t.Errorf("%s %v", r.ID, err)
	}
	for id := range want {
		if _, err := s.Find(t.Context(), id); !errors.Is(err, runs.ErrCorrupt) {
			t.Errorf("%v", err)
		}
	}
	// What a list cannot see is seen when the file is read.
	for _, file := range []string{runs.RowsFile, runs.ResultFile} {
		data, err := os.ReadFile(s.Path(good.ID, file))
		if err != nil {
			t.Fatal(err)
		}
		data[len(data)-1] ^= 1
		if err := os.WriteFile(s.Path(good.ID, file), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err1 := s.Rows(good.ID)
	_, err2 := s.Result(good.ID)
	if !errors.Is(err1, runs.ErrCorrupt) || !errors.Is(err2, runs.ErrCorrupt) {
		t.Errorf("%v; %v", err1, err2)
	}
}

// The folders are the truth: whatever the index says, a list is right.
func TestIndexIsOnlyAMemory(t *testing.T) {
	s := runs.Open(t.TempDir())
	a, b := save(t, s, newRun("a", start)), save(t, s, newRun("b", start.Add(time.Hour)))
	index := filepath.Join(s.Dir(), runs.IndexFile)
	old, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, want ...string) {
		t.Helper()
		var got []string
		for _, e := range list(t, s, runs.Filter{Sound: true}) {
			got = append(got, e.Name)
		}
		if !cmp.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	for what, content := range map[string]string{"garbage": "{{{", "empty": "", "another format": `{"format":7,"runs":[]}`, "null": "null"} {
		if err := os.WriteFile(index, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		check(what, "b", "a")
		if data, err := os.ReadFile(index); err != nil || !cmp.Equal(data, old) {
			t.Errorf("%s: the index was not made anew: %s %v", what, data, err)
		}
	}
	if err := os.RemoveAll(s.Path(b.ID, "")); err != nil {
		t.Fatal(err)
	}
	check("a folder deleted by hand", "a")
	edited, err := os.ReadFile(s.Path(a.ID, runs.RunFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.Path(a.ID, runs.RunFile), []byte(strings.Replace(string(edited), `"name": "a"`, `"name": "edited"`, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	check("a run.json edited by hand", "edited")
}

func TestDefaultDir(t *testing.T) {
	for value, want := range map[string]string{"": "defekt-runs", "/x": "/x"} {
		if got := runs.DefaultDir(func(string) string { return value }); got != want {
			t.Errorf("%q: %s", value, got)
		}
	}
}
