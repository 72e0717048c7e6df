package review

import (
	"sync"
	"time"
)

// maxNames bounds the names whose wrong passwords are remembered; beyond it the oldest go.
const maxNames = 10_000

// tries makes guessing slow: after some wrong passwords for a name each must wait twice as long.
type tries struct {
	free int
	most time.Duration

	mu    sync.Mutex
	names map[string]guess
}

type guess struct {
	failures int
	last     time.Time
}

func newTries(free int, most time.Duration) *tries {
	return &tries{free: free, most: most, names: map[string]guess{}}
}

// wait is how long the name must still wait.
func (t *tries) wait(name string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	g := t.names[name]
	return max(0, g.last.Add(t.pause(g.failures)).Sub(now))
}

func (t *tries) pause(failures int) time.Duration {
	over := failures - t.free
	if over < 0 {
		return 0
	}
	return min(t.most, time.Second<<min(over, 30))
}

func (t *tries) failed(name string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.names[name]; !ok && len(t.names) >= maxNames {
		t.forget()
	}
	t.names[name] = guess{t.names[name].failures + 1, now}
}

// forget takes the oldest name away.
func (t *tries) forget() {
	oldest, first := "", true
	for name, g := range t.names {
		if first || g.last.Before(t.names[oldest].last) {
			oldest, first = name, false
		}
	}
	delete(t.names, oldest)
}

func (t *tries) worked(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.names, name)
}
