package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	migrationTable = "defekt_migrations"
	migrationTries = 20
	migrationPause = 50 * time.Millisecond
)

// Migrate brings the tables up to date; it is safe to call again, and in several processes at
// once: each migration is one transaction together with its note, so that of two that run the
// same one the second fails as a whole, looks again, and finds it done. A database of a newer
// program is refused.
func Migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	for try := 1; ; try++ {
		err := migrate(ctx, db, files)
		if err == nil {
			return nil
		}
		if try == migrationTries || errors.Is(err, errNewer) || ctx.Err() != nil {
			return fmt.Errorf("sqlite: migrate: %w", explain(err))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("sqlite: migrate: %w", context.Cause(ctx))
		case <-time.After(migrationPause):
		}
	}
}

var errNewer = errors.New("the database was made by a newer version of defekt")

func migrate(ctx context.Context, db *sql.DB, files fs.FS) error {
	notes, err := database.NewStore(goose.DialectSQLite3, migrationTable)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider("", db, files, goose.WithStore(notes), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return fmt.Errorf("%w (tables of version %d, known up to %d)", errNewer, have, want)
	}
	_, err = p.Up(ctx)
	return err
}
