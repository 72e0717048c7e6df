package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// queue is where the tests' jobs go: a table, so that they share the transaction's fate.
func queue(ctx context.Context, tx pgx.Tx, jobs []store.Job) error {
	for _, j := range jobs {
		if _, err := tx.Exec(ctx, "INSERT INTO test_jobs (kind, id) VALUES ($1, $2)", j.Kind, j.ID); err != nil {
			return err
		}
	}
	return nil
}

func open(t testing.TB, cfg postgres.Config) (*postgres.Store, *pgxpool.Pool) {
	t.Helper()
	pool := postgrestest.Pool(t)
	if _, err := pool.Exec(t.Context(), "CREATE TABLE test_jobs (kind text, id text)"); err != nil {
		t.Fatal(err)
	}
	if cfg.Enqueue == nil {
		cfg.Enqueue = queue
	}
	return postgres.New(pool, cfg), pool
}

func accept(t testing.TB, s *postgres.Store, n store.New) store.Claim {
	t.Helper()
	c, _, err := s.Accept(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func count(t testing.TB, pool *pgxpool.Pool, sql string, args ...any) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestManyProcessesMayMigrateAtOnce(t *testing.T) {
	address := postgrestest.Database(t)
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = postgres.Migrate(t.Context(), address) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	pool, err := postgres.OpenPool(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if n := count(t, pool, "SELECT count(*) FROM defekt_migrations WHERE version_id = 1"); n != 1 {
		t.Errorf("the first migration ran %d times", n)
	}
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	address := postgrestest.Migrated(t)
	pool, err := postgres.OpenPool(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(t.Context(), "INSERT INTO defekt_migrations (version_id, is_applied) VALUES (9999, true)"); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), address); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("Migrate = %v, want one that names the newer program", err)
	}
}

func TestAnUnmigratedDatabaseIsRefused(t *testing.T) {
	if _, err := postgres.OpenPool(t.Context(), postgrestest.Database(t)); err == nil || !strings.Contains(err.Error(), "pgvector is missing") {
		t.Errorf("OpenPool = %v, want one that says that pgvector is missing", err)
	}
}

func TestNothingIsHalfThere(t *testing.T) {
	broken := errors.New("the queue is full")
	fail := false
	s, pool := open(t, postgres.Config{Enqueue: func(ctx context.Context, tx pgx.Tx, jobs []store.Job) error {
		if fail {
			return broken
		}
		return queue(ctx, tx, jobs)
	}})
	if err := s.AddWebhook(t.Context(), store.Webhook{ID: "w", URL: "http://127.0.0.1/", CreatedAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	c := accept(t, s, store.New{Claim: claim.Claim{Text: "torn"}})
	fail = true
	if _, _, err := s.Accept(t.Context(), store.New{Claim: claim.Claim{Text: "x", Photos: []string{"b"}}, IdempotencyKey: "k"}); !errors.Is(err, broken) {
		t.Errorf("Accept = %v, want the queue's error", err)
	}
	if err := s.Finish(t.Context(), c.ID, store.Outcome{Vectors: []store.Vector{{Space: "s", Values: []float32{1, 0}}}}); !errors.Is(err, broken) {
		t.Errorf("Finish = %v, want the queue's error", err)
	}
	for table, want := range map[string]int{"claims": 1, "idempotency": 0, "blobs": 0, "vectors": 0, "deliveries": 0, "test_jobs": 1} {
		if n := count(t, pool, "SELECT count(*) FROM "+table); n != want {
			t.Errorf("%s has %d rows, want %d", table, n, want)
		}
	}
}

func TestOneKeyOneClaimHoweverManySenders(t *testing.T) {
	s, pool := open(t, postgres.Config{})
	ids := make([]string, 24)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			c, _, err := s.Accept(t.Context(), store.New{Claim: claim.Claim{Text: "x"}, IdempotencyKey: "k\x00\xff", Digest: "d"})
			if err != nil {
				t.Error(err)
			}
			ids[i] = c.ID
		})
	}
	wg.Wait()
	if n := len(slices.Compact(slices.Sorted(slices.Values(ids)))); n != 1 {
		t.Errorf("one key made %d claims", n)
	}
	if n := count(t, pool, "SELECT count(*) FROM test_jobs"); n != 1 {
		t.Errorf("one key made %d jobs", n)
	}
}

func TestErasuresThatShareAPhotoOrphanItOnce(t *testing.T) {
	s, _ := open(t, postgres.Config{})
	for round := range 5 {
		var ids []string
		for range 4 {
			ids = append(ids, accept(t, s, store.New{Claim: claim.Claim{Photos: []string{fmt.Sprint("blob", round)}}}).ID)
		}
		orphans := make([][]string, len(ids))
		var wg sync.WaitGroup
		for i, id := range ids {
			wg.Go(func() {
				var err error
				if orphans[i], err = s.Erase(t.Context(), id, "me"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if all := slices.Concat(orphans...); len(all) != 1 {
			t.Errorf("orphans %q, want the photo once", all)
		}
	}
}

func TestTextsThatPostgresCannotKeep(t *testing.T) {
	s, _ := open(t, postgres.Config{})
	in := claim.Claim{ID: "a\x00b", Text: "zero\x00 \\u0000 BYTE", Product: strings.Repeat("long ", 2000), Serial: "s\x00"}
	c := accept(t, s, store.New{Claim: in})
	got, err := s.Claim(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := in
	want.ID, want.Text, want.Serial = "a\uFFFDb", `zero\uFFFD \u0000 BYTE`, "s\uFFFD"
	want.Text = strings.Replace(want.Text, `zero\uFFFD`, "zero\uFFFD", 1)
	if d := cmp.Diff(want, got.Claim); d != "" {
		t.Errorf("the claim changed on its way: %s", d)
	}
	for _, f := range []store.Filter{{Reference: in.ID}, {Product: in.Product}, {Serial: in.Serial}, {Text: "byte"}} {
		if n, err := s.Count(t.Context(), f); n != 1 || err != nil {
			t.Errorf("%.60v keeps %d claims, %v", f, n, err)
		}
	}
	for _, id := range []string{"\x00", "\xff", "nope", strings.ToUpper(c.ID), "{" + c.ID + "}"} {
		if _, err := s.Claim(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Claim(%q) = %v, want ErrNotFound", id, err)
		}
	}
}

func TestForgedCursors(t *testing.T) {
	s, _ := open(t, postgres.Config{})
	for range 3 {
		accept(t, s, store.New{Claim: claim.Claim{Text: "x", SKU: "1"}})
	}
	_, next, err := s.List(t.Context(), store.Filter{}, store.Page{Limit: 1})
	if err != nil || next == "" {
		t.Fatal(next, err)
	}
	if _, _, err := s.List(t.Context(), store.Filter{SKU: "1"}, store.Page{Limit: 1, After: next}); !errors.Is(err, store.ErrCursor) {
		t.Errorf("a cursor of another filter: %v, want ErrCursor", err)
	}
	for _, c := range []string{"x", "AAAA", next[1:], next + "A", "' OR 1=1", strings.Repeat("_", len(next))} {
		if _, _, err := s.List(t.Context(), store.Filter{}, store.Page{Limit: 1, After: c}); !errors.Is(err, store.ErrCursor) {
			t.Errorf("cursor %q: %v, want ErrCursor", c, err)
		}
	}
}

func TestARecordIsReadableJSON(t *testing.T) {
	s, pool := open(t, postgres.Config{})
	accept(t, s, store.New{Claim: claim.Claim{Text: "x", Context: map[string]any{"customer": "c1", "days": 3.0}}})
	var raw []byte
	if err := pool.QueryRow(t.Context(), "SELECT record FROM claims").Scan(&raw); err != nil || !json.Valid(raw) {
		t.Errorf("record %s, %v", raw, err)
	}
}
