package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/defekt/defekt/pipeline/store/sqlite"
)

type migrateCmd struct {
	databaseFlags `embed:""`
}

// Help is shown by `defekt migrate --help`.
func (migrateCmd) Help() string {
	return `Makes or updates the tables. 'defekt serve' does so by itself; run this before, where servers may not change tables.
Safe when several run at once, and when there is nothing to do.`
}

// Run migrates.
func (c *migrateCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	fmt.Fprintln(a.stderr, "the tables are up to date")
	return db.close()
}

type backupCmd struct {
	databaseFlags `embed:""`
	To            string `arg:"" placeholder:"FILE" help:"File to write; must not exist."`
}

// Help is shown by `defekt backup --help`.
func (backupCmd) Help() string {
	return `Writes a consistent copy of an SQLite database, also while a server runs. Photos are files of their own: copy the
folder of --blobs after this, so that no claim in the copy lacks one. Postgres has pg_dump.`
}

// Run copies the database.
func (c *backupCmd) Run(a *app) error {
	if _, err := os.Stat(c.To); err == nil {
		return usageError(fmt.Errorf("%s exists", c.To))
	}
	db, err := c.open(a.ctx, false)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	if db.backup == nil {
		return usageError(errors.New("this is for SQLite; use pg_dump for Postgres"))
	}
	return db.backup(a.ctx, c.To)
}

type restoreCmd struct {
	databaseFlags `embed:""`
	From          string `arg:"" placeholder:"FILE" help:"File that 'defekt backup' wrote."`
}

// Help is shown by `defekt restore --help`.
func (restoreCmd) Help() string {
	return `Checks a copy and puts it in the place of --db (an SQLite file), where nothing may stand: move the old file away first.`
}

// Run restores the copy.
func (c *restoreCmd) Run(a *app) error {
	path, ok := strings.CutPrefix(c.DB, schemeSQLite)
	if !ok {
		return usageError(errors.New("this is for SQLite; use pg_restore for Postgres"))
	}
	if err := sqlite.Restore(a.ctx, c.From, path); err != nil {
		return withHint(err, "move away what stands there, and check that %s was written by 'defekt backup'", c.From)
	}
	fmt.Fprintln(a.stderr, "restored", path)
	return nil
}
