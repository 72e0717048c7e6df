package sqlite

import "context"

// Locked runs do under a lock; see [store.Locks]. It is one of this process: only one serves an
// SQLite file, and what commands do beside it is held together by transactions.
func (s *Store) Locked(ctx context.Context, name string, do func(ctx context.Context) error) error {
	return s.locks.Locked(ctx, name, do)
}
