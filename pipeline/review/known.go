package review

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// Know makes a claim whose labels people settled one that measures reviewers: from now on it is
// mixed into what they get, by KnownShare, and how they answer counts in [Figures].Known alone. Who
// decided the claim, and who marks it, does not get it. A claim that is marked already gives the
// item that it has, unless its labels changed since: then that one is dropped for another. Errors:
// CodeRole, CodeWhyTooLong, CodeUnsettled while its labels may still change, or when it has none.
func (q *Queue) Know(ctx context.Context, by store.Reviewer, claim, why string) (store.Review, error) {
	if !Adjudicates(by) {
		return store.Review{}, fault(CodeRole, "Only an adjudicator or an admin may say that a claim's labels are known.")
	}
	if err := checkWhy(why); err != nil {
		return store.Review{}, err
	}
	c, err := q.cfg.Claims.Claim(ctx, claim)
	if err != nil {
		return store.Review{}, err
	}
	labels, touched, err := q.firmLabels(ctx, claim)
	if err != nil {
		return store.Review{}, err
	}
	had, err := q.knownItem(ctx, by, claim, labels)
	if err != nil {
		return store.Review{}, err
	}
	if had == "" {
		n := q.cfg.Planner.Known(c, labels, by.ID)
		n.Why = why
		if _, err := q.cfg.Reviews.AddReviews(ctx, []store.NewReview{n}); err != nil {
			return store.Review{}, err
		}
		// Two may mark a claim at once: the first item of the two stays.
		if had, err = q.knownItem(ctx, by, claim, labels); err != nil {
			return store.Review{}, err
		}
	}
	return q.keepFrom(ctx, had, append(touched, by.ID))
}

// firmLabels are a claim's labels that nobody can take back any more, and who decided them.
func (q *Queue) firmLabels(ctx context.Context, claim string) (labels map[string]string, by []string, err error) {
	unsettled := fault(CodeUnsettled, "This claim's labels may still change: it waits for a look, nobody could tell them, or the last answer can still be taken back. Try again when it is settled, and "+q.cfg.UndoWindow.String()+" have passed.")
	items, err := q.cfg.Reviews.ReviewsOf(ctx, claim)
	if err != nil {
		return nil, nil, err
	}
	firm := q.Firm()
	for _, r := range items {
		if r.State == store.ReviewOpen || r.State == store.ReviewDisputed || r.State == store.ReviewSettled && !r.SettledAt.Before(firm) {
			return nil, nil, unsettled
		}
		by = append(by, r.Touched...)
	}
	h, err := q.history(ctx)
	if err != nil {
		return nil, nil, err
	}
	found, err := Labels(ctx, h.Translated(q.cfg.Reviews), claim)
	if err != nil {
		return nil, nil, err
	}
	labels = map[string]string{}
	for axis, l := range found {
		labels[axis] = l.Label
	}
	if len(labels) == 0 {
		return nil, nil, unsettled
	}
	return labels, by, nil
}

// knownItem finds the first item of a claim that has these labels as known, empty when there is
// none, and drops the others.
func (q *Queue) knownItem(ctx context.Context, by store.Reviewer, claim string, labels map[string]string) (string, error) {
	items, err := q.cfg.Reviews.ReviewsOf(ctx, claim)
	if err != nil {
		return "", err
	}
	h, err := q.history(ctx)
	if err != nil {
		return "", err
	}
	found := ""
	for _, r := range items {
		if r.State != store.ReviewKnown {
			continue
		}
		now, _ := h.Answer("", r.Known, r.CreatedAt)
		if found == "" && maps.Equal(now, labels) {
			found = r.ID
			continue
		}
		r = released(r)
		r.State = store.ReviewDropped
		e := store.ReviewEvent{At: q.now(), Who: by.ID, What: store.ReviewRemoved, Why: "known otherwise, or twice"}
		if err := q.cfg.Reviews.ChangeReview(ctx, r, nil, []store.ReviewEvent{e}); err != nil {
			return "", stale(err)
		}
	}
	return found, nil
}

// keepFrom sees to it that an item is not handed to these reviewers.
func (q *Queue) keepFrom(ctx context.Context, item string, from []string) (r store.Review, err error) {
	for range leaseTries {
		if r, err = q.cfg.Reviews.Review(ctx, item); err != nil {
			return r, err
		}
		had := len(r.Touched)
		for _, id := range from {
			if !slices.Contains(r.Touched, id) {
				r.Touched = append(r.Touched, id)
			}
		}
		if len(r.Touched) == had {
			return r, nil
		}
		err = q.cfg.Reviews.ChangeReview(ctx, r, nil, nil)
		if !errors.Is(err, store.ErrConflict) {
			r.Version++
			return r, err
		}
	}
	return r, stale(err)
}
