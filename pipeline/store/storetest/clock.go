package storetest

import (
	"sync"
	"time"
)

// clock moves one step with each look at it. It is in another zone than UTC and finer than
// microseconds, since a store must bear both.
type clock struct {
	mu   sync.Mutex
	at   time.Time
	step time.Duration
}

func newClock() *clock {
	return &clock{
		at:   time.Date(2026, 3, 1, 0, 30, 0, 123456789, time.FixedZone("", 2*60*60)),
		step: time.Millisecond,
	}
}

// Now gives the time and moves on.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.at
	c.at = c.at.Add(c.step)
	return now
}

// set puts the clock to a time and gives it a step; 0 stops it.
func (c *clock) set(at time.Time, step time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.step = at, step
}

// stop makes all later looks see one time, which is returned.
func (c *clock) stop() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.step = 0
	return c.at
}

// stored is a time as a store must give it back.
func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
