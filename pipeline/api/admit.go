package api

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/defekt/defekt/pipeline/store"
)

// admission bounds what runs at once. Nothing waits here: what does not fit is refused at
// once, so that a crowd costs nothing but answers.
type admission struct {
	all, heavy *semaphore.Weighted
	bytes      *semaphore.Weighted
	keyHeavy   int
}

func newAdmission(c Config) *admission {
	return &admission{
		all:   semaphore.NewWeighted(int64(c.InFlight)),
		heavy: semaphore.NewWeighted(int64(c.Heavy)),
		bytes: semaphore.NewWeighted(c.BodyBytes), keyHeavy: c.KeyHeavy,
	}
}

// full is what everybody hears that does not fit.
func full() error { return retry(fault(codeFull, "", "try again"), time.Second) }

// enter admits a request of any kind; leave must be called after it.
func (a *admission) enter() (leave func(), err error) {
	if !a.all.TryAcquire(1) {
		return nil, full()
	}
	return func() { a.all.Release(1) }, nil
}

// enterHeavy admits a heavy request of who, too.
func (a *admission) enterHeavy(who principal) (leave func(), err error) {
	if who.bucket != nil && !who.bucket.begin(a.keyHeavy) {
		return nil, retry(fault(codeKeyBusy, "", "wait for an answer before you send more"), time.Second)
	}
	end := func() {
		if who.bucket != nil {
			who.bucket.end()
		}
	}
	if !a.heavy.TryAcquire(1) {
		end()
		return nil, full()
	}
	return func() { a.heavy.Release(1); end() }, nil
}

// hold reserves n bytes for a body.
func (a *admission) hold(n int64) (release func(), err error) {
	if !a.bytes.TryAcquire(n) {
		return nil, full()
	}
	return sync.OnceFunc(func() { a.bytes.Release(n) }), nil
}

// backlogAge is how long a count of the waiting claims is believed.
const backlogAge = 500 * time.Millisecond

// backlog refuses claims while too many wait. Counting costs, so a count is believed for a
// moment; by what comes in meanwhile the limit may be passed.
type backlog struct {
	claims Claims
	limit  int
	now    func() time.Time

	mu    sync.Mutex
	count int
	at    time.Time
}

func (b *backlog) check(ctx context.Context) error {
	if b.limit < 0 {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := b.now(); now.Sub(b.at) > backlogAge {
		n, err := b.claims.Count(ctx, store.Filter{State: store.Queued})
		if err != nil {
			return err
		}
		b.count, b.at = n, now
	}
	if b.count >= b.limit {
		return retry(fault(codeQueueFull, "", "the claim was not accepted; try again"), 5*time.Second)
	}
	b.count++
	return nil
}
