package revision

import (
	"context"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// Reviews is a queue as it reads in the labels of the latest version: what people decided, and
// what the model suggested to them. It is for figures and data sets; nothing must be written
// through it. Of items by themselves only what is known of their claims is
// translated; the log and what waits stay as they are.
//
// Where the versions since leave a label undecided, what was settled reads as if it could not
// be told, so that an older answer of another person does not come to count again; from single
// decisions the axis is left out, since nobody said that it could not be told.
type Reviews struct {
	store.Reviews
	history *History
	lost    map[lostKey]taxonomy.NoteKind
}

type lostKey struct{ claim, axis string }

// Translated reads a queue by the history. The result is not safe for concurrent use.
func (h *History) Translated(r store.Reviews) *Reviews {
	return &Reviews{r, h, map[lostKey]taxonomy.NoteKind{}}
}

// Lost counts, by axis, the claims whose label that counts was left undecided in what
// [Reviews.Settled] gave.
func (r *Reviews) Lost() map[string]int {
	out := map[string]int{}
	for key := range r.lost {
		out[key.axis]++
	}
	return out
}

// Settled reads settled items; see [store.Reviews].
func (r *Reviews) Settled(ctx context.Context, before time.Time, after string, limit int) ([]store.SettledReview, error) {
	list, err := r.Reviews.Settled(ctx, before, after, limit)
	return r.settled(list), err
}

// SettledOf reads a claim's settled items; see [store.Reviews].
func (r *Reviews) SettledOf(ctx context.Context, claim string) ([]store.SettledReview, error) {
	list, err := r.Reviews.SettledOf(ctx, claim)
	return r.settled(list), err
}

// Slice reads the random slice; see [store.Reviews].
func (r *Reviews) Slice(ctx context.Context, from, until time.Time) ([]store.SettledReview, error) {
	list, err := r.Reviews.Slice(ctx, from, until)
	return r.settled(list), err
}

// Review reads an item with what is known of its claim; see [store.Reviews]. Axes that the
// versions since leave undecided are left out of what is known.
func (r *Reviews) Review(ctx context.Context, id string) (store.Review, error) {
	found, err := r.Reviews.Review(ctx, id)
	if len(found.Known) > 0 {
		found.Known, _ = r.history.Answer("", found.Known, found.CreatedAt)
	}
	return found, err
}

// Decisions reads decisions; see [store.Reviews].
func (r *Reviews) Decisions(ctx context.Context, f store.DecisionFilter) ([]store.ReviewDecision, error) {
	list, err := r.Reviews.Decisions(ctx, f)
	if len(r.history.trees) < 2 {
		return list, err
	}
	for i, d := range list {
		list[i].Labels, _ = r.history.Answer("", d.Labels, d.At)
	}
	return list, err
}

// settled translates items, which must be in the order in which a claim's were settled.
func (r *Reviews) settled(list []store.SettledReview) []store.SettledReview {
	if len(r.history.trees) < 2 {
		return list
	}
	for i, s := range list {
		labels := make(map[string]string, len(s.Decision.Labels))
		for axis, label := range s.Decision.Labels {
			to, note := r.history.Label(axis, label, s.Decision.At)
			key := lostKey{s.Review.Claim, axis}
			delete(r.lost, key) // by an older item
			if note != nil && !decided(to) {
				to, r.lost[key] = "", note.Kind
			}
			labels[axis] = to
		}
		list[i].Decision.Labels = labels
		suggested := make(map[string]store.Suggestion, len(s.Review.Suggested))
		for axis, was := range s.Review.Suggested {
			if to, _ := r.history.Label(axis, was.Label, s.Review.CreatedAt); decided(to) {
				was.Label = to
				suggested[axis] = was
			}
		}
		list[i].Review.Suggested = suggested
	}
	return list
}
