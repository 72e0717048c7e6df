package rules

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// split reads what [Joined] wrote.
func split[T ~string](s string) []T {
	if s == "" {
		return nil
	}
	var out []T
	for part := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(s, unit), unit), unit) {
		out = append(out, T(part))
	}
	return out
}

// writeLabels writes labels, or anything else by axis, as JSON; empty without any.
func writeLabels[V any](m map[string]V) (string, error) {
	if len(m) == 0 {
		return "", nil
	}
	b, err := Document(m)
	return string(b), err
}

// readLabels reads what [writeLabels] wrote.
func readLabels[V any](doc string) (map[string]V, error) {
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

// ReviewTx is what adding to the queue asks of a dialect's transaction.
type ReviewTx interface {
	// Lock finds the claim, and makes two that ask for a look at it take turns, so that the
	// second joins the first; ErrNotFound.
	Lock(ctx context.Context, claim string) error
	// Waiting lists a claim's Open and Disputed items, oldest first.
	Waiting(ctx context.Context, claim string) ([]store.Review, error)
	// Insert adds an item, Join keeps what one took on.
	Insert(ctx context.Context, r store.Review) error
	Join(ctx context.Context, r store.Review) error
	Log(ctx context.Context, e store.ReviewEvent) error
}

// AddReviews puts items into the queue and gives their ids; see [store.Reviews].
func AddReviews(ctx context.Context, tx ReviewTx, list []store.NewReview, now time.Time) ([]string, error) {
	ids := make([]string, 0, len(list))
	for _, n := range list {
		if err := tx.Lock(ctx, n.Claim); err != nil {
			return nil, err
		}
		r, err := addReview(ctx, tx, n, now)
		if err != nil {
			return nil, err
		}
		if err := tx.Log(ctx, store.ReviewEvent{At: now, Who: r.By, What: store.ReviewAdded, Item: r.ID, Claim: r.Claim, Why: why(n)}); err != nil {
			return nil, err
		}
		ids = append(ids, r.ID)
	}
	return ids, nil
}

// addReview joins an item that waits, or makes one.
func addReview(ctx context.Context, tx ReviewTx, n store.NewReview, now time.Time) (store.Review, error) {
	r, err := NewItem(n, now)
	if err != nil {
		return store.Review{}, err
	}
	if r.State == store.ReviewKnown {
		return r, tx.Insert(ctx, r)
	}
	waiting, err := tx.Waiting(ctx, n.Claim)
	if err != nil {
		return store.Review{}, err
	}
	for _, old := range waiting {
		if joined, ok := joinReview(old, r.NewReview, now); ok {
			joined.By = r.By
			return joined, tx.Join(ctx, joined)
		}
	}
	return r, tx.Insert(ctx, r)
}

// joinReview adds what n asks to an item that waits; false when it must stand beside it. See
// [store.Reviews].
func joinReview(old store.Review, n store.NewReview, now time.Time) (store.Review, bool) {
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
