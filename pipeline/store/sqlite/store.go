package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// Config is what a store needs beside its database.
type Config struct {
	// Enqueue makes jobs within the transaction that it is given; its error undoes the
	// transaction. Without it, a change that leaves jobs behind fails.
	Enqueue func(ctx context.Context, tx *sql.Tx, jobs []store.Job) error
	// Now is the clock; time.Now by default.
	Now func() time.Time
}

// Store keeps all roles of package store. It is safe for concurrent use.
type Store struct {
	db     *sql.DB
	cfg    Config
	limits limits
	writer chan struct{} // holds a token while one writes
	uncut  atomic.Bool   // the log holds pages of what was erased
	writes atomic.Uint64 // since this store was opened

	locks rules.Locks

	mu       sync.Mutex
	matrices map[int64]*matrix // by space
}

var _ store.Store = (*Store)(nil)

// New makes a store of a database that [Migrate] has prepared. Close closes the database.
func New(db *sql.DB, cfg Config) *Store {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Store{db: db, cfg: cfg, limits: defaultLimits(), writer: make(chan struct{}, 1), matrices: map[int64]*matrix{}}
}

// Close ends the connections; the last one of all processes folds the log into the file.
func (s *Store) Close() error { return s.db.Close() }

func (s *Store) now() time.Time { return rules.Time(s.cfg.Now()) }

// write runs f in a transaction and commits it unless f fails. Writers of this process wait
// in line here; the database's own lock has no line, and whoever waits there may starve.
func (s *Store) write(ctx context.Context, f func(tx *sql.Tx) error) error {
	select {
	case s.writer <- struct{}{}:
		defer func() { <-s.writer }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err := s.writeNow(ctx, f); err != nil {
		return err
	}
	if s.uncut.Load() {
		s.cutLog(ctx)
	}
	if n := s.writes.Add(1); n%tuneEvery == 0 {
		s.tune(ctx)
	}
	return nil
}

// read runs f on one state of the database.
func (s *Store) read(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("sqlite: begin: %w", explain(err))
	}
	return finishTx(tx, f)
}

// enqueue makes jobs within the transaction.
func (s *Store) enqueue(ctx context.Context, tx *sql.Tx, jobs []store.Job) error {
	if len(jobs) == 0 {
		return nil
	}
	if s.cfg.Enqueue == nil {
		return errors.New("sqlite: this store was opened without a queue, it cannot leave jobs")
	}
	return s.cfg.Enqueue(ctx, tx, jobs)
}

// querier is a transaction or the database itself.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// all reads every row of a query.
func all[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) (out []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", explain(err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("sqlite: %w", explain(err))
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("sqlite: %w", explain(err))
	}
	return out, nil
}

// one reads the only row of a query; [store.ErrNotFound] when there is none.
func one[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(q.QueryRowContext(ctx, query, args...))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return v, store.ErrNotFound
	case err != nil:
		return v, fmt.Errorf("sqlite: %w", explain(err))
	}
	return v, nil
}

// scanner is a row.
type scanner interface{ Scan(dest ...any) error }

// value scans a single column.
func value[T any](row scanner) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}

// change runs a statement that must meet a row; [store.ErrNotFound] otherwise.
func change(ctx context.Context, tx *sql.Tx, query string, args ...any) error {
	r, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	n, err := r.RowsAffected()
	if err == nil && n == 0 {
		err = store.ErrNotFound
	}
	return err
}
