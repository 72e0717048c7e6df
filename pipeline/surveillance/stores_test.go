package surveillance_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// eachStore runs a test on both real stores, whose clock it may set.
func eachStore(t *testing.T, test func(t *testing.T, s store.Store, now *time.Time)) {
	t.Run("sqlite", func(t *testing.T) {
		db, err := sqlite.OpenDB(t.Context(), filepath.Join(t.TempDir(), "x.db"))
		if err != nil {
			t.Fatal(err)
		}
		if err := sqlite.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		now := new(time.Time)
		s := sqlite.New(db, sqlite.Config{Now: func() time.Time { return *now }, Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }})
		t.Cleanup(func() { s.Close() })
		test(t, s, now)
	})
	t.Run("postgres", func(t *testing.T) {
		pool := postgrestest.Pool(t)
		now := new(time.Time)
		s := postgres.New(pool, postgres.Config{Now: func() time.Time { return *now }, Enqueue: func(context.Context, pgx.Tx, []store.Job) error { return nil }})
		test(t, s, now)
	})
}

// fill puts a world into a store: units as they are, claims as if each had come in its time.
func (w *world) fill(t *testing.T, s store.Store, now *time.Time) {
	t.Helper()
	*now = w.now.AddDate(-3, 0, 0)
	for i := 0; i < len(w.units); i += store.MaxUnitChunk {
		if _, err := s.PutUnits(t.Context(), w.units[i:min(i+store.MaxUnitChunk, len(w.units))]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.PutBatches(t.Context(), w.batches); err != nil {
		t.Fatal(err)
	}
	w.accept(t, s, now, w.claims)
	*now = w.now
}

func (w *world) accept(t *testing.T, s store.Store, now *time.Time, claims []store.Claim) {
	t.Helper()
	for _, c := range claims {
		*now = c.CreatedAt
		if _, _, err := s.Accept(t.Context(), store.New{Claim: c.Claim, Outcome: &store.Outcome{Prediction: *c.Prediction}}); err != nil {
			t.Fatal(err)
		}
	}
}

func living(t *testing.T, s store.Store) []store.Alarm {
	t.Helper()
	list, err := s.Alarms(t.Context(), store.AlarmFilter{States: []store.AlarmState{store.AlarmOpen, store.AlarmAcknowledged, store.AlarmDismissed}, Limit: store.MaxAlarms})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestOnStores: a lot of hinges goes bad; the alarm names the lot and not the product; a second
// scan, by another process, makes no second alarm; a new claim is added within a minute's look;
// what a person dismisses stays dismissed.
func TestOnStores(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store, now *time.Time) {
		w := newWorld(1, true)
		last := w.claims[len(w.claims)-1]
		w.fill(t, s, now)
		w.cost(t, s)
		done := scan(t, watch(t, s, now))
		if done.Basis != store.BasisUnits || done.Claims < len(w.claims)-3 || done.Unknown+done.Unstarted > 0 {
			t.Errorf("%+v of %d claims", done, len(w.claims))
		}
		first := living(t, s)
		if len(first) != 1 || groupOf(first[0]) != w.bad {
			t.Fatalf("alarms %+v, want one on %v", first, w.bad)
		}
		f := first[0].Facts
		if f.Units.Made != 180 || f.Costed == 0 || len(f.Costs) != 1 || f.Costs[0].Minor != int64(f.Costed)*2500 || f.Forecasts[0].Cost.Minor == 0 {
			t.Errorf("units %+v, costs %v of %d, forecast %+v", f.Units, f.Costs, f.Costed, f.Forecasts)
		}

		other := watch(t, s, now)
		if err := other.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
		second := living(t, s)
		if len(second) != 1 || second[0].ID != first[0].ID || second[0].Version != 1 {
			t.Fatalf("after a second scan: %+v", second)
		}
		*now = now.Add(10 * time.Minute)
		last.Claim.ReceivedAt, last.CreatedAt, last.Prediction = *now, *now, crack()
		for _, u := range w.units {
			if u.Lots[0].Name() == w.bad.Name {
				last.Claim.Serial, last.Claim.SKU = u.Serial, u.SKU
			}
		}
		w.accept(t, s, now, []store.Claim{last})
		*now = now.Add(time.Minute)
		if err := other.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a := living(t, s)[0]; a.Facts.Observed != f.Observed+1 {
			t.Errorf("%d claims after one more than %d", a.Facts.Observed, f.Observed)
		}

		l := surveillance.Ledger{Alarms: s, Now: func() time.Time { return *now }}
		if _, err := l.Dismiss(t.Context(), surveillance.Change{ID: first[0].ID, Who: "anna", Why: "cheap"}); err != nil {
			t.Fatal(err)
		}
		scan(t, watch(t, s, now))
		if list := living(t, s); len(list) != 1 || list[0].State != store.AlarmDismissed || list[0].Version != 2 {
			t.Errorf("after a scan: %+v", list)
		}
		trail, err := s.Trail(t.Context(), first[0].ID)
		if err != nil || len(trail) != 2 || trail[0].What != store.AlarmRaised || trail[1].What != store.AlarmLeft {
			t.Errorf("trail %+v, %v", trail, err)
		}
	})
}

// cost gives every cracked hinge a price.
func (w *world) cost(t *testing.T, s store.Store) {
	t.Helper()
	var costs []store.Cost
	for i, c := range w.claims {
		if c.Claim.Text == "crack" {
			costs = append(costs, store.Cost{ID: fmt.Sprint(i), Claim: c.Claim.ID, Serial: c.Claim.Serial, At: c.CreatedAt, Kind: "repair", Amount: store.Money{Minor: 2500, Currency: "EUR"}})
		}
	}
	if _, err := s.PutCosts(t.Context(), costs); err != nil {
		t.Fatal(err)
	}
}

func TestHealthyOnStores(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store, now *time.Time) {
		w := newWorld(100, false)
		w.fill(t, s, now)
		scan(t, watch(t, s, now))
		if list := living(t, s); len(list) > 0 {
			t.Errorf("a healthy world has %+v", list)
		}
	})
}
