package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/defekt/defekt/pipeline/store"
)

// The codes of Postgres that we tell apart.
const (
	codeUnique        = "23505"
	codeSerialization = "40001"
	codeDeadlock      = "40P01"
	codeCancelled     = "57014" // statement_timeout
	codeLockTimeout   = "55P03"
	codeIdleInTx      = "25P03"
	codeDiskFull      = "53100"
)

// errUncertain marks a commit whose answer never came: the work may be done, so the caller
// must look, not the store repeat.
var errUncertain = errors.New("the commit's answer was lost")

// try calls f until it works, fails for good, or the time is over. f must be safe to repeat
// after any error that is not errUncertain.
func (s *Store) try(ctx context.Context, what string, f func(ctx context.Context) error) error {
	return s.tryWithin(ctx, s.cfg.CallTimeout, what, f)
}

// tryWithin is try for calls that may take another time than most.
func (s *Store) tryWithin(ctx context.Context, most time.Duration, what string, f func(ctx context.Context) error) error {
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	end := time.Now().Add(s.cfg.RetryFor)
	for wait := 10 * time.Millisecond; ; wait *= 2 {
		err := f(ctx)
		if err == nil {
			return nil
		}
		if !temporary(err) || errors.Is(err, errUncertain) || time.Now().Add(wait).After(end) || !sleep(ctx, wait) {
			return explain(parent, what, err)
		}
		wait = min(wait, 250*time.Millisecond)
	}
}

// sleep waits about d; it reports whether ctx is still alive. The spread keeps those who
// failed together from trying together.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d/2 + rand.N(d))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// temporary reports whether another attempt may help: the transaction was undone, or the
// server could not be reached.
func temporary(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case codeSerialization, codeDeadlock, codeIdleInTx:
			return true
		case codeCancelled, codeLockTimeout:
			return false // it had its time already
		}
		switch pg.Code[:2] {
		case "08", "57": // connection, shutdown or start-up under way
			return true
		}
		return pg.Code == "53300" // too many connections
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || lost(err)
}

// explain makes a domain error of what try ended with.
func explain(parent context.Context, what string, err error) error {
	switch {
	case parent.Err() != nil:
		return fmt.Errorf("postgres: %s: %w", what, context.Cause(parent))
	case temporary(err), errors.Is(err, errUncertain), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("postgres: %s: %w: %w", what, store.ErrBusy, err)
	case hasCode(err, codeCancelled), hasCode(err, codeLockTimeout):
		return fmt.Errorf("postgres: %s: %w: %w", what, store.ErrBusy, err)
	}
	return fmt.Errorf("postgres: %s: %w", what, err)
}

// inTx runs f in a transaction and commits. An error of f undoes everything.
func (s *Store) inTx(ctx context.Context, what string, f func(ctx context.Context, tx pgx.Tx) error) error {
	return s.try(ctx, what, func(ctx context.Context) error {
		tx, err := s.pool.Begin(ctx)
		if err != nil {
			return err
		}
		if err := f(ctx, tx); err != nil {
			// Not with ctx, which may be over: a transaction left open would hold its locks.
			back, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = tx.Rollback(back) // a connection that cannot roll back is closed by the pool
			return err
		}
		return committed(tx.Commit(ctx))
	})
}

// committed tells a commit that failed from one whose outcome is unknown.
func committed(err error) error {
	var pg *pgconn.PgError
	if err == nil || (errors.As(err, &pg) && pg.Code[:2] != "57") || errors.Is(err, pgx.ErrTxCommitRollback) {
		return err
	}
	return fmt.Errorf("%w: %w", errUncertain, err)
}

// unique reports whether a constraint says that this is there already.
func unique(err error) bool { return hasCode(err, codeUnique) }

// taken reports whether the named unique constraint was broken.
func taken(err error, constraint string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == codeUnique && pg.ConstraintName == constraint
}

// hasCode reports whether Postgres answered with the code.
func hasCode(err error, code string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == code
}

// lost reports whether the connection broke.
func lost(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, pgconn.ErrConnClosed) || pgconn.SafeToRetry(err)
}
