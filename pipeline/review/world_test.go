package review_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

// world is a store to test on, and a way to write into its database past it.
type world struct {
	store store.Store
	exec  func(t testing.TB, sql string)
}

// runner is a test or a benchmark.
type runner[T any] interface {
	testing.TB
	Run(name string, f func(T)) bool
}

// onStores runs a test, or benchmark, on every store.
func onStores[T runner[T]](t T, run func(t T, w world)) {
	t.Helper()
	t.Run("sqlite", func(t T) { run(t, sqliteWorld(t)) })
	t.Run("postgres", func(t T) { run(t, postgresWorld(t)) })
}

func sqliteWorld(t testing.TB) world {
	t.Helper()
	db, err := sqlite.OpenDB(t.Context(), filepath.Join(folder(t), "review.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s := sqlite.New(db, sqlite.Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }})
	t.Cleanup(func() { s.Close() })
	return world{s, func(t testing.TB, sql string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}}
}

func postgresWorld(t testing.TB) world {
	t.Helper()
	pool, err := postgres.OpenPool(t.Context(), unhurried(t, postgrestest.Migrated(t)))
	if err != nil {
		t.Fatal(err)
	}
	s := postgres.New(pool, postgres.Config{Enqueue: func(context.Context, pgx.Tx, []store.Job) error { return nil }})
	t.Cleanup(func() { s.Close() })
	return world{s, func(t testing.TB, sql string) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}}
}

// folder is a temporary one, in memory where there is such a place: these tests are about what
// is decided, and thousands of decisions need not wait for the disk. Benchmarks do.
func folder(t testing.TB) string {
	t.Helper()
	if _, bench := t.(*testing.B); bench {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("/dev/shm", "defekt-review-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// unhurried is the address of a database that does not wait for the disk either.
func unhurried(t testing.TB, address string) string {
	t.Helper()
	if _, bench := t.(*testing.B); bench {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("synchronous_commit", "off")
	u.RawQuery = q.Encode()
	return u.String()
}

// clock stands still until it is moved.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

// person adds a reviewer to the store.
func person(t *testing.T, s store.Store, name string, roles ...store.ReviewRole) store.Reviewer {
	t.Helper()
	r := store.Reviewer{ID: "id-" + name, Name: name, Roles: roles, CreatedAt: time.Now()}
	if err := s.AddReviewer(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	return r
}

// unsure is a prediction that the model abstained on.
func unsure(label string, p float64) claim.Prediction {
	return claim.Prediction{Model: "sha256:m", Axes: map[string]claim.AxisPrediction{"severity": {Label: label, Probability: p, Abstained: true}}}
}

// remember stores a claim with its prediction and looks.
func remember(t *testing.T, s store.Store, p claim.Prediction, reviews ...store.NewReview) store.Claim {
	t.Helper()
	c, _, err := s.Accept(t.Context(), store.New{Claim: claim.Claim{ID: "ref", Text: "it leaks", Context: map[string]any{"batch": "b"}},
		Outcome: &store.Outcome{Prediction: p, Reviews: reviews}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// look is an item for the axis severity.
func look(rank float64, looks int, reasons ...store.ReviewReason) store.NewReview {
	if len(reasons) == 0 {
		reasons = []store.ReviewReason{store.ReasonAbstained}
	}
	return store.NewReview{Axes: []string{"severity"}, Reasons: reasons, Uncertainty: 0.5, Cost: 1, Rank: rank, Looks: looks,
		Suggested: map[string]store.Suggestion{"severity": {Label: "minor", Probability: 0.5, Abstained: true}}}
}

// queue is one without draws, so that tests know what comes.
func queue(s store.Store, c *clock, change func(*review.Config)) *review.Queue {
	cfg := review.Config{Reviews: s, Claims: s, KnownShare: -1, SliceShare: -1, Seed: 1, Now: c.now}
	if change != nil {
		change(&cfg)
	}
	return review.New(cfg)
}

// hasCode fails unless the error is a problem of that code.
func hasCode(t *testing.T, err error, want claim.Code) {
	t.Helper()
	var p claim.Problem
	if !errors.As(err, &p) || p.Code != want {
		t.Errorf("error %v, want code %s", err, want)
	}
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatalf("unexpected: %v", err)
		}
		return v
	}
}

func severity(label string) map[string]string { return map[string]string{"severity": label} }

func answerTo(t review.Task, label string) review.Answer {
	return review.Answer{Item: t.Item, Version: t.Version, Labels: severity(label), Took: 2 * time.Second}
}

func name(i int) string { return fmt.Sprintf("r%02d", i) }
