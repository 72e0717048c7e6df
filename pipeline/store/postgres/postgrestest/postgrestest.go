// Package postgrestest gives tests a database of their own on the Postgres that
// DEFEKT_TEST_POSTGRES names (.ci/postgres starts one). Only tests import it.
package postgrestest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/defekt/defekt/pipeline/store/postgres"
)

// Setting is the environment variable with the server's address, a URL.
const Setting = "DEFEKT_TEST_POSTGRES"

// Database makes an empty database, which goes away with the test, and gives its URL. Without
// a server the test is skipped, or fails when CI=true.
func Database(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Setting)
	if server == "" {
		const why = Setting + ` is not set: eval "$(.ci/postgres)" starts a throw-away Postgres`
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	u, err := url.Parse(server)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		t.Fatalf("%s is no URL: %q", Setting, server)
	}
	name := "defekt_test_" + strings.ToLower(rand.Text())
	run(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { run(t, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	u.Path = "/" + name
	return u.String()
}

// Migrated is Database with all tables.
func Migrated(t testing.TB) string {
	t.Helper()
	address := Database(t)
	if err := postgres.Migrate(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	return address
}

// Pool is a pool on a new database with all tables; it is closed with the test.
func Pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.OpenPool(t.Context(), Migrated(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func run(t testing.TB, address, sql string) {
	t.Helper()
	// Not the test's context, which is over when the database is to go.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := exec(ctx, address, sql); err != nil {
		t.Errorf("%s: %v", sql, err)
	}
}

func exec(ctx context.Context, address, sql string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if _, err := conn.Exec(ctx, sql); err != nil {
		_ = conn.Close(ctx) // the statement's error says more
		return err
	}
	return conn.Close(ctx)
}
