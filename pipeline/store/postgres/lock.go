package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// lockSpace sets our named locks apart from other advisory locks.
const lockSpace = 0x6465666b

// unlockTime bounds giving a lock back; after it the connection is closed, which does so too.
const unlockTime = 5 * time.Second

// Locked runs do under a lock; see [store.Locks]. The lock belongs to a connection of its own
// and not to a transaction, which the server would end when do takes long. Those of this process
// wait before they take a connection, lest do find none left.
func (s *Store) Locked(ctx context.Context, name string, do func(ctx context.Context) error) error {
	return s.locks.Locked(ctx, name, func(ctx context.Context) error {
		conn, err := s.lock(ctx, name)
		if err != nil {
			return err
		}
		return errors.Join(do(ctx), unlock(ctx, conn, name))
	})
}

func (s *Store) lock(ctx context.Context, name string) (conn *pgxpool.Conn, err error) {
	err = s.try(ctx, "lock", func(ctx context.Context) error {
		if conn, err = s.pool.Acquire(ctx); err != nil {
			return err
		}
		if _, err = conn.Exec(ctx, "SELECT pg_advisory_lock($1, hashtext($2))", lockSpace, name); err != nil {
			// The server may have given the lock before the call was given up.
			_ = conn.Hijack().Close(context.WithoutCancel(ctx))
		}
		return err
	})
	return conn, err
}

func unlock(ctx context.Context, conn *pgxpool.Conn, name string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), unlockTime)
	defer cancel()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_unlock($1, hashtext($2))", lockSpace, name); err != nil {
		return conn.Hijack().Close(ctx) // with the connection the lock goes
	}
	conn.Release()
	return nil
}
