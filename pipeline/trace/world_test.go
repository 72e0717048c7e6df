package trace_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/pipeline/trace"
)

// testStore is a real store in a file of the test's own.
func testStore(t testing.TB) *sqlite.Store {
	t.Helper()
	db, err := sqlite.OpenDB(t.Context(), t.TempDir()+"/units.db")
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s := sqlite.New(db, sqlite.Config{})
	t.Cleanup(func() { s.Close() })
	return s
}

// load imports a text that must be without a fault.
func load(t testing.TB, s trace.Sink, cfg trace.Config, text string) trace.Report {
	t.Helper()
	r, err := trace.Import(t.Context(), s, strings.NewReader(text), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) > 0 {
		t.Fatalf("problems: %v", r.Problems)
	}
	return r
}

func unitOf(t testing.TB, s store.Units, serial string) store.Unit {
	t.Helper()
	list, err := s.UnitsBySerial(t.Context(), serial)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d units with the serial %s, %v", len(list), serial, err)
	}
	return list[0]
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

// broken fails when the n-th chunk of units is put.
type broken struct {
	store.Store
	after int
}

var errBroken = errors.New("the disk is full")

func (b *broken) PutUnits(ctx context.Context, units []store.Unit) (store.Written, error) {
	if b.after--; b.after < 0 {
		return store.Written{}, errBroken
	}
	return b.Store.PutUnits(ctx, units)
}
