package jobs

import "sync"

// Bell tells those who wait for a claim that this process has finished it. What another
// process finishes it does not hear of: who waits must ask the store now and then too.
// The zero value is ready; safe for concurrent use.
type Bell struct {
	mu      sync.Mutex
	waiting map[string]map[chan struct{}]bool
}

// Watch gives a channel that is closed when the claim is finished; stop must be called.
func (b *Bell) Watch(id string) (done <-chan struct{}, stop func()) {
	ch := make(chan struct{})
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting == nil {
		b.waiting = map[string]map[chan struct{}]bool{}
	}
	if b.waiting[id] == nil {
		b.waiting[id] = map[chan struct{}]bool{}
	}
	b.waiting[id][ch] = true
	return ch, func() { b.forget(id, ch) }
}

func (b *Bell) forget(id string, ch chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.waiting[id], ch)
	if len(b.waiting[id]) == 0 {
		delete(b.waiting, id)
	}
}

// Ring tells those who wait for the claim.
func (b *Bell) Ring(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for ch := range b.waiting[id] {
		close(ch)
	}
	delete(b.waiting, id)
}
