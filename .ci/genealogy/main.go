// Command genealogy measures the genealogy of many units: how long it takes to keep them through
// the importers, to list the units that hold a lot, and to count all of them by group and day.
//
//	go run ./.ci/genealogy                                  two million units on SQLite, in a temporary folder
//	go run ./.ci/genealogy --db postgres://... --units N    the same in an empty database of Postgres
//
// It ends with 3 when a lot's units take longer than a second. `make genealogy` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/pipeline/trace"
)

// inFolder is what .ci/with-database says for SQLite.
const inFolder = "sqlite"

// most is how long the units of one lot may take.
const most = time.Second

func main() {
	units := flag.Int("units", 2_000_000, "units")
	db := flag.String("db", inFolder, "a postgres:// URL of an empty database, sqlite://FILE, or 'sqlite' for a file in a temporary folder")
	filled := flag.Bool("filled", false, "the database was filled by an earlier run; only measure")
	flag.Parse()
	slow, err := run(context.Background(), os.Stdout, *db, *units, *filled)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "genealogy:", err)
		os.Exit(1)
	case slow:
		fmt.Fprintln(os.Stderr, "genealogy: the units of a lot take longer than", most)
		os.Exit(3)
	}
}

func run(ctx context.Context, w io.Writer, db string, units int, filled bool) (slow bool, err error) {
	if db == inFolder {
		dir, err := os.MkdirTemp("", "defekt-genealogy-*")
		if err != nil {
			return false, err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
		db = "sqlite://" + filepath.Join(dir, "units.db")
	}
	s, err := open(ctx, db)
	if err != nil {
		return false, err
	}
	defer s.Close() //nolint:errcheck // everything was committed
	if !filled {
		if err := fill(ctx, w, s, units); err != nil {
			return false, err
		}
	}
	return measure(ctx, w, s, units)
}

func open(ctx context.Context, db string) (store.Store, error) {
	if file, ok := strings.CutPrefix(db, "sqlite://"); ok {
		conn, err := sqlite.OpenDB(ctx, file)
		if err != nil {
			return nil, err
		}
		return sqlite.New(conn, sqlite.Config{}), sqlite.Migrate(ctx, conn)
	}
	if err := postgres.Migrate(ctx, db); err != nil {
		return nil, err
	}
	pool, err := postgres.OpenPool(ctx, db)
	if err != nil {
		return nil, err
	}
	return postgres.New(pool, postgres.Config{}), nil
}

// fill imports the units, as makers give them, then a tenth of their sales, as sellers do.
func fill(ctx context.Context, w io.Writer, s store.Store, units int) error {
	for _, file := range []struct {
		what string
		in   io.Reader
	}{
		{"units, new", newWorld(units, 1)},
		{"a twentieth again", newWorld(units/20, 1)},
		{"sales of a tenth", newSales(units/10, 1)},
	} {
		last, began := 0, time.Now()
		r, err := trace.Import(ctx, s, file.in, trace.Config{Source: file.what, Progress: func(r trace.Report) {
			if r.Used/200_000 > last {
				last = r.Used / 200_000
				fmt.Fprintf(os.Stderr, "%s: %d in %s\n", file.what, r.Used, time.Since(began).Round(time.Second))
			}
		}})
		if err != nil {
			return err
		}
		if len(r.Codes) > 0 {
			return fmt.Errorf("%s: %v", file.what, r.Problems)
		}
		fmt.Fprintf(w, "%-34s %9d rows %8.1f s %9.0f rows/s\n", file.what, r.Rows, r.Took.Seconds(), float64(r.Rows)/r.Took.Seconds())
	}
	return nil
}

// measure times the questions, each over several things that are asked for, the slowest of
// which counts.
func measure(ctx context.Context, w io.Writer, s store.Store, units int) (slow bool, err error) {
	lots, err := s.LotsBy(ctx, "")
	if err != nil {
		return false, err
	}
	batches, err := s.BatchesBy(ctx, "")
	if err != nil {
		return false, err
	}
	if len(lots) < 7 || len(batches) < 7 {
		return false, fmt.Errorf("only %d lots and %d batches", len(lots), len(batches))
	}
	ask := func(what string, tries int, f func(i int) (int, error)) (time.Duration, error) {
		var took []time.Duration
		n := 0
		for i := range tries {
			began := time.Now()
			found, err := f(i)
			if err != nil {
				return 0, fmt.Errorf("%s: %w", what, err)
			}
			took, n = append(took, time.Since(began)), max(n, found)
		}
		worst := slices.Max(took)
		fmt.Fprintf(w, "%-34s %9d rows %8.1f ms at worst, %.1f ms first, of %d\n", what, n, ms(worst), ms(took[0]), tries)
		return worst, nil
	}
	list := func(kind store.GroupKind, name func(i int) string) func(i int) (int, error) {
		return func(i int) (int, error) { return all(ctx, s, store.Group{Kind: kind, Name: name(i)}) }
	}
	spread := func(i, n int) int { return (i*2 + 1) * n / 14 }
	worst, err := ask("units that hold a lot", 7, list(store.GroupLot, func(i int) string { return lots[spread(i, len(lots))].Name() }))
	if err != nil {
		return false, err
	}
	for _, q := range []struct {
		what  string
		tries int
		f     func(i int) (int, error)
	}{
		{"units of a batch", 7, list(store.GroupBatch, func(i int) string {
			return store.BatchName(batches[spread(i, len(batches))].Code, batches[spread(i, len(batches))].SKU)
		})},
		{"lots in a unit", 7, func(i int) (int, error) {
			u, err := s.UnitsBySerial(ctx, serial(spread(i, units)))
			if err != nil || len(u) != 1 {
				return 0, fmt.Errorf("%d units, %w", len(u), err)
			}
			return len(u[0].Lots), nil
		}},
		{"units with a lot of a supplier", 1, func(int) (int, error) {
			c, err := s.CountUnits(ctx, store.UnitFilter{Groups: []store.Group{{Kind: store.GroupSupplier, Name: lots[0].Supplier}}})
			return c[store.StageField] + c[store.StageStock] + c[store.StageTrade], err
		}},
		{"exposure: sku, batch, lot; weeks", 2, exposure(ctx, s, 7, store.GroupSKU, store.GroupBatch, store.GroupLot)},
		{"exposure: every group; days", 2, exposure(ctx, s, 1)},
	} {
		if _, err := ask(q.what, q.tries, q.f); err != nil {
			return false, err
		}
	}
	return worst > most, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func all(ctx context.Context, s store.Units, g store.Group) (n int, err error) {
	for after := ""; ; {
		page, next, err := s.UnitsOf(ctx, store.UnitFilter{Groups: []store.Group{g}}, after, store.MaxUnitPage)
		if err != nil || next == "" {
			return n + len(page), err
		}
		n, after = n+len(page), next
	}
}

func exposure(ctx context.Context, s store.Units, step int, kinds ...store.GroupKind) func(int) (int, error) {
	return func(int) (int, error) {
		e, err := s.Exposure(ctx, store.ExposureQuery{Kinds: kinds, Step: step})
		return len(e.Rows), err
	}
}
