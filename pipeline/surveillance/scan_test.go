package surveillance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

func watch(t testing.TB, s surveillance.Store, now *time.Time) *surveillance.Watch {
	t.Helper()
	w, err := surveillance.New(surveillance.Config{Store: s, Space: "words", Now: func() time.Time { return *now }})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func scan(t testing.TB, w *surveillance.Watch) surveillance.Summary {
	t.Helper()
	done, err := w.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// only gives the alarm that there must be.
func only(t testing.TB, f *fake) store.Alarm {
	t.Helper()
	if len(f.alarms) != 1 {
		t.Fatalf("%d alarms, want 1: %+v", len(f.alarms), f.alarms)
	}
	for _, a := range f.alarms {
		return a
	}
	panic("unreachable")
}

func groupOf(a store.Alarm) store.Group {
	return store.Group{Kind: store.GroupKind(a.Cause.Kind), Name: a.Cause.Name}
}

func TestBadLotIsNamed(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	var sum int64
	for i, c := range w.claims {
		if c.Claim.Text == "crack" && i%2 == 0 {
			f.costs = append(f.costs, store.Cost{ID: c.ID, Serial: c.Claim.Serial, Claim: c.Claim.ID, At: c.CreatedAt, Amount: store.Money{Minor: 2500, Currency: "EUR"}})
		}
	}
	f.costs = append(f.costs, store.Cost{ID: "of another time", Serial: w.units[0].Serial, At: w.now, Amount: store.Money{Minor: 1, Currency: "EUR"}})
	done := scan(t, watch(t, f, &w.now))
	if done.Basis != store.BasisUnits || done.Claims < len(w.claims)-3 || len(done.Opened) != 1 {
		t.Errorf("%+v of %d claims", done, len(w.claims))
	}
	a := only(t, f)
	if groupOf(a) != w.bad {
		t.Errorf("named %v, want %v", a.Cause, w.bad)
	}
	facts := a.Facts
	if !strings.HasPrefix(facts.Explanation, "lot L-17 (hinge, Acme): ") {
		t.Errorf("explained as %q", facts.Explanation)
	}
	if facts.Low < 3 || facts.High > 2*badTimes || facts.EB05 < 2 || facts.EB05 > facts.Ratio || facts.Evidence < facts.Threshold || facts.Level != 1 {
		t.Errorf("ratio %.2f (%.2f to %.2f), EB05 %.2f, evidence %.3g of %.3g, level %g; it is %d", facts.Ratio, facts.Low, facts.High, facts.EB05,
			facts.Evidence, facts.Threshold, facts.Level, badTimes)
	}
	if facts.Units != (store.AlarmUnits{Made: 180, Field: 180}) {
		t.Errorf("units %+v", facts.Units)
	}
	sku := slices.IndexFunc(facts.Rivals, func(r store.AlarmRival) bool { return r.Kind == "batch" })
	if sku < 0 || !strings.Contains(facts.Rivals[sku].Reason, "without lot L-17") {
		t.Errorf("no batch says why it lost: %+v", facts.Rivals)
	}
	if facts.Cluster != "words crack" || 2*facts.Clustered < facts.Observed || len(facts.Examples) != 5 {
		t.Errorf("cluster %q with %d of %d, examples %v", facts.Cluster, facts.Clustered, facts.Observed, facts.Examples)
	}
	for _, c := range facts.Costs {
		sum += c.Minor
	}
	if facts.Costed == 0 || sum != int64(facts.Costed)*2500 {
		t.Errorf("%d claims cost %v", facts.Costed, facts.Costs)
	}
	for _, fc := range facts.Forecasts {
		if !(fc.Low < fc.Claims && fc.Claims < fc.High && fc.Usual*3 < fc.Claims) || fc.Cost.Currency != "EUR" || fc.Cost.Minor < int64(2400*fc.Claims) || fc.Cost.Minor > int64(2600*fc.Claims) {
			t.Errorf("forecast %+v", fc)
		}
	}
	seen := 0
	for _, m := range facts.Months {
		seen += m.Observed
	}
	if seen < facts.Observed || len(facts.Ages) < 10 {
		t.Errorf("%d claims by month, %d in all; %d ages", seen, facts.Observed, len(facts.Ages))
	}
	if want := []string{store.AlarmRaised}; len(f.trail) != 1 || f.trail[0].What != want[0] || f.trail[0].By != surveillance.System {
		t.Errorf("trail %+v", f.trail)
	}
}

func TestTwiceIsOnce(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	scan(t, watch(t, f, &w.now))
	first := only(t, f)
	done := scan(t, watch(t, f, &w.now)) // as another process
	if a := only(t, f); a.ID != first.ID || a.Version != 1 || len(done.Opened) != 0 || done.Updated != 1 || len(f.trail) != 1 {
		t.Errorf("%+v, version %d, trail %+v", done, a.Version, f.trail)
	}
}

func TestHealthyWorldsAreQuiet(t *testing.T) {
	alarms := 0
	const worlds = 3 // of two years each
	for seed := range uint64(worlds) {
		w := newWorld(100+seed, false)
		f := newFake(w)
		scan(t, watch(t, f, &w.now))
		alarms += len(f.alarms)
		for _, a := range f.alarms {
			t.Logf("%v: %s", a.Cause, a.Facts.Explanation)
		}
	}
	if alarms > 1 {
		t.Errorf("%d alarms in %d worlds without a defect; at most one a year is promised, and few are usual", alarms, worlds)
	}
}

// until keeps the claims that came before a time.
func (w *world) until(at time.Time) []store.Claim {
	return slices.DeleteFunc(slices.Clone(w.claims), func(c store.Claim) bool { return !c.CreatedAt.Before(at) })
}

func TestTendAddsWhatCame(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	all := f.claims
	now := w.now.AddDate(0, 0, -40)
	f.claims = w.until(now)
	watcher := watch(t, f, &now)
	tend := func() {
		t.Helper()
		if err := watcher.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	tend() // the first one scans
	before := only(t, f)
	now = now.Add(20 * time.Hour)
	tend() // nothing new: not even measured
	if a := only(t, f); !a.Facts.At.Equal(before.Facts.At) {
		t.Errorf("measured at %v without news", a.Facts.At)
	}
	// Two more of the lot within the day that passes before the next scan is due.
	var bad []store.Claim
	for _, c := range all {
		if c.Claim.Text == "crack" && strings.HasPrefix(c.Claim.Serial, "S015") {
			bad = append(bad, c)
		}
	}
	for i := range 2 {
		c := bad[0]
		c.ID, c.CreatedAt = "new"+c.ID[3:len(c.ID)-1]+string(rune('0'+i)), now.Add(time.Minute)
		c.Claim.ReceivedAt = c.CreatedAt
		c.Claim.Serial = "S015-000" + string(rune('0'+2*i))
		f.claims = append(f.claims, c)
	}
	again := f.claims[len(f.claims)-1] // the same unit once more: not another failure
	again.ID = "again"
	f.claims = append(f.claims, again)
	now = now.Add(time.Hour)
	tend()
	after := only(t, f)
	if after.Facts.Observed != before.Facts.Observed+2 || after.ID != before.ID || after.Version != 1 {
		t.Errorf("%d claims after %d, version %d", after.Facts.Observed, before.Facts.Observed, after.Version)
	}
	tend()
	if a := only(t, f); a.Facts.Observed != after.Facts.Observed {
		t.Errorf("%d claims, the same ones were counted again", a.Facts.Observed)
	}
}

func TestDismissedStaysUntilWorse(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	all := f.claims
	now := w.now.AddDate(0, 0, -150)
	f.claims = w.until(now)
	scan(t, watch(t, f, &now))
	a := only(t, f)
	ledger := surveillance.Ledger{Alarms: f, Now: func() time.Time { return now }}
	if _, err := ledger.Dismiss(t.Context(), surveillance.Change{ID: a.ID, Who: "anna", Why: " "}); err == nil {
		t.Error("dismissed without a reason")
	}
	a, err := ledger.Dismiss(t.Context(), surveillance.Change{ID: a.ID, Who: "anna", Why: "a known and cheap repair"})
	if err != nil || a.State != store.AlarmDismissed || a.Floor != a.Facts.Ratio {
		t.Fatalf("%+v, %v", a, err)
	}
	for _, days := range []int{30, 100, 150} {
		now = w.now.AddDate(0, 0, -150+days)
		f.claims = slices.DeleteFunc(slices.Clone(all), func(c store.Claim) bool { return !c.CreatedAt.Before(now) })
		done := scan(t, watch(t, f, &now))
		if got := only(t, f); got.State != store.AlarmDismissed || len(done.Reopened) > 0 {
			t.Fatalf("after %d days it is %s, though it goes on as before (%d claims)", days, got.State, got.Facts.Observed)
		}
	}
	// Now every tenth unit of it cracks within a month.
	n := 0
	for i, u := range w.units {
		if u.Lots[0].Name() == w.bad.Name && i%8 == 0 { // its units are every other one
			c := all[0]
			c.ID, c.CreatedAt = u.Serial, now.AddDate(0, 0, -n%30-1)
			c.Claim.Serial, c.Claim.ReceivedAt = u.Serial, c.CreatedAt
			c.Prediction = crack()
			f.claims = append(f.claims, c)
			n++
		}
	}
	done := scan(t, watch(t, f, &now))
	got := only(t, f)
	if got.State != store.AlarmOpen || len(done.Reopened) != 1 || got.Floor != 0 || !got.SettledAt.IsZero() {
		t.Errorf("worse, and it is %s: %+v", got.State, done)
	}
	if last := f.trail[len(f.trail)-1]; last.What != store.AlarmReopened || last.By != surveillance.System {
		t.Errorf("trail ends with %+v", last)
	}
}

func TestClosedIsOver(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	scan(t, watch(t, f, &w.now))
	a := only(t, f)
	ledger := surveillance.Ledger{Alarms: f, Now: func() time.Time { return w.now }}
	if _, err := ledger.Close(t.Context(), surveillance.Change{ID: a.ID, Who: "anna", Why: "recalled"}); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Acknowledge(t.Context(), surveillance.Change{ID: a.ID, Who: "anna"}); err == nil {
		t.Error("a closed alarm was acknowledged")
	}
	done := scan(t, watch(t, f, &w.now))
	if a := only(t, f); a.State != store.AlarmClosed || len(done.Opened) > 0 {
		t.Errorf("it came back: %+v", done)
	}
}

func TestLedger(t *testing.T) {
	f := &fake{alarms: map[string]store.Alarm{}}
	a := store.Alarm{ID: "a", State: store.AlarmOpen, Cause: store.Cause{Kind: "lot", Name: "x"}}
	if err := f.AddAlarm(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	l := surveillance.Ledger{Alarms: f}
	got, err := l.Acknowledge(t.Context(), surveillance.Change{ID: "a", Who: "anna", Version: 1})
	if err != nil || got.State != store.AlarmAcknowledged || got.Version != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := l.Close(t.Context(), surveillance.Change{ID: "a", Who: "bert", Why: "x", Version: 1}); err == nil {
		t.Error("changed at a version that is gone")
	}
	if _, err := l.Attach(t.Context(), surveillance.Change{ID: "a", Who: "anna"}, &store.KnownIssue{Text: " "}); err == nil {
		t.Error("an issue without a text")
	}
	got, err = l.Attach(t.Context(), surveillance.Change{ID: "a", Who: "anna"}, &store.KnownIssue{Text: "hinge", Resolution: "send part 4711"})
	if err != nil || got.Known == nil || got.Known.Resolution == "" || got.State != store.AlarmAcknowledged {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err = l.Attach(t.Context(), surveillance.Change{ID: "a", Who: "anna", Why: "no longer"}, nil); err != nil || got.Known != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if n := len(f.trail); n != 3 || f.trail[1].Detail != "hinge" || f.trail[2].Detail != "no longer" {
		t.Errorf("trail %+v", f.trail)
	}
}
