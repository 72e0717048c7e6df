package review

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

// Hold keeps the item with the reviewer for another lease, and gives the time until when.
// Pages call it now and then while somebody works on it. Error: CodeStale.
func (q *Queue) Hold(ctx context.Context, by store.Reviewer, item string, version int64) (time.Time, error) {
	until := q.now().Add(q.cfg.Lease)
	return until, stale(q.cfg.Reviews.HoldReview(ctx, item, by.ID, version, until))
}

// Release gives the item back, for anyone. Error: CodeStale.
func (q *Queue) Release(ctx context.Context, by store.Reviewer, item string, version int64) error {
	r, err := q.mine(ctx, by, item, version)
	if err != nil {
		return err
	}
	e := store.ReviewEvent{At: q.now(), Who: by.ID, What: store.ReviewReleased}
	return stale(q.cfg.Reviews.ChangeReview(ctx, released(r), nil, []store.ReviewEvent{e}))
}

// Skip gives the item back, for others, with the reason why it cannot be decided. Errors:
// CodeStale, also for who does not have it; CodeWhyMissing, CodeWhyTooLong, CodeTook.
func (q *Queue) Skip(ctx context.Context, by store.Reviewer, item string, version int64, why string, took time.Duration) error {
	if strings.TrimSpace(why) == "" {
		return fault(CodeWhyMissing, "Say in a word why you skip this claim.")
	}
	if err := checkWhy(why); err != nil {
		return err
	}
	if err := checkTook(took); err != nil {
		return err
	}
	r, err := q.mine(ctx, by, item, version)
	if err != nil {
		return err
	}
	e := store.ReviewEvent{At: q.now(), Who: by.ID, What: store.ReviewSkipped, Why: why, Took: took.Truncate(time.Millisecond), Model: r.Model}
	return stale(q.cfg.Reviews.ChangeReview(ctx, skipped(r, by.ID, q.cfg.SkipLimit), nil, []store.ReviewEvent{e}))
}

// mine reads an item that the reviewer has in hand at that version.
func (q *Queue) mine(ctx context.Context, by store.Reviewer, item string, version int64) (store.Review, error) {
	r, err := q.cfg.Reviews.Review(ctx, item)
	if err == nil && (r.Holder != by.ID || r.Version != version) {
		err = errStale()
	}
	return r, err
}

// Undo takes a decision back and puts the item into the reviewer's hands again. Errors:
// CodeNotYours, CodeUndoLate after UndoWindow, CodeUndoBuiltOn when somebody decided after it
// or has the item in hand.
func (q *Queue) Undo(ctx context.Context, by store.Reviewer, decision string) (Task, error) {
	d, err := q.cfg.Reviews.Decision(ctx, decision)
	if err != nil {
		return Task{}, err
	}
	now := q.now()
	switch {
	case d.Reviewer != by.ID || d.Role == store.RoleWithdrawal:
		return Task{}, fault(CodeNotYours, "Only who decided may take it back.")
	case now.Sub(d.At) > q.cfg.UndoWindow:
		return Task{}, fault(CodeUndoLate, fmt.Sprintf("A decision may be taken back for %s.", q.cfg.UndoWindow))
	}
	r, err := q.cfg.Reviews.Review(ctx, d.Item)
	if err != nil {
		return Task{}, err
	}
	all, err := q.cfg.Reviews.Decisions(ctx, store.DecisionFilter{Item: r.ID, Limit: store.MaxDecisions})
	if err != nil {
		return Task{}, err
	}
	if builtOn(r, all, d, now) || !stands(all, d.ID) {
		return Task{}, fault(CodeUndoBuiltOn, "Somebody has gone on from this decision, so that it can no longer be taken back.")
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Task{}, fmt.Errorf("review: %w", err)
	}
	back := store.ReviewDecision{ID: id.String(), Reviewer: by.ID, At: now, Role: store.RoleWithdrawal, Withdraws: d.ID, Version: r.Version, Model: r.Model}
	e := store.ReviewEvent{At: now, Who: by.ID, What: store.ReviewUndone, From: d.Labels, Model: r.Model}
	next := undone(r, d, now.Add(q.cfg.Lease))
	if err := stale(q.cfg.Reviews.ChangeReview(ctx, next, []store.ReviewDecision{back}, []store.ReviewEvent{e})); err != nil {
		return Task{}, err
	}
	next.Version++
	return q.task(ctx, next)
}

func stands(all []store.ReviewDecision, id string) bool {
	for _, d := range Standing(all) {
		if d.ID == id {
			return true
		}
	}
	return false
}

// Drop takes an item out of the queue without a decision; only an admin may. Errors: CodeRole,
// CodeWhyMissing, CodeStale when it is settled or changes meanwhile.
func (q *Queue) Drop(ctx context.Context, by store.Reviewer, item, why string) error {
	switch {
	case !Administers(by):
		return fault(CodeRole, "Only an admin may drop an item.")
	case strings.TrimSpace(why) == "":
		return fault(CodeWhyMissing, "Say in a word why this item is dropped.")
	}
	if err := checkWhy(why); err != nil {
		return err
	}
	r, err := q.cfg.Reviews.Review(ctx, item)
	if err != nil {
		return err
	}
	if r.State == store.ReviewSettled {
		return errStale()
	}
	r = released(r)
	r.State = store.ReviewDropped
	e := store.ReviewEvent{At: q.now(), Who: by.ID, What: store.ReviewRemoved, Why: why}
	return stale(q.cfg.Reviews.ChangeReview(ctx, r, nil, []store.ReviewEvent{e}))
}
