package oidc

import "sync"

// maxUsed is how many states are remembered. Beyond it the oldest go: whoever floods us with
// states of his own gains no more than what the provider, which takes a code once, refuses.
const maxUsed = 10_000

// used remembers the latest states.
type used struct {
	mu     sync.Mutex
	states map[string]bool
	order  []string // a ring
	next   int
}

func newUsed() *used { return &used{states: map[string]bool{}} }

// first says whether a state comes for the first time.
func (u *used) first(state string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.states[state] {
		return false
	}
	u.states[state] = true
	if len(u.order) < maxUsed {
		u.order = append(u.order, state)
		return true
	}
	delete(u.states, u.order[u.next])
	u.order[u.next] = state
	u.next = (u.next + 1) % maxUsed
	return true
}
