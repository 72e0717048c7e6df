package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

// newStore makes a store without a queue's table: its jobs go nowhere.
func newStore(t testing.TB) (*sqlite.Store, *sql.DB, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "defekt.db")
	db := openDB(t, path)
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return sqlite.New(db, sqlite.Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }}), db, path
}

func accept(t testing.TB, s *sqlite.Store, text string) store.Claim {
	t.Helper()
	c, _, err := s.Accept(t.Context(), store.New{Claim: claim.Claim{ID: "ref", Text: text}})
	if err != nil {
		t.Error(err)
	}
	return c
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", ":memory:", folder, filepath.Join(folder, "no", "such"), text} {
		if db, err := sqlite.OpenDB(t.Context(), path); err == nil {
			db.Close()
			t.Errorf("%q: no error", path)
		}
	}
}

func TestSettings(t *testing.T) {
	_, db, path := newStore(t)
	if mode := stat(t, path).Mode(); mode.Perm() != 0o600 {
		t.Errorf("the database has mode %v; others could read customers' claims", mode)
	}
	// Every connection, not only the first.
	for range 3 {
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": "10000"} {
			var got string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %q (%v), want %q", pragma, got, err, want)
			}
		}
	}
}

func TestManyMigrateAtOnce(t *testing.T) {
	for range 3 {
		path := filepath.Join(t.TempDir(), "defekt.db")
		errs := make([]error, 6)
		var wg sync.WaitGroup
		for i := range errs {
			db := openDB(t, path)
			wg.Go(func() { errs[i] = sqlite.Migrate(t.Context(), db) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := openDB(t, path).QueryRow("SELECT count(*) FROM defekt_migrations WHERE version_id = 1").Scan(&n); err != nil || n != 1 {
			t.Errorf("the first migration ran %d times, %v", n, err)
		}
	}
}

func TestMigrateRefusesNewer(t *testing.T) {
	_, db, _ := newStore(t)
	if _, err := db.Exec("INSERT INTO defekt_migrations (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("Migrate = %v, want one that names the newer program", err)
	}
}

func TestMigrateStops(t *testing.T) {
	db := openDB(t, filepath.Join(t.TempDir(), "defekt.db"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sqlite.Migrate(ctx, db); !errors.Is(err, context.Canceled) {
		t.Errorf("Migrate = %v", err)
	}
}

func TestWithoutQueue(t *testing.T) {
	_, db, _ := newStore(t)
	s := sqlite.New(db, sqlite.Config{})
	if _, _, err := s.Accept(t.Context(), store.New{Claim: claim.Claim{ID: "x"}}); err == nil || !strings.Contains(err.Error(), "queue") {
		t.Errorf("Accept = %v", err)
	}
	if n, err := s.Count(t.Context(), store.Filter{}); n != 0 || err != nil {
		t.Errorf("%d claims, %v", n, err)
	}
}

// TestBusy: a writer whose context ends while another process writes gets an answer at once,
// and the ones behind it their turn.
func TestBusy(t *testing.T) {
	s, _, path := newStore(t)
	other, err := openDB(t, path).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, _, err := s.Accept(ctx, store.New{Claim: claim.Claim{ID: "x"}}); err == nil {
		t.Error("no error")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("waited %v after its context", took)
	}
	if _, err := s.Count(t.Context(), store.Filter{}); err != nil {
		t.Errorf("a reader waits for a writer: %v", err)
	}
	if err := other.Rollback(); err != nil {
		t.Fatal(err)
	}
	accept(t, s, "next")
}

// TestPanic: the transaction ends and the next writer gets its turn.
func TestPanic(t *testing.T) {
	_, db, _ := newStore(t)
	fail := true
	s := sqlite.New(db, sqlite.Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error {
		if fail {
			panic("a broken queue")
		}
		return nil
	}})
	func() {
		defer func() { _ = recover() }()
		accept(t, s, "lost")
		t.Error("no panic")
	}()
	fail = false
	accept(t, s, "kept")
	if n, err := s.Count(t.Context(), store.Filter{}); n != 1 || err != nil {
		t.Errorf("%d claims, %v", n, err)
	}
}
