package store

import "context"

// Locks lets one caller at a time do what no transaction of the store can hold together.
type Locks interface {
	// Locked must run do while no other call with the same name runs its own, in any process
	// that serves the database, and give do's error. A lock must not outlive its process.
	// ErrBusy when the lock did not come free in time; do was not run then. do may use the
	// store, but not take a lock of the same name.
	Locked(ctx context.Context, name string, do func(ctx context.Context) error) error
}
