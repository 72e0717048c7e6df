package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddKey stores a key; see [store.Keys]. A taken id or hash is ErrConflict too.
func (s *Store) AddKey(ctx context.Context, k store.Key) error {
	err := s.inTx(ctx, "add key", func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO keys (id, name, hash, scopes, per_minute, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			rules.Text(k.ID), rules.Text(k.Name), rules.Text(k.Hash), cleanAll(k.Scopes), k.PerMinute, rules.Time(k.CreatedAt), when(k.RevokedAt))
		return err
	})
	return conflict(err)
}

// conflict makes ErrConflict of a broken unique constraint.
func conflict(err error) error {
	if unique(err) {
		return fmt.Errorf("%w: %w", store.ErrConflict, err)
	}
	return err
}

const keyColumns = "id, name, hash, scopes, per_minute, created_at, revoked_at"

// KeyByHash finds a key; see [store.Keys].
func (s *Store) KeyByHash(ctx context.Context, hash string) (k store.Key, err error) {
	return find(ctx, s, "key", scanKey, "SELECT "+keyColumns+" FROM keys WHERE hash = $1", rules.Text(hash))
}

// Keys lists all keys; see [store.Keys].
func (s *Store) Keys(ctx context.Context) (keys []store.Key, err error) {
	return listOf(ctx, s, "keys", scanKey, "SELECT "+keyColumns+" FROM keys ORDER BY created_at, id")
}

func scanKey(row pgx.CollectableRow) (k store.Key, err error) {
	var revoked *time.Time
	err = row.Scan(&k.ID, &k.Name, &k.Hash, &k.Scopes, &k.PerMinute, &k.CreatedAt, &revoked)
	k.CreatedAt, k.RevokedAt = rules.Time(k.CreatedAt), since(revoked)
	return k, err
}

// RevokeKey marks a valid key; see [store.Keys].
func (s *Store) RevokeKey(ctx context.Context, id string, at time.Time) error {
	return s.touch(ctx, "revoke key", "UPDATE keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", rules.Text(id), rules.Time(at))
}

// touch runs a statement that must change a row; ErrNotFound when it changes none.
func (s *Store) touch(ctx context.Context, what, sql string, args ...any) error {
	return s.inTx(ctx, what, func(ctx context.Context, tx pgx.Tx) error { return mustChange(ctx, tx, sql, args...) })
}

// mustChange does so within a transaction.
func mustChange(ctx context.Context, tx pgx.Tx, sql string, args ...any) error {
	tag, err := tx.Exec(ctx, sql, args...)
	if err == nil && tag.RowsAffected() == 0 {
		err = store.ErrNotFound
	}
	return err
}
