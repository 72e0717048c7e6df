package rules

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// unit separates the entries of a kept list; no name has it.
const unit = "\x1f"

// Marked is how an entry stands in a kept list, so that a search for it finds no longer one.
func Marked(s string) string { return unit + strings.ReplaceAll(Text(s), unit, "\uFFFD") + unit }

// Joined writes a list as one text, each entry between separators; empty without entries.
func Joined[T ~string](list []T) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(unit)
	for _, s := range list {
		b.WriteString(Marked(string(s))[len(unit):])
	}
	return b.String()
}

// Split reads what [Joined] wrote.
func Split[T ~string](s string) []T {
	if s == "" {
		return nil
	}
	var out []T
	for part := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(s, unit), unit), unit) {
		out = append(out, T(part))
	}
	return out
}

// Labels writes labels, or anything else by axis, as JSON; empty without any.
func Labels[V any](m map[string]V) (string, error) {
	if len(m) == 0 {
		return "", nil
	}
	b, err := Document(m)
	return string(b), err
}

// ReadLabels reads what [Labels] wrote.
func ReadLabels[V any](doc string) (map[string]V, error) {
	if doc == "" {
		return nil, nil
	}
	var m map[string]V
	if err := json.Unmarshal([]byte(doc), &m); err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	return m, nil
}

// maxLooks is the number of people that may decide one item independently.
const maxLooks = 2

// NewItem checks what should come to people and makes the item that a store keeps.
func NewItem(n store.NewReview, now time.Time) (store.Review, error) {
	n.Looks = max(n.Looks, 1)
	known := slices.Contains(n.Reasons, store.ReasonKnown)
	switch {
	case len(n.Reasons) == 0:
		return store.Review{}, errors.New("a review without a reason")
	case math.IsNaN(n.Rank) || math.IsInf(n.Rank, 0) || !(n.Uncertainty >= 0 && n.Uncertainty <= 1) || !(n.Cost >= 0) || math.IsInf(n.Cost, 0):
		return store.Review{}, fmt.Errorf("a review of rank %g, uncertainty %g, cost %g", n.Rank, n.Uncertainty, n.Cost)
	case n.Looks > maxLooks:
		return store.Review{}, fmt.Errorf("a review with %d looks: want 1 or %d", n.Looks, maxLooks)
	case known != (len(n.Known) > 0) || known && len(n.Reasons) > 1:
		return store.Review{}, errors.New("a review has known labels and that reason alone, or neither")
	}
	n.Axes = sorted(n.Axes)
	n.Reasons = sorted(n.Reasons)
	n.Deadline = Time(n.Deadline)
	if n.By == "" {
		n.By = "system"
	}
	id, err := NewID()
	if err != nil {
		return store.Review{}, err
	}
	state := store.ReviewOpen
	if known {
		state = store.ReviewKnown
	}
	return store.Review{ID: id, NewReview: n, State: state, Version: 1, CreatedAt: now}, nil
}

func sorted[T ~string](list []T) []T {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

// JoinReview adds what n asks to an item that waits; false when it must stand beside it. See
// [store.Reviews].
func JoinReview(old store.Review, n store.NewReview, now time.Time) (store.Review, bool) {
	if old.State != store.ReviewOpen && old.State != store.ReviewDisputed {
		return old, false
	}
	free := old.State == store.ReviewOpen && len(old.Touched) == 0 && (old.Holder == "" || !old.HeldUntil.After(now))
	if !free && !covers(old.Axes, n.Axes) {
		return old, false
	}
	old.Reasons = sorted(slices.Concat(old.Reasons, n.Reasons))
	if n.Rank > old.Rank {
		old.Rank, old.Uncertainty, old.Cost = n.Rank, n.Uncertainty, n.Cost
	}
	if old.Deadline.IsZero() || !n.Deadline.IsZero() && n.Deadline.Before(old.Deadline) {
		old.Deadline = Time(n.Deadline)
	}
	if old.Cluster == "" {
		old.Cluster = n.Cluster
	}
	if !free {
		return old, true
	}
	old.Looks = max(old.Looks, n.Looks)
	switch {
	case len(old.Axes) == 0 || len(n.Axes) == 0:
		old.Axes = nil
	default:
		old.Axes = sorted(slices.Concat(old.Axes, n.Axes))
	}
	if len(n.Suggested) > 0 {
		old.Suggested, old.Model, old.Label = n.Suggested, n.Model, n.Label
	}
	old.Version++
	return old, true
}

// covers says that an item of these axes, all when there are none, asks for the wanted ones.
func covers(axes, wanted []string) bool {
	if len(axes) == 0 {
		return true
	}
	for _, a := range wanted {
		if !slices.Contains(axes, a) {
			return false
		}
	}
	return len(wanted) > 0
}

// Taken keeps the lists of axes, as [Joined] writes them, that a reviewer of these axes takes:
// those that ask for some of them and for no other.
func Taken(axes, sets []string) []string {
	var out []string
	for _, set := range sets {
		if asked := Split[string](set); len(asked) > 0 && covers(axes, asked) {
			out = append(out, set)
		}
	}
	return out
}

// MergeReviews makes one list, in the order of the queue or of the slice, of some.
func MergeReviews(lists [][]store.Review, slice bool, limit int) []store.Review {
	out := slices.Concat(lists...)
	if len(lists) > 1 {
		slices.SortFunc(out, func(a, b store.Review) int {
			if slice {
				return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
			}
			return cmp.Or(cmp.Compare(b.Rank, a.Rank), cmp.Compare(a.ID, b.ID))
		})
	}
	return out[:min(len(out), max(limit, 0))]
}

// Walk is how many items a store looks at by rank before it looks for a reviewer's own.
const Walk = 2000

// Random says whether an item belongs to the random slice.
func Random(r store.Review) bool { return slices.Contains(r.Reasons, store.ReasonRandom) }

// Why writes the reasons for an item, for the log.
func Why(n store.NewReview) string {
	out := make([]string, len(n.Reasons))
	for i, r := range n.Reasons {
		out[i] = string(r)
	}
	return strings.Join(out, ", ")
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
		for _, reason := range append(Split[store.ReviewReason](g.Reasons), "") {
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
