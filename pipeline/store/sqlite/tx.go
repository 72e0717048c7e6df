package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// beginPatience is how long one try to become the writer takes. SQLite's own waiting does not
// end with a context, so that it waits in small pieces.
const beginPatience = 50 * time.Millisecond

// writeNow runs f as the database's writer, for which other processes may contend.
func (s *Store) writeNow(ctx context.Context, f func(tx *sql.Tx) error) error {
	return s.patient(ctx, beginPatience, func(conn *sql.Conn) error {
		var tx *sql.Tx
		// The store's clock may stand still in tests; this is about real time.
		for start := time.Now(); ; {
			var err error
			if tx, err = conn.BeginTx(ctx, nil); err == nil {
				break
			}
			err = explain(err)
			if ctx.Err() != nil {
				return errors.Join(context.Cause(ctx), err)
			}
			if !errors.Is(err, store.ErrBusy) || time.Since(start) > busyTimeout {
				return fmt.Errorf("sqlite: begin: %w", err)
			}
		}
		return finishTx(tx, f)
	})
}

// patient runs f on a connection that waits for locks no longer than d.
func (s *Store) patient(ctx context.Context, d time.Duration, f func(conn *sql.Conn) error) (err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	defer func() {
		// The connection goes back to the others, and must wait as long as they do. Nothing
		// that f did depends on it.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), patience(busyTimeout))
		_ = conn.Close()
	}()
	if _, err := conn.ExecContext(ctx, patience(d)); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return f(conn)
}

func patience(d time.Duration) string {
	return fmt.Sprintf("PRAGMA busy_timeout = %d", d.Milliseconds())
}

// finishTx runs f in a transaction and commits it, unless f fails or panics.
func finishTx(tx *sql.Tx, f func(tx *sql.Tx) error) (err error) {
	defer func() {
		// Rollback after Commit does nothing.
		if e := tx.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) && err != nil {
			err = errors.Join(err, e)
		}
	}()
	if err := f(tx); err != nil {
		return explain(err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sqlite: commit: %w", explain(err))
	}
	return nil
}
