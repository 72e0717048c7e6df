package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Config is how the suite wants a store to be opened.
type Config struct {
	// Now is the store's clock.
	Now func() time.Time
	// Refuse is asked by the enqueue function after it has written the jobs; the function
	// must return its error. Never nil.
	Refuse func(jobs []store.Job) error
}

// Database is an empty, migrated database and the ways into it.
type Database struct {
	// Open opens a store with a connection of its own, as another process would. Its enqueue
	// function must write the jobs to a table of this database within the transaction that
	// it is given. The suite closes the store.
	Open func(t *testing.T, cfg Config) store.Store
	// Shared says that several processes may work on the database at once for good, so that
	// locks must hold between two openers.
	Shared bool
	// Jobs reads the jobs that were committed to that table, oldest first.
	Jobs func(t *testing.T) []store.Job
}

// Run runs every case on a database of its own, which create makes and cleans up.
func Run(t *testing.T, create func(t *testing.T) Database) {
	t.Helper()
	groups := []struct {
		name  string
		cases []testCase
	}{
		{"accept", acceptCases()},
		{"outcome", outcomeCases()},
		{"list", listCases()},
		{"filter", filterCases()},
		{"erase", eraseCases()},
		{"readings", readingCases()},
		{"twins", twinCases()},
		{"vectors", vectorCases()},
		{"clusters", clusterCases()},
		{"keys", keyCases()},
		{"webhooks", webhookCases()},
		{"audit", auditCases()},
		{"locks", lockCases()},
		{"divergences", divergenceCases()},
		{"census", censusCases()},
		{"reviews", reviewCases()},
		{"leases", leaseCases()},
		{"reviewers", reviewerCases()},
		{"models", modelCases()},
		{"quality", qualityCases()},
		{"alarms", alarmCases()},
		{"taxonomies", taxonomyCases()},
		{"openers", openerCases()},
		{"units", unitCases()},
		{"genealogy", genealogyCases()},
		{"costs", costCases()},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, c := range g.cases {
				t.Run(c.name, func(t *testing.T) { c.run(newBench(t, create(t))) })
			}
		})
	}
}

// testCase is one promise of the contract.
type testCase struct {
	name string
	run  func(b *bench)
}

// bench is what a case works with: a database, a store on it, and a clock.
type bench struct {
	*testing.T
	ctx    context.Context
	db     Database
	store  store.Store
	clock  *clock
	refuse func(jobs []store.Job) error
}

// newBench opens the case's store. Cases that hang end after two minutes.
func newBench(t *testing.T, db Database) *bench {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	b := &bench{T: t, ctx: ctx, db: db, clock: newClock()}
	b.refuse = func([]store.Job) error { return nil }
	b.store = b.again()
	return b
}

// again opens another store on the case's database.
func (b *bench) again() store.Store {
	b.Helper()
	s := b.db.Open(b.T, Config{Now: b.clock.Now, Refuse: func(jobs []store.Job) error { return b.refuse(jobs) }})
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Errorf("close: %v", err)
		}
	})
	return s
}
