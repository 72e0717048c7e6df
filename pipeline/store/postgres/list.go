package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// fresh makes Postgres plan with the arguments at hand: the best way to filtered claims
// depends on how rare the filter's values are, which a plan kept for all values cannot know.
const fresh = pgx.QueryExecModeCacheDescribe

// Claim gives one claim; see [store.Claims].
func (s *Store) Claim(ctx context.Context, id string) (store.Claim, error) {
	if !isID(id) {
		return store.Claim{}, store.ErrNotFound
	}
	return find(ctx, s, "claim", scanClaim, "SELECT "+columns+" FROM claims c WHERE c.id = $1", id)
}

// List gives a page of claims, newest first; see [store.Claims]. A limit outside of
// 1..[store.MaxPage] is an error.
func (s *Store) List(ctx context.Context, f store.Filter, p store.Page) ([]store.Claim, string, error) {
	if err := rules.CheckPage(p); err != nil {
		return nil, "", fmt.Errorf("postgres: list: %w", err)
	}
	q := claimFilter(f)
	if p.After != "" {
		last, err := rules.ParseCursor(f, p.After)
		if err != nil {
			return nil, "", fmt.Errorf("postgres: list: %w", err)
		}
		q.where("(c.created_at, c.id) < (%s::timestamptz, %s::uuid)", last.At, last.ID)
	}
	// One more than wanted tells whether another page follows.
	sql := fmt.Sprintf("SELECT %s FROM claims c WHERE %s ORDER BY c.created_at DESC, c.id DESC LIMIT %d", columns, q.sql(), p.Limit+1)
	found, err := listOf(ctx, s, "list", scanClaim, sql, append([]any{fresh}, q.args...)...)
	if err != nil || len(found) <= p.Limit {
		return found, "", err
	}
	last := found[p.Limit-1]
	next, err := rules.Cursor(f, rules.Place{At: last.CreatedAt, ID: last.ID})
	return found[:p.Limit], next, err
}

// Count counts what the filter keeps; see [store.Claims].
func (s *Store) Count(ctx context.Context, f store.Filter) (n int, err error) {
	q := claimFilter(f)
	err = s.try(ctx, "count", func(ctx context.Context) error {
		return s.pool.QueryRow(ctx, "SELECT count(*) FROM claims c WHERE "+q.sql(), append([]any{fresh}, q.args...)...).Scan(&n)
	})
	return n, err
}

// querier is what the pool and a transaction share.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// all reads every row.
func all[T any](ctx context.Context, db querier, scan pgx.RowToFunc[T], sql string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// only reads the one row there must be; ErrNotFound without it.
func only[T any](ctx context.Context, db querier, scan pgx.RowToFunc[T], sql string, args ...any) (T, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		var none T
		return none, err
	}
	v, err := pgx.CollectExactlyOneRow(rows, scan)
	if errors.Is(err, pgx.ErrNoRows) {
		err = store.ErrNotFound
	}
	return v, err
}

// find reads one row, with retries; ErrNotFound without it.
func find[T any](ctx context.Context, s *Store, what string, scan pgx.RowToFunc[T], sql string, args ...any) (v T, err error) {
	err = s.try(ctx, what, func(ctx context.Context) error {
		v, err = only(ctx, s.pool, scan, sql, args...)
		return err
	})
	return v, err
}

// listOf reads every row, with retries.
func listOf[T any](ctx context.Context, s *Store, what string, scan pgx.RowToFunc[T], sql string, args ...any) (list []T, err error) {
	err = s.try(ctx, what, func(ctx context.Context) error {
		list, err = all(ctx, s.pool, scan, sql, args...)
		return err
	})
	return list, err
}
