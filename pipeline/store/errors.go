package store

import "errors"

// Errors that callers tell apart. A store must return these (wrapped or not) and keep the
// database's own errors for what it cannot explain.
var (
	// ErrNotFound: there is no such thing, or no longer.
	ErrNotFound = errors.New("not found")
	// ErrConflict: an idempotency key was used before with another body, or a name is taken.
	ErrConflict = errors.New("conflict")
	// ErrFinished: the claim has its outcome already; the later one was not stored.
	ErrFinished = errors.New("already finished")
	// ErrCursor: a page's cursor is not one of this list's.
	ErrCursor = errors.New("bad cursor")
	// ErrBusy: the database did not answer in time; try again.
	ErrBusy = errors.New("busy")
)
