package insight

import (
	"cmp"
	"maps"
	"slices"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// MaxExamples is the number of claims that a finding names.
const MaxExamples = 5

// Confusion is a label that the model gives where people see another one.
type Confusion struct {
	Axis      string `json:"axis"`
	Suggested string `json:"suggested"`
	Decided   string `json:"decided"`
	// Share is how often that was so, of the items on which the model suggested this label and
	// people decided.
	Share people.Share `json:"share"`
	// Abstained is how many of them the model would not have answered by itself.
	Abstained int `json:"abstained,omitempty"`
	// Cost is what the answered ones cost, at the cost of missing the label decided.
	Cost float64 `json:"cost"`
	// Examples are claims, newest first.
	Examples []string `json:"examples"`
}

// Confusions compares what the model suggested with what people settled on, the costliest
// first, then the most frequent. cost gives what missing a label costs, as the planner has it.
// Known items, and answers that could not be told, are left out.
func Confusions(settled []store.SettledReview, cost func(axis, label string) float64) []Confusion {
	type pair struct{ axis, suggested, decided string }
	found := map[pair]*Confusion{}
	of := map[pair]int{} // by axis and label suggested
	for _, s := range slices.Backward(bySettled(settled)) {
		for axis, decided := range s.Decision.Labels {
			was, ok := s.Review.Suggested[axis]
			if !ok || !told(decided) || s.Review.State != store.ReviewSettled {
				continue
			}
			of[pair{axis, was.Label, ""}]++
			if decided == was.Label {
				continue
			}
			key := pair{axis, was.Label, decided}
			c := found[key]
			if c == nil {
				c = &Confusion{Axis: axis, Suggested: was.Label, Decided: decided}
				found[key] = c
			}
			c.Share.Count++
			if was.Abstained {
				c.Abstained++
			} else {
				c.Cost += cost(axis, decided)
			}
			if len(c.Examples) < MaxExamples {
				c.Examples = append(c.Examples, s.Review.Claim)
			}
		}
	}
	out := make([]Confusion, 0, len(found))
	for key, c := range found {
		c.Share = people.NewShare(c.Share.Count, of[pair{key.axis, key.suggested, ""}], level)
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.Cost, a.Cost), b.Share.Count-a.Share.Count,
			cmp.Compare(a.Axis, b.Axis), cmp.Compare(a.Suggested, b.Suggested), cmp.Compare(a.Decided, b.Decided))
	})
	return out
}

// bySettled orders items by when they were settled, then by id.
func bySettled(list []store.SettledReview) []store.SettledReview {
	return slices.SortedFunc(slices.Values(list), func(a, b store.SettledReview) int {
		return cmp.Or(a.Review.SettledAt.Compare(b.Review.SettledAt), cmp.Compare(a.Review.ID, b.Review.ID))
	})
}

// told is false for an answer that gives no label.
func told(label string) bool { return label != "" && label != taxonomy.Undetermined }

// Axes lists the axes that people answered, sorted.
func Axes(settled []store.SettledReview) []string {
	axes := map[string]bool{}
	for _, s := range settled {
		for axis := range s.Decision.Labels {
			axes[axis] = true
		}
	}
	return slices.Sorted(maps.Keys(axes))
}
