package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/defekt/defekt/pipeline/store"
)

// Backup writes a consistent copy of the database to file while others go on reading and
// writing. The copy gets its name only when it is whole and on disk; one that had the name
// before is replaced. Photos are not in it: they are blobs.
func Backup(ctx context.Context, db *sql.DB, file string) error {
	part, err := temporary(file)
	if err != nil {
		return fmt.Errorf("sqlite: backup: %w", err)
	}
	defer func() { _ = os.Remove(part) }() // it is gone when all went well
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return fmt.Errorf("sqlite: backup: %w", explain(err))
	}
	if err := place(part, file); err != nil {
		return fmt.Errorf("sqlite: backup: %w", err)
	}
	return nil
}

// Restore makes the database path of a backup, which it checks first. It never overwrites:
// when there is a database, or its write-ahead log, the error is [store.ErrConflict].
func Restore(ctx context.Context, file, path string) error {
	for _, name := range []string{path, path + "-wal"} {
		switch _, err := os.Lstat(name); {
		case err == nil:
			return fmt.Errorf("sqlite: restore: %w: %s is there already, move it away first", store.ErrConflict, name)
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("sqlite: restore: %w", err)
		}
	}
	if err := check(ctx, file); err != nil {
		return fmt.Errorf("sqlite: restore: %s: %w", file, err)
	}
	part, err := temporary(path)
	if err != nil {
		return fmt.Errorf("sqlite: restore: %w", err)
	}
	defer func() { _ = os.Remove(part) }()
	if err := copyFile(file, part); err != nil {
		return fmt.Errorf("sqlite: restore: %w", err)
	}
	// A link, not a rename: it fails if somebody made the database meanwhile.
	if err := os.Link(part, path); err != nil {
		return fmt.Errorf("sqlite: restore: %w", err)
	}
	return syncFolder(path)
}

// check says what is wrong with a backup. It opens it read-only and leaves nothing beside it.
func check(ctx context.Context, file string) (err error) {
	if _, err := os.Stat(file); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+escape(file)+"?mode=ro&immutable=1")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	found, err := one(ctx, db, value[string], "PRAGMA integrity_check(1)")
	if err != nil {
		return fmt.Errorf("this is no backup: %w", err)
	}
	if found != "ok" {
		return fmt.Errorf("the backup is damaged: %s", found)
	}
	if _, err := one(ctx, db, value[int], "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", migrationTable); err != nil {
		return errors.New("this is a database, but not one of defekt's")
	}
	return nil
}

// temporary gives a name in the same folder that nothing has; the file is made and empty.
func temporary(file string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*.part")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// place puts a finished file on disk and under its name.
func place(part, file string) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, file); err != nil {
		return err
	}
	return syncFolder(file)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return errors.Join(err, in.Close())
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close(), in.Close())
}

// syncFolder makes a new name last. Some systems cannot sync a folder; there, the name lasts
// when the system says so.
func syncFolder(file string) error {
	d, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}
