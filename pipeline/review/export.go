package review

import (
	"context"
	"errors"
	"iter"
	"maps"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// exportPage is the number of claims read at once.
const exportPage = 500

// Facts that an export adds to a claim's context.
const (
	// ContextReviewer is the id of who gave the newest label; ContextReviewedAt when, RFC 3339.
	ContextReviewer   = "reviewer"
	ContextReviewedAt = "reviewed_at"
	// ContextSlice is true for claims of the random slice, whose labels make a fair test set.
	ContextSlice = "review_random"
)

// Label is a person's label that counts now.
type Label struct {
	Label    string
	Reviewer string
	At       time.Time
	Decision string
}

// Labels gives a claim's labels by axis: on each the newest that was settled, that is, looked
// at by as many as planned, or adjudicated. Axes that nobody could tell are left out.
func Labels(ctx context.Context, reviews store.Reviews, id string) (map[string]Label, error) {
	settled, err := reviews.SettledOf(ctx, id)
	if err != nil {
		return nil, err
	}
	return newest(settled), nil
}

// newest merges what was settled, oldest first.
func newest(settled []store.SettledReview) map[string]Label {
	out := map[string]Label{}
	for _, s := range settled {
		for axis, label := range s.Decision.Labels {
			if label == "" {
				delete(out, axis)
				continue
			}
			out[axis] = Label{label, s.Decision.Reviewer, s.Decision.At, s.Decision.ID}
		}
	}
	return out
}

// Export gives all claims that people labelled, as rows of a data set, in the order of their
// ids: id is the store's, photos are blob digests, labels are those that count at the time
// before. Give the present less the queue's UndoWindow, so that nothing is exported that may
// still be taken back. Claims without a label are left out, and those erased meanwhile. An
// error ends it.
func Export(ctx context.Context, reviews store.Reviews, claims Claims, before time.Time) iter.Seq2[claim.Claim, error] {
	return func(yield func(claim.Claim, error) bool) {
		for after := ""; ; {
			page, err := reviews.Settled(ctx, before, after, exportPage)
			if err != nil {
				yield(claim.Claim{}, err)
				return
			}
			for group := range byClaim(page) {
				c, ok, err := row(ctx, claims, group)
				if err != nil {
					yield(claim.Claim{}, err)
					return
				}
				if ok && !yield(c, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
			after = page[len(page)-1].Review.Claim
		}
	}
}

// byClaim cuts a list that is ordered by claim.
func byClaim(list []store.SettledReview) iter.Seq[[]store.SettledReview] {
	return func(yield func([]store.SettledReview) bool) {
		for len(list) > 0 {
			n := 1
			for n < len(list) && list[n].Review.Claim == list[0].Review.Claim {
				n++
			}
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}

// row is a claim with the labels that people gave it; false without any.
func row(ctx context.Context, claims Claims, settled []store.SettledReview) (claim.Claim, bool, error) {
	labels := newest(settled)
	if len(labels) == 0 {
		return claim.Claim{}, false, nil
	}
	kept, err := claims.Claim(ctx, settled[0].Review.Claim)
	if errors.Is(err, store.ErrNotFound) {
		return claim.Claim{}, false, nil
	}
	if err != nil {
		return claim.Claim{}, false, err
	}
	c := kept.Claim
	c.ID, c.Labels, c.Context = kept.ID, map[string]string{}, maps.Clone(c.Context)
	if c.Context == nil {
		c.Context = map[string]any{}
	}
	var last Label
	for axis, l := range labels {
		c.Labels[axis] = l.Label
		if l.At.After(last.At) || l.At.Equal(last.At) && l.Decision > last.Decision {
			last = l
		}
	}
	c.Context[ContextReviewer], c.Context[ContextReviewedAt] = last.Reviewer, last.At.Format(time.RFC3339)
	for _, s := range settled {
		if isRandom(s.Review) {
			c.Context[ContextSlice] = true
		}
	}
	return c, true, nil
}
