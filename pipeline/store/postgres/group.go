package postgres

import (
	"context"
	"sync"
)

// maxGroup bounds the calls that share a transaction.
const maxGroup = 32

// group lets calls of one kind that come while another one is at work share the next
// transaction: under load a commit, its wait for the disk and the trips to the server are
// paid once for many claims; a lone call waits for nobody. One transaction of a kind is
// under way at a time. The zero value with run set is ready.
type group[In, Out any] struct {
	// run does the calls in one transaction and gives one result each. It must not keep the
	// slices.
	run func(ctx context.Context, calls []In) []result[Out]

	mu      sync.Mutex
	waiting []*member[In, Out]
	busy    bool
}

type result[Out any] struct {
	out Out
	err error
}

type member[In, Out any] struct {
	ctx  context.Context
	in   In
	done chan result[Out]
}

// do runs the call with others. A context that ends before its transaction began leaves the
// group; later the result is waited for, so that an error always means "not done".
func (g *group[In, Out]) do(ctx context.Context, in In) (Out, error) {
	m := &member[In, Out]{ctx: ctx, in: in, done: make(chan result[Out], 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, m)
	if !g.busy {
		g.busy = true
		go g.serve()
	}
	g.mu.Unlock()
	r := <-m.done
	return r.out, r.err
}

// serve runs groups until nobody waits.
func (g *group[In, Out]) serve() {
	for {
		members := g.next()
		if len(members) == 0 {
			return
		}
		calls := make([]In, len(members))
		for i, m := range members {
			calls[i] = m.in
		}
		for i, r := range g.run(context.WithoutCancel(members[0].ctx), calls) {
			members[i].done <- r
		}
	}
}

// next takes the members of the next transaction, none when the group goes idle.
func (g *group[In, Out]) next() []*member[In, Out] {
	g.mu.Lock()
	defer g.mu.Unlock()
	var taken []*member[In, Out]
	for len(g.waiting) > 0 && len(taken) < maxGroup {
		m := g.waiting[0]
		g.waiting = g.waiting[1:]
		if err := context.Cause(m.ctx); err != nil {
			m.done <- result[Out]{err: err}
			continue
		}
		taken = append(taken, m)
	}
	g.busy = len(taken) > 0
	return taken
}
