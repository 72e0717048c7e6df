package review

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// Offer lists items for a reviewer who works elsewhere, in another tool, at most limit. It
// hands nothing out: the answers come back by [Queue.Answer], and those to items that changed
// meanwhile are refused. The known items and the random slice have their shares, as in Next.
func (q *Queue) Offer(ctx context.Context, by store.Reviewer, limit int) ([]store.Review, error) {
	f := store.ReviewFilter{By: by.ID, Free: q.now(), Langs: by.Langs, Products: by.Products, Axes: by.Axes}
	parts := []struct {
		states []store.ReviewState
		slice  bool
		share  float64
	}{
		{[]store.ReviewState{store.ReviewOpen}, true, q.cfg.SliceShare},
		{[]store.ReviewState{store.ReviewKnown}, false, q.cfg.KnownShare},
		{[]store.ReviewState{store.ReviewOpen}, false, 1},
	}
	found := map[string]store.Review{}
	for _, p := range parts {
		f.States, f.Slice = p.states, p.slice
		n := int(math.Round(float64(limit) * clamp(p.share, 0, 1)))
		if n == 0 {
			continue
		}
		list, err := q.cfg.Reviews.OpenReviews(ctx, f, n)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			if len(found) < limit {
				found[r.ID] = r
			}
		}
	}
	// Shuffled, the same each time, nothing tells the parts apart.
	return slices.SortedFunc(maps.Values(found), func(a, b store.Review) int { return cmp.Compare(mask(by, a.ID), mask(by, b.ID)) }), nil
}

// Answer keeps an answer that was given elsewhere to an item that was offered at a.Version:
// it hands the item to the reviewer and submits. The same answer sent again gives the first
// one's decision. Errors: those of Submit; CodeStale also when somebody had the item since.
func (q *Queue) Answer(ctx context.Context, by store.Reviewer, a Answer) (store.ReviewDecision, error) {
	if err := q.check(a); err != nil {
		return store.ReviewDecision{}, err
	}
	r, err := q.take(ctx, by, a.Item, a.Version, func(r store.Review) error {
		labels, err := q.inForce(ctx, a)
		if err != nil {
			return err
		}
		return asked(r, labels)
	})
	if err != nil {
		return q.answered(ctx, by, a, err)
	}
	a.Version = r.Version
	d, err := q.Submit(ctx, by, a)
	return d, q.giveBack(ctx, by, r, err)
}

// Pass skips an item that was offered at a version; see [Queue.Answer] and [Queue.Skip].
func (q *Queue) Pass(ctx context.Context, by store.Reviewer, item string, version int64, why string) error {
	r, err := q.take(ctx, by, item, version, func(store.Review) error { return checkWhy(why) })
	if err != nil {
		return err
	}
	return q.giveBack(ctx, by, r, q.Skip(ctx, by, item, r.Version, why, 0))
}

// take hands an item out if it is as it was offered and check lets it.
func (q *Queue) take(ctx context.Context, by store.Reviewer, item string, version int64, check func(store.Review) error) (store.Review, error) {
	r, err := q.cfg.Reviews.Review(ctx, item)
	if err != nil {
		return r, err
	}
	if r.Version != version || slices.Contains(r.Touched, by.ID) {
		return r, errStale()
	}
	if err := check(r); err != nil {
		return r, err
	}
	now := q.now()
	got, err := q.cfg.Reviews.LeaseReview(ctx, store.Lease{IDs: []string{item}, States: leasable(by), Holder: by.ID, At: now, Until: now.Add(q.cfg.Lease)})
	if errors.Is(err, store.ErrNotFound) {
		return r, errStale()
	}
	if err == nil && got.Version != version+1 { // somebody had it between the two
		err = q.giveBack(ctx, by, got, errStale())
	}
	return got, err
}

// giveBack releases an item whose answer failed, and gives that failure.
func (q *Queue) giveBack(ctx context.Context, by store.Reviewer, r store.Review, failure error) error {
	if failure == nil {
		return nil
	}
	if err := q.Release(context.WithoutCancel(ctx), by, r.ID, r.Version); err != nil {
		return errors.Join(failure, fmt.Errorf("give back: %w", err))
	}
	return failure
}

// answered finds the decision that this answer made when it came first, after an item was
// found changed.
func (q *Queue) answered(ctx context.Context, by store.Reviewer, a Answer, failure error) (store.ReviewDecision, error) {
	standing, err := q.standing(ctx, a.Item)
	if err != nil {
		return store.ReviewDecision{}, errors.Join(failure, err)
	}
	now, _ := q.inForce(ctx, a) // what is refused now may have been kept then
	if d, err := repeated(standing, by, a.Version+1, a.Labels, now); err == nil {
		return d, nil
	}
	return store.ReviewDecision{}, failure
}
