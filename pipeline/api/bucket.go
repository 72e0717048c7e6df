package api

import (
	"sync"
	"time"
)

// bucket is what a key has left to spend. As a token bucket it holds a sixth of a minute's requests, at least one, and fills
// evenly.
type bucket struct {
	perMinute int

	mu     sync.Mutex
	tokens float64
	at     time.Time
	heavy  int // heavy requests under way
}

func newBucket(perMinute int, now time.Time) *bucket {
	b := &bucket{perMinute: perMinute, at: now}
	b.tokens = b.size()
	return b
}

func (b *bucket) size() float64 { return max(float64(b.perMinute)/6, 1) }

// take takes a token, or says how long it is until there is one.
func (b *bucket) take(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	perSecond := float64(b.perMinute) / 60
	if passed := now.Sub(b.at); passed > 0 {
		b.tokens = min(b.tokens+passed.Seconds()*perSecond, b.size())
		b.at = now
	}
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / perSecond * float64(time.Second))
	}
	b.tokens--
	return 0
}

// begin counts a heavy request unless limit are under way; end must be called after it.
func (b *bucket) begin(limit int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.heavy >= limit {
		return false
	}
	b.heavy++
	return true
}

func (b *bucket) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.heavy--
}
