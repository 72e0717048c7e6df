package rules

import (
	"context"
	"sync"
)

// Locks are the named locks of one process. The zero value is ready.
type Locks struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when the lock comes free
}

// Locked runs do while no other call with the same name runs its own, and gives do's error; the
// cause of ctx's end when that came first.
func (l *Locks) Locked(ctx context.Context, name string, do func(ctx context.Context) error) error {
	for {
		wait, mine := l.take(name)
		if mine {
			defer l.free(name)
			return do(ctx)
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// take gets the lock, or a channel that is closed when it comes free.
func (l *Locks) take(name string) (wait chan struct{}, mine bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait, ok := l.held[name]; ok {
		return wait, false
	}
	if l.held == nil {
		l.held = map[string]chan struct{}{}
	}
	l.held[name] = make(chan struct{})
	return nil, true
}

func (l *Locks) free(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.held[name])
	delete(l.held, name)
}
