package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// lease is short, so that what a killed process held comes back while the test lasts.
const lease = 5 * time.Second

// worker is the process that is killed: all reviewers, until nothing waits.
func worker(ctx context.Context, o options) error {
	s, err := open(ctx, o.db)
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // the process ends
	people, err := s.Reviewers(ctx)
	if err != nil {
		return err
	}
	q := review.New(review.Config{Reviews: s, Claims: s, Lease: lease, KnownShare: -1, Seed: o.seed + 1})
	errs := make([]error, len(people))
	var wg sync.WaitGroup
	for i, by := range people {
		r := &reviewer{s: s, q: q, by: by, rng: rand.New(rand.NewPCG(o.seed, uint64(i)))}
		wg.Go(func() { errs[i] = r.work(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

type reviewer struct {
	s   store.Store
	q   *review.Queue
	by  store.Reviewer
	rng *rand.Rand
}

func (r *reviewer) work(ctx context.Context) error {
	for {
		task, err := r.q.Next(ctx, r.by)
		switch code(err) {
		case "":
			if err != nil {
				return err
			}
			if err := r.answer(ctx, task); err != nil && code(err) == "" {
				return err
			}
		case review.CodeQueueEmpty:
			counts, err := r.s.ReviewCounts(ctx)
			if err != nil || len(counts) == 0 {
				return err
			}
			time.Sleep(200 * time.Millisecond)
		}
	}
}

func code(err error) claim.Code {
	var p claim.Problem
	_ = errors.As(err, &p)
	return p.Code
}

// answer decides most, skips some, and takes some back to answer again. A coded error is no
// fault: somebody else was faster.
func (r *reviewer) answer(ctx context.Context, task review.Task) error {
	if r.rng.Float64() < 0.03 && !slices.Contains(r.by.Roles, store.AdjudicatorRole) {
		return r.q.Skip(ctx, r.by, task.Item, task.Version, "cannot tell", time.Second)
	}
	d, err := r.submit(ctx, task)
	if err != nil || r.rng.Float64() > 0.03 {
		return err
	}
	if task, err = r.q.Undo(ctx, r.by, d.ID); err != nil {
		return err
	}
	_, err = r.submit(ctx, task)
	return err
}

func (r *reviewer) submit(ctx context.Context, task review.Task) (store.ReviewDecision, error) {
	label := "major"
	if r.rng.Float64() < 0.2 {
		label = "minor"
	}
	d, err := r.q.Submit(ctx, r.by, review.Answer{Item: task.Item, Version: task.Version, Labels: map[string]string{"severity": label}, Took: time.Second})
	if err == nil {
		// One write a line: lines of several reviewers do not mix.
		_, err = fmt.Fprintf(os.Stdout, "%s\n", d.ID)
	}
	return d, err
}
