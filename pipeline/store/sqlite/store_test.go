package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/pipeline/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Database {
		path := filepath.Join(t.TempDir(), "a?b#c%20.db")
		db := openDB(t, path)
		if err := sqlite.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), "CREATE TABLE test_job (seq INTEGER PRIMARY KEY, kind TEXT, id TEXT)"); err != nil {
			t.Fatal(err)
		}
		return storetest.Database{
			Open: func(t *testing.T, cfg storetest.Config) store.Store {
				return sqlite.New(openDB(t, path), sqlite.Config{Now: cfg.Now, Enqueue: enqueueTo(cfg.Refuse)})
			},
			Jobs: func(t *testing.T) []store.Job { return jobsIn(t, db) },
		}
	})
}

// openDB opens a database that is closed with the test.
func openDB(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sqlite.OpenDB(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func enqueueTo(refuse func([]store.Job) error) func(context.Context, *sql.Tx, []store.Job) error {
	return func(ctx context.Context, tx *sql.Tx, jobs []store.Job) error {
		for _, j := range jobs {
			if _, err := tx.ExecContext(ctx, "INSERT INTO test_job (kind, id) VALUES (?, ?)", j.Kind, j.ID); err != nil {
				return err
			}
		}
		return refuse(jobs)
	}
}

func jobsIn(t *testing.T, db *sql.DB) (jobs []store.Job) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT kind, id FROM test_job ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var j store.Job
		if err := rows.Scan(&j.Kind, &j.ID); err != nil {
			t.Fatal(err)
		}
		jobs = append(jobs, j)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	return jobs
}
