package capa

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

// world is a desk on a real store with a clock of its own.
type world struct {
	*testing.T
	ctx   context.Context
	store *sqlite.Store
	desk  *Desk
	now   time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, err := sqlite.OpenDB(t.Context(), filepath.Join(t.TempDir(), "d.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, ctx: t.Context(), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	w.store = sqlite.New(db, sqlite.Config{Now: clock})
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.desk = NewDesk(w.store, clock)
	return w
}

func (w *world) days(n int) { w.now = w.now.AddDate(0, 0, n) }

func (w *world) open(o Opening) store.CAPA {
	w.Helper()
	c, created, err := w.desk.Open(w.ctx, o)
	if err != nil || !created {
		w.Fatalf("open: %v, created %v", err, created)
	}
	return c
}

func (w *world) must(c store.CAPA, err error) store.CAPA {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// refused fails unless err is a problem of the code.
func (w *world) refused(code claim.Code, err error) {
	w.Helper()
	var p claim.Problem
	if !errors.As(err, &p) || p.Code != code {
		w.Errorf("error %v, want %s", err, code)
	}
}

func lot() Opening {
	return Opening{Cause: store.Cause{Kind: "lot", Name: "L-17|hinge|ACME", Label: "symptom=crack"}, Owner: "anna", Supplier: "ACME", SKU: "K-1",
		Due: map[string]Days{"D3": 2}, Who: "anna"}
}

// fixedCounts are counts made up.
type fixedCounts []Stratum

func (f fixedCounts) Strata(context.Context, store.Cause, string, time.Time, time.Time) ([]Stratum, error) {
	return f, nil
}

func TestAnActionFromAlarmToClosure(t *testing.T) {
	w := newWorld(t)
	c := w.open(lot())
	if c.Title != "symptom=crack, lot L-17 (hinge, ACME)" || !c.Steps[2].Due.Equal(w.now.AddDate(0, 0, 2)) || !c.Steps[3].Due.Equal(w.now.AddDate(0, 0, 14)) {
		t.Errorf("opened %+v", c)
	}
	opened := w.now
	for i, s := range Steps()[:7] {
		w.days(i)
		done := Done{Step: s.ID, Text: "did " + s.Title, Evidence: []string{"https://example.com/" + s.ID}}
		if s.ID == "D6" {
			_, err := w.desk.Step(w.ctx, c.ID, 0, "anna", done)
			w.refused(CodeFixDate, err)
			done.FixedAt = w.now.AddDate(0, 0, 1)
			_, err = w.desk.Step(w.ctx, c.ID, 0, "anna", done)
			w.refused(CodeFixDate, err)
			done.FixedAt = w.now
		}
		c = w.must(w.desk.Step(w.ctx, c.ID, c.Version, "anna", done))
	}
	good := fixedCounts{{Tally{60, 10_000}, Tally{3, 5_000}}}
	_, err := w.desk.Close(w.ctx, c.ID, 0, "anna", "done")
	w.refused(CodeUnproven, err)
	c = w.must(w.desk.Check(w.ctx, c.ID, 0, "bert", good, CheckConfig{}, Question{}))
	if got := c.Checks[0]; got.Verdict != TooEarly || !strings.Contains(got.Reason, "days old") || got.Scope != (store.Cause{Kind: "sku", Name: "K-1", Label: "symptom=crack"}) || got.Split != ByMade {
		t.Errorf("the first check says %+v", got)
	}
	w.days(60)
	c = w.must(w.desk.Check(w.ctx, c.ID, 0, "bert", fixedCounts{{Tally{60, 10_000}, Tally{28, 5_000}}}, CheckConfig{}, Question{}))
	if got := c.Checks[1]; got.Verdict != NotShown || got.Alpha != 0.025 {
		t.Errorf("the second check says %+v", got)
	}
	_, err = w.desk.Close(w.ctx, c.ID, 0, "anna", "done")
	w.refused(CodeUnproven, err)
	c = w.must(w.desk.Check(w.ctx, c.ID, 0, "bert", good, CheckConfig{}, Question{}))
	if got := c.Checks[2]; got.Verdict != Effective || got.Alpha != 0.05/6 {
		t.Errorf("the third check says %+v", got)
	}
	_, err = w.desk.Close(w.ctx, c.ID, 0, "anna", "")
	w.refused(CodeUndone, err)
	c = w.must(w.desk.Close(w.ctx, c.ID, 0, "anna", "lessons are written down"))
	if c.State != store.CAPAClosed {
		t.Errorf("state %s", c.State)
	}
	_, err = w.desk.Step(w.ctx, c.ID, 0, "anna", Done{Step: "D1", Text: "again"})
	w.refused(CodeNotOpen, err)

	k := ClockOf(c, w.now)
	if k.Contain.Took != 3*day || !k.Contain.Done || k.Fix.Took != (3+4+5)*day || k.Total.Took != w.now.Sub(opened) || len(k.Overdue) != 0 {
		t.Errorf("clock %+v", k)
	}
	log, err := w.store.QualityLog(w.ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	var what []string
	for _, e := range log {
		what = append(what, e.What)
	}
	want := append(append([]string{store.CAPAOpened}, slices.Repeat([]string{store.CAPAStepDone}, 7)...), store.CAPAChecked, store.CAPAChecked, store.CAPAChecked, store.CAPAEnded)
	if d := cmp.Diff(want, what); d != "" {
		t.Errorf("log: -want +got\n%s", d)
	}
}

// A new date of the fix makes the checks before it worthless.
func TestAChangedFixNeedsANewCheck(t *testing.T) {
	w := newWorld(t)
	c := w.open(lot())
	for _, s := range Steps()[:7] {
		done := Done{Step: s.ID, Text: "x"}
		if s.ID == "D6" {
			done.FixedAt = w.now
		}
		c = w.must(w.desk.Step(w.ctx, c.ID, 0, "anna", done))
	}
	w.days(40)
	w.must(w.desk.Check(w.ctx, c.ID, 0, "anna", fixedCounts{{Tally{60, 10_000}, Tally{3, 5_000}}}, CheckConfig{}, Question{}))
	w.must(w.desk.Step(w.ctx, c.ID, 0, "anna", Done{Step: "D6", Text: "a second mould", FixedAt: w.now}))
	_, err := w.desk.Close(w.ctx, c.ID, 0, "anna", "done")
	w.refused(CodeUnproven, err)
	log, err := w.store.QualityLog(w.ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if last := log[len(log)-1].Detail; !strings.Contains(last, "before (anna): x") {
		t.Errorf("the log forgot what stood there: %q", last)
	}
}

func TestOneActionForEachCause(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	created := make([]bool, 12)
	for i := range created {
		wg.Go(func() {
			o := lot()
			o.Firing = store.Firing{Key: string(rune('a' + i%6)), Rule: "r", What: "claims"}
			var err error
			for range 20 { // many at once may be told to come again
				if _, created[i], err = NewDesk(w.store, nil).Open(w.ctx, o); !errors.Is(err, store.ErrBusy) {
					break
				}
			}
			if err != nil {
				t.Errorf("open: %v", err)
			}
		})
	}
	wg.Wait()
	list, err := w.store.CAPAs(w.ctx, store.CAPAFilter{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range created {
		if c {
			n++
		}
	}
	if len(list) != 1 || n != 1 || len(list[0].Firings) != 6 {
		t.Errorf("%d actions, %d created, firings %+v", len(list), n, list[0].Firings)
	}
}

func TestFiringsAreBounded(t *testing.T) {
	c := store.CAPA{Firings: []store.Firing{{Key: "first"}}}
	for i := range MaxFirings + 5 {
		c.Firings = append(c.Firings, store.Firing{Key: strings.Repeat("x", i+1)})
		if len(c.Firings) > MaxFirings {
			c.Firings = slices.Delete(c.Firings, 1, 2)
		}
	}
	if len(c.Firings) != MaxFirings || c.Firings[0].Key != "first" {
		t.Errorf("%d firings, first %q", len(c.Firings), c.Firings[0].Key)
	}
}

func TestWhatIsRefused(t *testing.T) {
	w := newWorld(t)
	_, _, err := w.desk.Open(w.ctx, Opening{Cause: store.Cause{Kind: "lot"}})
	w.refused(CodeCause, err)
	_, _, err = w.desk.Open(w.ctx, Opening{Cause: store.Cause{Kind: "lot", Name: strings.Repeat("x", MaxName+1)}})
	w.refused(CodeCause, err)
	c := w.open(lot())
	for name, try := range map[string]struct {
		code claim.Code
		do   Done
	}{
		"no text":       {CodeText, Done{Step: "D1", Text: " "}},
		"long text":     {CodeText, Done{Step: "D1", Text: strings.Repeat("x", MaxText+1)}},
		"no step":       {CodeStep, Done{Step: "D9", Text: "x"}},
		"fix elsewhere": {CodeFixDate, Done{Step: "D1", Text: "x", FixedAt: w.now}},
		"future":        {CodeText, Done{Step: "D1", Text: "x", At: w.now.Add(time.Hour)}},
		"many links":    {CodeEvidence, Done{Step: "D1", Text: "x", Evidence: make([]string, MaxEvidence+1)}},
		"empty link":    {CodeEvidence, Done{Step: "D1", Text: "x", Evidence: []string{""}}},
		"long link":     {CodeEvidence, Done{Step: "D1", Text: "x", Evidence: []string{strings.Repeat("x", MaxLink+1)}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.desk.Step(w.ctx, c.ID, 0, "anna", try.do)
			(&world{T: t}).refused(try.code, err)
		})
	}
	_, err = w.desk.Check(w.ctx, c.ID, 0, "anna", fixedCounts{}, CheckConfig{}, Question{})
	w.refused(CodeNotFixed, err)
	_, err = w.desk.Drop(w.ctx, c.ID, 0, "anna", "")
	w.refused(CodeText, err)
	owner := "bert"
	w.must(w.desk.Edit(w.ctx, c.ID, c.Version, "anna", Edit{Owner: &owner, Due: map[string]time.Time{"D1": w.now}}))
	_, err = w.desk.Edit(w.ctx, c.ID, c.Version, "carl", Edit{Owner: &owner})
	w.refused(CodeStale, err)
	if _, err := w.desk.Step(w.ctx, "no id", 0, "anna", Done{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error %v", err)
	}
	w.must(w.desk.Drop(w.ctx, c.ID, 0, "anna", "a false alarm"))
	w.open(lot()) // the cause is free again
}

func TestCycleTimes(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	make1 := func(contain, fix, end int) store.CAPA {
		c := store.CAPA{State: store.CAPAOpen, OpenedAt: at, Steps: planned(at, nil)}
		set := func(step string, days int) {
			if i, err := place(c, step); err == nil && days > 0 {
				c.Steps[i].At = at.AddDate(0, 0, days)
			}
		}
		set("D3", contain)
		set("D6", fix)
		if end > 0 {
			c.State, c.ClosedAt = store.CAPAClosed, at.AddDate(0, 0, end)
		}
		return c
	}
	dropped := make1(0, 0, 3)
	dropped.State = store.CAPADropped
	got := CycleOf([]store.CAPA{make1(2, 30, 90), make1(4, 50, 0), make1(0, 0, 0), make1(6, 0, 0), dropped}, at.AddDate(0, 0, 46))
	want := Cycle{Open: 3, Closed: 1, Dropped: 1, OverdueActions: 3, OverdueSteps: 4 + 6 + 5,
		Contain: Median{3, 4 * day}, Fix: Median{2, (28 + 46) * day / 2}, Prove: Median{1, 60 * day}, Total: Median{1, 90 * day}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}
