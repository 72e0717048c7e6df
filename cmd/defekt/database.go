package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/defekt/defekt/pipeline/jobs"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

// databaseFlags say where claims are remembered.
type databaseFlags struct {
	DB string `default:"sqlite://defekt.db" env:"DEFEKT_DB" placeholder:"URL" help:"Where claims are kept: sqlite://FILE, or postgres://USER@HOST/NAME for several machines (needs pgvector)."`
}

// runner works jobs.
type runner interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	Dead(ctx context.Context, limit int) ([]jobs.Dead, error)
	Retry(ctx context.Context, id string) error
}

// database is a store with the queue that lives beside it.
type database struct {
	store store.Store
	// runner makes what works the queue's jobs.
	runner func(cfg jobs.Config) (runner, error)
	// backup writes a consistent copy; nil where the database has its own tools.
	backup func(ctx context.Context, file string) error
	// maintain is periodic work on the database itself; nil where there is none.
	maintain func(ctx context.Context) error
	// ready asks the database for an answer.
	ready func(ctx context.Context) error
	// shared says that several processes may work on it.
	shared bool
	close  func() error
}

const (
	schemeSQLite   = "sqlite://"
	schemePostgres = "postgres://"
)

// open opens the database, bringing its tables up to date first if migrate says so.
func (f databaseFlags) open(ctx context.Context, migrate bool) (*database, error) {
	switch {
	case strings.HasPrefix(f.DB, schemeSQLite):
		return openSQLite(ctx, strings.TrimPrefix(f.DB, schemeSQLite), migrate)
	case strings.HasPrefix(f.DB, schemePostgres), strings.HasPrefix(f.DB, "postgresql://"):
		return openPostgres(ctx, f.DB, migrate)
	default:
		return nil, usageError(fmt.Errorf("--db %q is neither %sFILE nor %sUSER@HOST/NAME", redacted(f.DB), schemeSQLite, schemePostgres))
	}
}

// redacted is a database's URL without its password, for messages.
func redacted(db string) string {
	u, err := url.Parse(db)
	if err != nil {
		return "(a URL that cannot be read)"
	}
	if q := u.Query(); q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

func openSQLite(ctx context.Context, path string, migrate bool) (*database, error) {
	if path == "" {
		return nil, usageError(errors.New("--db sqlite:// names no file"))
	}
	db, err := sqlite.OpenDB(ctx, filepath.Clean(path))
	if err != nil {
		return nil, withHint(err, "check that the folder of %s exists and can be written to", path)
	}
	driver := riversqlite.New(db)
	if migrate {
		if err := errors.Join(sqlite.Migrate(ctx, db), jobs.Migrate(ctx, driver)); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	queue, err := jobs.NewQueue(driver)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := sqlite.New(db, sqlite.Config{Enqueue: queue.Insert})
	return &database{
		store: s, runner: runnerOn(driver), ready: db.PingContext, close: s.Close,
		backup: func(ctx context.Context, file string) error { return sqlite.Backup(ctx, db, file) },
	}, nil
}

func openPostgres(ctx context.Context, url string, migrate bool) (*database, error) {
	if migrate {
		if err := postgres.Migrate(ctx, url); err != nil {
			return nil, withHint(err, "the database needs the extension pgvector, and a user who may create tables")
		}
	}
	pool, err := postgres.OpenPool(ctx, url)
	if err != nil {
		return nil, withHint(err, "check --db, and that the database is up; defekt migrate prepares a new one")
	}
	driver := riverpgxv5.New(pool)
	if migrate {
		if err := jobs.Migrate(ctx, driver); err != nil {
			pool.Close()
			return nil, err
		}
	}
	queue, err := jobs.NewQueue(driver)
	if err != nil {
		pool.Close()
		return nil, err
	}
	s := postgres.New(pool, postgres.Config{Enqueue: queue.Insert})
	maintain := func(ctx context.Context) error {
		_, err := s.Maintain(ctx)
		return err
	}
	return &database{store: s, runner: runnerOn(driver), maintain: maintain, ready: pool.Ping, shared: true, close: s.Close}, nil
}

// runnerOn hides the driver's transaction type.
func runnerOn[Tx any](driver riverdriver.Driver[Tx]) func(jobs.Config) (runner, error) {
	return func(cfg jobs.Config) (runner, error) { return jobs.New(driver, cfg) }
}
