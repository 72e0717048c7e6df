package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	driver "modernc.org/sqlite" // registers itself as "sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/defekt/defekt/pipeline/store"
)

const (
	// busyTimeout is how long a writer waits for another process's transaction.
	busyTimeout = 10 * time.Second
	// maxConns bounds readers; each has its own page cache of 8 MB.
	maxConns = 8
)

// OpenDB opens a database file, making it if it is not there, readable by its owner alone. It
// makes no tables, see [Migrate]. The caller closes it, or the [Store] made of it.
func OpenDB(ctx context.Context, path string) (*sql.DB, error) {
	if path == "" || path == ":memory:" {
		return nil, errors.New("sqlite: the database needs a file")
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	db, err := sql.Open("sqlite", address(path))
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("sqlite: %s: %w", path, explain(err)), db.Close())
	}
	return db, nil
}

// address writes the file's URI with the settings of every connection. Write transactions are
// immediate: one that began by reading could not become a writer after another one wrote.
func address(path string) string {
	settings := url.Values{"_txlock": {"immediate"}, "_dqs": {"0"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"journal_mode(WAL)",
		"synchronous(FULL)",
		"foreign_keys(ON)",
		"secure_delete(ON)",
		"cache_size(-8000)",
		"temp_store(MEMORY)",
	}}
	return "file:" + escape(path) + "?" + settings.Encode()
}

// escape makes a path fit for a URI.
func escape(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// explain adds the domain error to one of the database's, where there is one.
func explain(err error) error {
	var e *driver.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return errors.Join(store.ErrBusy, err)
	}
	return err
}

// taken reports whether a row was refused for a key that another row has.
func taken(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}
