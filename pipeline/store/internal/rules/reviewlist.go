package rules

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Waiting is what a dialect knows of the items in one state.
type Waiting interface {
	// AxesOf lists the lists of axes that items have, as [Joined] writes them.
	AxesOf(ctx context.Context, state store.ReviewState) ([]string, error)
	// Near lists what the filter keeps of the first [Walk] by rank, Far of all. The filter's
	// Axes are lists as AxesOf gives them.
	Near(ctx context.Context, state store.ReviewState, f store.ReviewFilter, limit int) ([]store.Review, error)
	Far(ctx context.Context, state store.ReviewState, f store.ReviewFilter, limit int) ([]store.Review, error)
}

// OpenReviews lists what waits; see [store.Reviews].
func OpenReviews(ctx context.Context, w Waiting, f store.ReviewFilter, limit int) ([]store.Review, error) {
	limit = max(limit, 0)
	lists := make([][]store.Review, 0, len(f.States))
	for _, state := range f.States {
		list, err := openIn(ctx, w, state, f, limit)
		if err != nil {
			return nil, err
		}
		lists = append(lists, list)
	}
	return mergeReviews(lists, f.Slice, limit), nil
}

// openIn lists what waits in one state. It walks the queue by rank as far as Walk, which finds
// enough for nearly every reviewer; for one who takes little of it, the rest is found by what
// he takes.
func openIn(ctx context.Context, w Waiting, state store.ReviewState, f store.ReviewFilter, limit int) ([]store.Review, error) {
	if len(f.Axes) > 0 {
		sets, err := w.AxesOf(ctx, state)
		if err != nil {
			return nil, err
		}
		if f.Axes = taken(f.Axes, sets); len(f.Axes) == 0 {
			return nil, nil
		}
	}
	if NarrowsReviews(f) {
		found, err := w.Near(ctx, state, f, limit)
		if err != nil || len(found) >= limit {
			return found, err
		}
	}
	return w.Far(ctx, state, f, limit)
}

// NarrowsReviews says that a reviewer may find but little of the queue his.
func NarrowsReviews(f store.ReviewFilter) bool {
	return !f.Slice && len(f.Langs)+len(f.Products)+len(f.Axes) > 0
}

// taken keeps the lists of axes, as [Joined] writes them, that a reviewer of these axes takes:
// those that ask for some of them and for no other.
func taken(axes, sets []string) []string {
	var out []string
	for _, set := range sets {
		if asked := split[string](set); len(asked) > 0 && covers(axes, asked) {
			out = append(out, set)
		}
	}
	return out
}

// mergeReviews makes one list, in the order of the queue or of the slice, of some.
func mergeReviews(lists [][]store.Review, slice bool, limit int) []store.Review {
	out := slices.Concat(lists...)
	if len(lists) > 1 {
		slices.SortFunc(out, func(a, b store.Review) int {
			if slice {
				return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
			}
			return cmp.Or(cmp.Compare(b.Rank, a.Rank), cmp.Compare(a.ID, b.ID))
		})
	}
	return out[:min(len(out), limit)]
}

// Walk is how many items a store looks at by rank before it looks for a reviewer's own.
const Walk = 2000

// Leasable are the states in which an item may be handed out.
func Leasable(l store.Lease) []string {
	if len(l.States) == 0 {
		return []string{string(store.ReviewOpen), string(store.ReviewDisputed), string(store.ReviewKnown)}
	}
	out := make([]string, len(l.States))
	for i, s := range l.States {
		out[i] = string(s)
	}
	return out
}

// random says whether an item belongs to the random slice.
func random(r store.Review) bool { return slices.Contains(r.Reasons, store.ReasonRandom) }

// why writes the reasons for an item, and what was said of it, for the log.
func why(n store.NewReview) string {
	out := make([]string, len(n.Reasons))
	for i, r := range n.Reasons {
		out[i] = string(r)
	}
	reasons := strings.Join(out, ", ")
	if n.Why == "" {
		return reasons
	}
	return reasons + ": " + n.Why
}

// CheckDecisions refuses a limit outside 1..MaxDecisions.
func CheckDecisions(f store.DecisionFilter) error {
	if f.Limit < 1 || f.Limit > store.MaxDecisions {
		return fmt.Errorf("a list of %d decisions: want 1 to %d", f.Limit, store.MaxDecisions)
	}
	return nil
}

// ReviewGroup is the items of one state with the same reasons, as [Joined] writes them.
type ReviewGroup struct {
	State       store.ReviewState
	Reasons     string
	N           int
	Oldest, Due time.Time
}

// CountReviews counts groups by state and reason, and by state alone, ordered by state, then
// reason.
func CountReviews(groups []ReviewGroup) []store.ReviewCount {
	type key struct {
		state  store.ReviewState
		reason store.ReviewReason
	}
	counts := map[key]store.ReviewCount{}
	for _, g := range groups {
		for _, reason := range append(split[store.ReviewReason](g.Reasons), "") {
			k := key{g.State, reason}
			c := counts[k]
			c.State, c.Reason, c.N = g.State, reason, c.N+g.N
			c.Oldest, c.Due = earlier(c.Oldest, g.Oldest), earlier(c.Due, g.Due)
			counts[k] = c
		}
	}
	out := slices.Collect(maps.Values(counts))
	slices.SortFunc(out, func(a, b store.ReviewCount) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}

// earlier is the earlier of two times; zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// ReviewsOf are the looks that a claim's outcome asks for, with the claim's id.
func ReviewsOf(claim string, list []store.NewReview) []store.NewReview {
	out := slices.Clone(list)
	for i := range out {
		out[i].Claim = claim
	}
	return out
}
