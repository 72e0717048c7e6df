package learning_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// onStores runs a test on every store.
func onStores(t *testing.T, run func(t *testing.T, s store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		db, err := sqlite.OpenDB(t.Context(), filepath.Join(t.TempDir(), "learning.db"))
		if err != nil {
			t.Fatal(err)
		}
		if err := sqlite.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		s := sqlite.New(db, sqlite.Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }})
		defer s.Close()
		run(t, s)
	})
	t.Run("postgres", func(t *testing.T) {
		pool, err := postgres.OpenPool(t.Context(), postgrestest.Migrated(t))
		if err != nil {
			t.Fatal(err)
		}
		s := postgres.New(pool, postgres.Config{Enqueue: func(context.Context, pgx.Tx, []store.Job) error { return nil }})
		defer s.Close()
		run(t, s)
	})
}

func folder(t *testing.T) blob.Store {
	t.Helper()
	b, err := blob.NewFolder(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// desk is a review queue with one reviewer, whose clock is an hour ago.
type desk struct {
	t     *testing.T
	s     store.Store
	queue *review.Queue
	by    store.Reviewer
}

func newDesk(t *testing.T, s store.Store) *desk {
	now := time.Now().Add(-time.Hour)
	d := &desk{t, s, review.New(review.Config{Reviews: s, Claims: s, Now: func() time.Time { now = now.Add(time.Second); return now }}),
		store.Reviewer{ID: "0199f0e0-0000-7000-8000-00000000000a", Name: "anna", Roles: []store.ReviewRole{store.ReviewerRole}}}
	return d
}

// claim stores a claim and gives its id.
func (d *desk) claim(c claim.Claim) string {
	d.t.Helper()
	got, _, err := d.s.Accept(d.t.Context(), store.New{Claim: c})
	if err != nil {
		d.t.Fatal(err)
	}
	return got.ID
}

// decide has the reviewer label a claim that came to him for a reason.
func (d *desk) decide(id string, reason store.ReviewReason, labels map[string]string) {
	d.t.Helper()
	n := store.NewReview{Claim: id, Reasons: []store.ReviewReason{reason}}
	if reason == store.ReasonKnown {
		n.Known = labels
	}
	ids, err := d.s.AddReviews(d.t.Context(), []store.NewReview{n})
	if err != nil {
		d.t.Fatal(err)
	}
	d.look(ids, labels)
}

// look has the reviewer answer the first of the items.
func (d *desk) look(ids []string, labels map[string]string) {
	d.t.Helper()
	r, err := d.s.LeaseReview(d.t.Context(), store.Lease{IDs: ids, Holder: d.by.ID, At: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour)})
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.queue.Submit(d.t.Context(), d.by, review.Answer{Item: r.ID, Version: r.Version, Labels: labels}); err != nil {
		d.t.Fatal(err)
	}
}

// many stores and labels n claims: every fifth came at random.
func (d *desk) many(from, n int) (ids []string) {
	d.t.Helper()
	kinds := []struct{ text, symptom, severity string }{
		{"hinge snapped", "crack_break", "major"}, {"cover scratched", "scratch_abrasion", "cosmetic"},
		{"does not start, dead", "no_power", "major"}, {"zip torn open", "tear_seam", "minor"},
	}
	for i := range n {
		k := kinds[i%len(kinds)]
		id := d.claim(claim.Claim{ID: fmt.Sprint("ref", from+i), Text: fmt.Sprintf("%s, number %d", k.text, from+i), Product: "cabinet"})
		reason := store.ReasonAbstained
		if i%5 == 0 {
			reason = store.ReasonRandom
		}
		d.decide(id, reason, map[string]string{"symptom": k.symptom, "severity": k.severity})
		ids = append(ids, id)
	}
	return ids
}

func check(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}
