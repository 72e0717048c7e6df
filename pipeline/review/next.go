package review

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// leaseTries bounds the rounds of a hand-out: others may take all that was found before it.
const leaseTries = 5

// Task is what a reviewer sees of an item: nothing that tells a double look or a known item
// from another one.
type Task struct {
	// Item and Version name the item in all that follows.
	Item    string
	Version int64
	// HeldUntil is when it may go to another, unless [Queue.Hold] prolongs that.
	HeldUntil time.Time
	// Taxonomy is the version (name@version) to answer in, for [Answer]; empty where the queue
	// has none.
	Taxonomy string
	// Axes are those to answer; none means all of the taxonomy.
	Axes []string
	// Reasons say why it came, as far as the reviewer may know.
	Reasons []store.ReviewReason
	// Deadline is zero without one.
	Deadline time.Time
	// Notes are the words of those who asked for the look.
	Notes []string
	// Claim is what came in, its Prediction in the labels of Taxonomy, or nil while suggestions
	// are hidden.
	Claim store.Claim
	// Disputed says that it is adjudicated; Others are then the decisions that disagree,
	// which others may not see, in the labels of Taxonomy where that has them.
	Disputed bool
	Others   []store.ReviewDecision
}

// Next hands the reviewer another item, the best for him. It prolongs and gives the one that
// he has had longest when he has MaxHeld. Error: CodeQueueEmpty when nothing waits for him.
func (q *Queue) Next(ctx context.Context, by store.Reviewer) (Task, error) {
	now := q.now()
	held, err := q.cfg.Reviews.Held(ctx, by.ID, now)
	if err != nil {
		return Task{}, err
	}
	if len(held) >= q.cfg.MaxHeld {
		return q.again(ctx, by, held[0], now)
	}
	last, err := q.cfg.Reviews.Handed(ctx, by.ID, maxAlike)
	if err != nil {
		return Task{}, err
	}
	for range leaseTries {
		ids, err := q.candidates(ctx, by, last, now)
		if err != nil {
			return Task{}, err
		}
		if len(ids) == 0 {
			break
		}
		r, err := q.cfg.Reviews.LeaseReview(ctx, store.Lease{IDs: ids, States: leasable(by), Holder: by.ID, At: now, Until: now.Add(q.cfg.Lease)})
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return Task{}, err
		}
		return q.task(ctx, r)
	}
	if len(held) > 0 {
		return q.again(ctx, by, held[0], now)
	}
	return Task{}, fault(CodeQueueEmpty, "Nothing waits for you. Look again later, or widen what you take.")
}

// again gives a reviewer what he has already.
func (q *Queue) again(ctx context.Context, by store.Reviewer, r store.Review, now time.Time) (Task, error) {
	r.HeldUntil = now.Add(q.cfg.Lease)
	if err := q.cfg.Reviews.HoldReview(ctx, r.ID, by.ID, r.Version, r.HeldUntil); err != nil {
		return Task{}, stale(err)
	}
	return q.task(ctx, r)
}

// candidates gives the items to try, best first.
func (q *Queue) candidates(ctx context.Context, by store.Reviewer, last []store.Review, now time.Time) ([]string, error) {
	f := store.ReviewFilter{By: by.ID, Free: now, Langs: by.Langs, Products: by.Products, Axes: by.Axes}
	var ids []string
	switch u := q.draw(); {
	case u < q.cfg.KnownShare:
		known := f
		known.States = []store.ReviewState{store.ReviewKnown}
		list, err := q.cfg.Reviews.OpenReviews(ctx, known, q.cfg.Window)
		if err != nil {
			return nil, err
		}
		ids = idsOf(list)
	case u < max(q.cfg.KnownShare, 0)+q.cfg.SliceShare:
		slice := f
		slice.States, slice.Slice = []store.ReviewState{store.ReviewOpen}, true
		list, err := q.cfg.Reviews.OpenReviews(ctx, slice, q.cfg.Window)
		if err != nil {
			return nil, err
		}
		ids = idsOf(list)
	}
	f.States = waiting(by)
	list, err := q.cfg.Reviews.OpenReviews(ctx, f, q.cfg.Window)
	if err != nil {
		return nil, err
	}
	if allTired(list, last) {
		change := f
		change.Unlike = &store.Likeness{Cluster: last[0].Cluster, Label: last[0].Label, Product: last[0].Product}
		other, err := q.cfg.Reviews.OpenReviews(ctx, change, q.cfg.Window)
		if err != nil {
			return nil, err
		}
		list = append(other, list...)
	}
	return append(ids, idsOf(varied(list, last))...), nil
}

// waiting are the states of the queue that a reviewer works on, leasable those in which he may
// have an item at all.
func waiting(by store.Reviewer) []store.ReviewState {
	if Adjudicates(by) {
		return []store.ReviewState{store.ReviewOpen, store.ReviewDisputed}
	}
	return []store.ReviewState{store.ReviewOpen}
}

func leasable(by store.Reviewer) []store.ReviewState { return append(waiting(by), store.ReviewKnown) }

// Adjudicates says whether a reviewer may decide what two disagree on.
func Adjudicates(r store.Reviewer) bool {
	return slices.Contains(r.Roles, store.AdjudicatorRole) || slices.Contains(r.Roles, store.AdminRole)
}

// Administers says whether a reviewer may keep the others and drop items.
func Administers(r store.Reviewer) bool { return slices.Contains(r.Roles, store.AdminRole) }

func idsOf(list []store.Review) []string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = r.ID
	}
	return out
}

// task shows what may be seen of an item.
func (q *Queue) task(ctx context.Context, r store.Review) (Task, error) {
	c, err := q.cfg.Claims.Claim(ctx, r.Claim)
	if err != nil {
		return Task{}, err
	}
	t := Task{Item: r.ID, Version: r.Version, HeldUntil: r.HeldUntil, Axes: r.Axes, Reasons: BlindReasons(r, c.Prediction), Deadline: r.Deadline, Claim: c}
	if q.cfg.Versions != nil {
		_, now, err := q.cfg.Versions.History(ctx)
		if err != nil {
			return Task{}, err
		}
		t.Taxonomy = now.Ref()
	}
	if t.Claim.Prediction, err = q.suggestion(ctx, c.Prediction); err != nil {
		return Task{}, err
	}
	if q.cfg.HideSuggestion {
		t.Claim.Prediction = nil
	}
	if slices.Contains(r.Reasons, store.ReasonRequested) {
		log, err := q.cfg.Reviews.ReviewLog(ctx, r.ID)
		if err != nil {
			return Task{}, err
		}
		t.Notes = Notes(log)
	}
	if r.State == store.ReviewDisputed {
		all, err := q.standing(ctx, r.ID)
		if err != nil {
			return Task{}, err
		}
		t.Disputed, t.Others = true, readable(all)
	}
	return t, nil
}

// Held lists what the reviewer has, the longest held first, for a page that is loaded anew.
func (q *Queue) Held(ctx context.Context, by store.Reviewer) ([]Task, error) {
	held, err := q.cfg.Reviews.Held(ctx, by.ID, q.now())
	if err != nil {
		return nil, err
	}
	out := make([]Task, len(held))
	for i, r := range held {
		if out[i], err = q.task(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Suggestion shows the model's answer to one who has the item in hand: hidden until then, the
// page asks for it once the reviewer has chosen. nil when there is none.
func (q *Queue) Suggestion(ctx context.Context, by store.Reviewer, item string) (*claim.Prediction, error) {
	r, err := q.cfg.Reviews.Review(ctx, item)
	if err != nil {
		return nil, err
	}
	if r.Holder != by.ID {
		return nil, fault(CodeNotYours, "Somebody else has this claim now.")
	}
	c, err := q.cfg.Claims.Claim(ctx, r.Claim)
	if err != nil {
		return nil, err
	}
	return q.suggestion(ctx, c.Prediction)
}
