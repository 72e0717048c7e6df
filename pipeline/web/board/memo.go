package board

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// workshop makes what takes longer than a page may. What was begun goes on when the one who asked
// has left, so that the next one finds it.
type workshop struct {
	ctx   context.Context //nolint:containedctx // it ends all work when the server closes
	stop  context.CancelFunc
	wg    sync.WaitGroup
	slots chan struct{}
	limit time.Duration
	log   *slog.Logger
}

func newWorkshop(atOnce int, limit time.Duration, log *slog.Logger) *workshop {
	ctx, stop := context.WithCancel(context.Background())
	return &workshop{ctx: ctx, stop: stop, slots: make(chan struct{}, atOnce), limit: limit, log: log}
}

// close ends what is being made and waits for it.
func (w *workshop) close() {
	w.stop()
	w.wg.Wait()
}

// begin runs do in the background, when there is a place.
func (w *workshop) begin(do func(ctx context.Context)) {
	w.wg.Go(func() {
		select {
		case w.slots <- struct{}{}:
			defer func() { <-w.slots }()
		case <-w.ctx.Done():
		}
		ctx, cancel := context.WithTimeout(w.ctx, w.limit)
		defer cancel()
		do(ctx)
	})
}

// part is what a page shows of something that is made beside it.
type part[V any] struct {
	Value V
	// OK says that there is a value; At is when it was made.
	OK bool
	At site.Moment
	// Working says that it, or a newer one, is being made; Failed that it could not be.
	Working, Failed bool
}

// memo keeps such things by key.
type memo[K comparable, V any] struct {
	shop     *workshop
	make     func(ctx context.Context, key K) (V, error)
	patience time.Duration
	fresh    time.Duration
	now      func() time.Time
	name     string

	mu   sync.Mutex
	kept map[K]*cached[V]
}

// cached is one thing: value and err hold once done is closed; the value before stays meanwhile.
type cached[V any] struct {
	value V
	err   error
	ok    bool
	at    time.Time
	asked time.Time
	doing chan struct{} // nil while nothing is under way
}

// maxMemo is how many things a memo keeps; the one that was asked for longest ago goes.
const maxMemo = 200

func newMemo[K comparable, V any](s *Server, name string, do func(ctx context.Context, key K) (V, error)) *memo[K, V] {
	return &memo[K, V]{shop: s.shop, make: do, patience: s.cfg.Patience, fresh: s.cfg.Fresh, now: s.cfg.Now, name: name, kept: map[K]*cached[V]{}}
}

// get gives the part, made anew when it is old; it waits as long as patience says only where
// there is none yet. The error is [store.ErrNotFound] when there is no such thing, else nil.
func (m *memo[K, V]) get(ctx context.Context, key K) (part[V], error) {
	m.mu.Lock()
	e := m.entry(key)
	if e.doing == nil && (!e.ok || m.now().Sub(e.at) >= m.fresh) {
		e.doing = make(chan struct{})
		m.shop.begin(func(ctx context.Context) { m.run(ctx, key, e) })
	}
	doing, has := e.doing, e.ok
	m.mu.Unlock()
	if doing != nil && !has {
		patience := time.NewTimer(m.patience)
		defer patience.Stop()
		select {
		case <-doing:
		case <-patience.C:
		case <-ctx.Done():
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if errors.Is(e.err, store.ErrNotFound) {
		return part[V]{}, store.ErrNotFound
	}
	return part[V]{Value: e.value, OK: e.ok, At: site.NewMoment(e.at), Working: e.doing != nil, Failed: !e.ok && e.doing == nil}, nil
}

// entry finds or makes the place of a key; the caller holds the lock.
func (m *memo[K, V]) entry(key K) *cached[V] {
	e := m.kept[key]
	if e == nil {
		if len(m.kept) >= maxMemo {
			m.dropOldest()
		}
		e = new(cached[V])
		m.kept[key] = e
	}
	e.asked = m.now()
	return e
}

func (m *memo[K, V]) dropOldest() {
	var oldest *K
	for key, e := range m.kept {
		if e.doing == nil && (oldest == nil || e.asked.Before(m.kept[*oldest].asked)) {
			oldest = &key
		}
	}
	if oldest != nil {
		delete(m.kept, *oldest)
	}
}

func (m *memo[K, V]) run(ctx context.Context, key K, e *cached[V]) {
	v, err := m.make(ctx, key)
	m.mu.Lock()
	defer m.mu.Unlock()
	close(e.doing)
	e.doing, e.err = nil, err
	if err == nil {
		e.value, e.ok, e.at = v, true, m.now()
		return
	}
	if !errors.Is(err, store.ErrNotFound) && m.shop.ctx.Err() == nil {
		m.shop.log.WarnContext(ctx, "part of a page not made", slog.String("part", m.name), slog.Any("error", err))
	}
}
