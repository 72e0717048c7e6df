package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
	"github.com/defekt/defekt/pipeline/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Database {
		address := postgrestest.Migrated(t)
		conn, err := pgx.Connect(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			_ = conn.Close(ctx)
		})
		if _, err := conn.Exec(t.Context(), "CREATE TABLE test_jobs (seq bigserial, kind text, id text)"); err != nil {
			t.Fatal(err)
		}
		return storetest.Database{
			Shared: true,
			Open:   func(t *testing.T, cfg storetest.Config) store.Store { return openFor(t, address, cfg) },
			Jobs:   func(t *testing.T) []store.Job { return committed(t, conn) },
		}
	})
}

func openFor(t *testing.T, address string, cfg storetest.Config) store.Store {
	t.Helper()
	pool, err := postgres.OpenPool(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return postgres.New(pool, postgres.Config{Now: cfg.Now, Enqueue: func(ctx context.Context, tx pgx.Tx, jobs []store.Job) error {
		if err := queue(ctx, tx, jobs); err != nil {
			return err
		}
		return cfg.Refuse(jobs)
	}})
}

func committed(t *testing.T, conn *pgx.Conn) []store.Job {
	t.Helper()
	rows, err := conn.Query(t.Context(), "SELECT kind, id FROM test_jobs ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (j store.Job, err error) {
		err = row.Scan(&j.Kind, &j.ID)
		return j, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}
