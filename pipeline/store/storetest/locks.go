package storetest

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/defekt/defekt/pipeline/store"
)

func lockCases() []testCase {
	return []testCase{
		{"one at a time", lockAlone},
		{"names do not meet", lockNames},
		{"comes free after an error", lockError},
		{"is not waited for beyond the context", lockPatience},
	}
}

// lockAlone has two openers, where the database has several processes, and 20 callers.
func lockAlone(b *bench) {
	stores := []store.Store{b.store}
	if b.db.Shared {
		stores = append(stores, b.again())
	}
	var inside, most, runs atomic.Int64
	for _, err := range together(20, func(i int) error {
		return stores[i%len(stores)].Locked(b.ctx, "one", func(ctx context.Context) error {
			if n := inside.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer inside.Add(-1)
			runs.Add(1)
			return b.store.Note(ctx, store.Entry{At: b.clock.Now(), By: "me", What: "locked", On: "x"})
		})
	}) {
		b.check(err)
	}
	if most.Load() != 1 || runs.Load() != 20 {
		b.Errorf("%d runs, %d at once; want 20, one at a time", runs.Load(), most.Load())
	}
}

func lockNames(b *bench) {
	b.check(b.store.Locked(b.ctx, "one", func(ctx context.Context) error {
		done := make(chan error, 1)
		go func() { done <- b.store.Locked(ctx, "two", func(context.Context) error { return nil }) }()
		return <-done
	}))
}

func lockError(b *bench) {
	failed := errors.New("no")
	b.wantErr(b.store.Locked(b.ctx, "one", func(context.Context) error { return failed }), failed)
	b.check(b.store.Locked(b.ctx, "one", func(context.Context) error { return nil }))
}

func lockPatience(b *bench) {
	ran := false
	b.check(b.store.Locked(b.ctx, "one", func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		if err := b.store.Locked(ctx, "one", func(context.Context) error { ran = true; return nil }); err == nil {
			b.Error("a lock that another one has")
		}
		return nil
	}))
	if ran {
		b.Error("it ran without the lock")
	}
}
