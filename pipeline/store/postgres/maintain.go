package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// maintainLock is the advisory lock that lets one process at a time make indexes.
const maintainLock = 0x64656602

// Maintain gives every space that has grown beyond Search.IndexFrom its HNSW index, while
// reads and writes go on. It is meant to be called now and then (a periodic job): when there
// is nothing to do, or another process is at it, it comes back at once. Making an index takes
// about a minute for 200,000 vectors of 192 dimensions; what a killed process left half made
// is thrown away. It returns the names of the indexes that it made.
func (s *Store) Maintain(ctx context.Context) (made []string, err error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, explain(ctx, "maintain", err)
	}
	// The settings below and the lock go with the session: nobody else may get it.
	own := conn.Hijack()
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = errors.Join(err, own.Close(end))
	}()
	var mine bool
	if err := own.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", maintainLock).Scan(&mine); err != nil || !mine {
		return nil, maintainError(ctx, err)
	}
	if _, err := own.Exec(ctx, "SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false), set_config('maintenance_work_mem', $1, false)",
		fmt.Sprintf("%dMB", s.cfg.Search.IndexMemoryMB)); err != nil {
		return nil, maintainError(ctx, err)
	}
	due, err := s.dueSpaces(ctx, own)
	if err != nil {
		return nil, maintainError(ctx, err)
	}
	for _, sp := range due {
		if err := makeIndex(ctx, own, sp); err != nil {
			return made, maintainError(ctx, err)
		}
		made = append(made, sp.index())
	}
	return made, nil
}

func maintainError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return explain(ctx, "maintain", err)
}

// dueSpaces lists the spaces that are large and have no valid index.
func (s *Store) dueSpaces(ctx context.Context, conn *pgx.Conn) ([]space, error) {
	return all(ctx, conn, func(row pgx.CollectableRow) (sp space, err error) {
		err = row.Scan(&sp.id, &sp.dim)
		return sp, err
	}, `SELECT s.id, s.dim FROM spaces s
		WHERE s.dim <= $2
		AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indexrelid = to_regclass('vectors_hnsw_' || s.id) AND i.indisvalid)
		AND (SELECT count(*) FROM (SELECT 1 FROM vectors v WHERE v.space = s.id LIMIT $1) t) >= $1
		ORDER BY s.id`, s.cfg.Search.IndexFrom, maxIndexDim)
}

// makeIndex makes a space's index without locking writers out. With the maintenance lock
// held, an index that is there and not valid was left by a process that died.
func makeIndex(ctx context.Context, conn *pgx.Conn, sp space) error {
	create := fmt.Sprintf("CREATE INDEX CONCURRENTLY %s ON vectors USING hnsw ((v::halfvec(%d)) halfvec_cosine_ops) WITH (m = 16, ef_construction = 100) WHERE space = %d",
		sp.index(), sp.dim, sp.id)
	build := func() error {
		if _, err := conn.Exec(ctx, "DROP INDEX CONCURRENTLY IF EXISTS "+sp.index()); err != nil {
			return err
		}
		_, err := conn.Exec(ctx, create)
		return err
	}
	err := build()
	if hasCode(err, codeDiskFull) {
		// Several workers share memory that some containers give little of; one needs none.
		if _, err := conn.Exec(ctx, "SET max_parallel_maintenance_workers = 0"); err != nil {
			return err
		}
		err = build()
	}
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ANALYZE vectors")
	return err
}
