package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const keyColumns = "id, name, hash, scopes, per_minute, created, revoked"

// AddKey adds a key; see [store.Keys].
func (s *Store) AddKey(ctx context.Context, k store.Key) error {
	scopes, err := list(k.Scopes)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		return insert(ctx, tx, "INSERT INTO api_key ("+keyColumns+") VALUES (?, ?, ?, ?, ?, ?, ?)",
			rules.Text(k.ID), rules.Text(k.Name), rules.Text(k.Hash), scopes, k.PerMinute, instant(k.CreatedAt), micros(k.RevokedAt))
	})
}

// insert adds a row; ErrConflict when its key is taken.
func insert(ctx context.Context, tx *sql.Tx, query string, args ...any) error {
	_, err := tx.ExecContext(ctx, query, args...)
	return orConflict(err)
}

// orConflict makes the domain's error of a key that another row has.
func orConflict(err error) error {
	switch {
	case taken(err):
		return fmt.Errorf("%w: %w", store.ErrConflict, err)
	case err != nil:
		return fmt.Errorf("sqlite: %w", err)
	}
	return nil
}

// KeyByHash finds a key; see [store.Keys].
func (s *Store) KeyByHash(ctx context.Context, hash string) (store.Key, error) {
	return one(ctx, s.db, scanKey, "SELECT "+keyColumns+" FROM api_key WHERE hash = ?", rules.Text(hash))
}

// Keys lists all keys; see [store.Keys].
func (s *Store) Keys(ctx context.Context) ([]store.Key, error) {
	return all(ctx, s.db, scanKey, "SELECT "+keyColumns+" FROM api_key ORDER BY created, id")
}

// RevokeKey ends a key; see [store.Keys].
func (s *Store) RevokeKey(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return change(ctx, tx, "UPDATE api_key SET revoked = ? WHERE id = ? AND revoked IS NULL", instant(at), rules.Text(id))
	})
}

func scanKey(r scanner) (k store.Key, err error) {
	var (
		scopes  string
		created int64
		revoked sql.NullInt64
	)
	if err := r.Scan(&k.ID, &k.Name, &k.Hash, &scopes, &k.PerMinute, &created, &revoked); err != nil {
		return store.Key{}, err
	}
	k.CreatedAt, k.RevokedAt = moment(created), since(revoked)
	k.Scopes, err = unlist(scopes)
	return k, err
}
