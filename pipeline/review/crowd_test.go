package review_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

const (
	crowdPeople = 20
	crowdItems  = 5000
)

// TestCrowd: 20 reviewers at once, who skip, undo, send twice, walk away and disagree, decide
// 5,000 items: none twice unless planned, none lost, all of it in the log.
func TestCrowd(t *testing.T) {
	items := crowdItems
	if testing.Short() || raceDetector {
		items /= 10
	}
	onStores(t, func(t *testing.T, w world) {
		addCrowdItems(t, w.store, items)
		began := time.Now()
		c := &crowd{t: t, s: w.store}
		c.q = review.New(review.Config{Reviews: w.store, Claims: w.store, Seed: 7, KnownShare: -1, Now: func() time.Time { return c.pass(time.Millisecond) }})
		c.work()
		t.Logf("%d items, %d decisions kept, %d taken back, %d skips, %d walked away, %d late answers, %s",
			items, len(c.kept), c.undone, c.skips, c.left, c.late, time.Since(began).Round(time.Millisecond))
		c.verify(items)
	})
}

func addCrowdItems(t *testing.T, s store.Store, items int) {
	t.Helper()
	planner := must(review.NewPlanner(review.PlanConfig{DoubleShare: 0.2, SliceShare: 0.05}))(t)
	const writers = 16
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(5, uint64(i)))
			for n := i; n < items; n += writers {
				c := claim.Claim{ID: fmt.Sprint(n), Text: "x", Lang: []string{"en", "de"}[rng.IntN(2)], Product: fmt.Sprint(rng.IntN(5))}
				p := unsure([]string{"minor", "major", "critical"}[rng.IntN(3)], rng.Float64())
				if _, _, err := s.Accept(t.Context(), store.New{Claim: c, Outcome: &store.Outcome{Prediction: p, Reviews: planner.Plan(c.ID, c, p)}}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// crowd is the reviewers and what they were told, by which the store is judged.
type crowd struct {
	t *testing.T
	s store.Store
	q *review.Queue

	// clock goes on with every look at it, so that leases run out however fast the machine is.
	clock atomic.Int64

	mu                        sync.Mutex
	kept                      map[string]store.ReviewDecision // that were not taken back
	undone, skips, left, late int
}

// pass moves the clock.
func (c *crowd) pass(d time.Duration) time.Time {
	return time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC).Add(time.Duration(c.clock.Add(int64(d))))
}

func (c *crowd) work() {
	c.kept = map[string]store.ReviewDecision{}
	var wg sync.WaitGroup
	for i := range crowdPeople {
		r := person(c.t, c.s, name(i), store.ReviewerRole)
		if i%2 == 0 {
			r.Roles = append(r.Roles, store.AdjudicatorRole)
		}
		if i == 1 {
			r.Langs = []string{"de"}
		}
		wg.Go(func() { c.review(r, rand.New(rand.NewPCG(11, uint64(i)))) })
	}
	wg.Wait()
}

// review works until nothing waits for anyone.
func (c *crowd) review(by store.Reviewer, rng *rand.Rand) {
	ctx := c.t.Context()
	for ctx.Err() == nil {
		task, err := c.q.Next(ctx, by)
		if codeOf(err) == review.CodeQueueEmpty {
			if c.empty(ctx) {
				return
			}
			c.pass(10 * time.Second) // what somebody walked away from comes back
			runtime.Gosched()
			continue
		}
		if codeOf(err) == review.CodeStale { // it ran out while it was being shown again
			continue
		}
		if err != nil {
			c.t.Error(err)
			return
		}
		c.one(ctx, by, task, rng)
	}
}

func codeOf(err error) claim.Code {
	var p claim.Problem
	_ = errors.As(err, &p)
	return p.Code
}

func (c *crowd) empty(ctx context.Context) bool {
	counts, err := c.s.ReviewCounts(ctx)
	if err != nil {
		c.t.Error(err)
	}
	return len(counts) == 0
}

// one is what a reviewer does with an item.
func (c *crowd) one(ctx context.Context, by store.Reviewer, task review.Task, rng *rand.Rand) {
	switch u := rng.Float64(); {
	case u < 0.02: // walks away; the lease runs out
		c.count(&c.left)
		return
	case u < 0.05 && !review.Adjudicates(by):
		if err := c.q.Skip(ctx, by, task.Item, task.Version, "cannot tell", time.Second); err == nil {
			c.count(&c.skips)
		} else if codeOf(err) != review.CodeStale {
			c.t.Error(err)
		}
		return
	}
	d, ok := c.submit(ctx, by, task, rng)
	if !ok || rng.Float64() > 0.03 {
		return
	}
	again, err := c.q.Undo(ctx, by, d.ID)
	switch codeOf(err) {
	case review.CodeUndoBuiltOn, review.CodeStale:
		return
	}
	if err != nil {
		c.t.Error(err)
		return
	}
	c.mu.Lock()
	delete(c.kept, d.ID)
	c.undone++
	c.mu.Unlock()
	c.submit(ctx, by, again, rng)
}

func (c *crowd) submit(ctx context.Context, by store.Reviewer, task review.Task, rng *rand.Rand) (store.ReviewDecision, bool) {
	a := answerTo(task, "major")
	if rng.Float64() < 0.2 {
		a.Labels = severity("minor")
	}
	d, err := c.q.Submit(ctx, by, a)
	if codeOf(err) == review.CodeStale {
		c.count(&c.late)
		return d, false
	}
	if err != nil {
		c.t.Error(err)
		return d, false
	}
	c.mu.Lock()
	c.kept[d.ID] = d
	c.mu.Unlock()
	if rng.Float64() < 0.05 { // the reply got lost
		again, err := c.q.Submit(ctx, by, a)
		if err != nil || again.ID != d.ID {
			c.t.Errorf("sent again: decision %s after %s, %v", again.ID, d.ID, err)
		}
	}
	return d, true
}

func (c *crowd) count(n *int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*n++
}

// verify compares what the store has with what the reviewers were told.
func (c *crowd) verify(items int) {
	t, ctx := c.t, c.t.Context()
	all := map[string][]store.ReviewDecision{}
	total := 0
	for after := ""; ; {
		page := must(c.s.Decisions(ctx, store.DecisionFilter{Limit: 1000, After: after}))(t)
		for _, d := range page {
			all[d.Item] = append(all[d.Item], d)
			if kept, ok := c.kept[d.ID]; ok && (kept.Reviewer != d.Reviewer || kept.Labels["severity"] != d.Labels["severity"]) {
				t.Errorf("decision %s is kept as another", d.ID)
			}
		}
		total += len(page)
		if len(page) < 1000 {
			break
		}
		after = page[len(page)-1].ID
	}
	if want := len(c.kept) + 2*c.undone; total != want {
		t.Errorf("%d decisions and withdrawals, want %d", total, want)
	}
	settled := must(c.s.Settled(ctx, time.Now().Add(time.Hour), "", items+1))(t)
	if len(settled) != items {
		t.Errorf("%d items settled, want %d", len(settled), items)
	}
	skips := 0
	for _, s := range settled {
		c.verifyItem(s, all[s.Review.ID])
		skips += s.Review.Skips
	}
	if skips != c.skips {
		t.Errorf("%d skips kept, want %d", skips, c.skips)
	}
}

func (c *crowd) verifyItem(s store.SettledReview, all []store.ReviewDecision) {
	for _, d := range review.Standing(all) {
		if _, ok := c.kept[d.ID]; !ok {
			c.t.Errorf("item %s: a decision stands that nobody was told of", s.Review.ID)
		}
	}
	for _, fault := range must(review.Faults(c.t.Context(), c.s, s.Review.ID))(c.t) {
		c.t.Errorf("item %s: %s", s.Review.ID, fault)
	}
	for _, e := range must(c.s.ReviewLog(c.t.Context(), s.Review.ID))(c.t) {
		if e.What == store.ReviewDecided && (len(e.To) == 0 || len(e.From) == 0 || e.Took == 0 || e.Model != "sha256:m") {
			c.t.Errorf("item %s: %+v says too little", s.Review.ID, e)
		}
	}
}
