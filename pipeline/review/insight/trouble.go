package insight

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/defekt/defekt/eval/people"
)

// Kind says what kind of trouble a label is.
type Kind string

// The kinds of trouble, each with what one may do about it.
const (
	MixedUp     Kind = "mixed_up"    // two labels: merge them, or say better how they differ
	Undecidable Kind = "undecidable" // people often cannot tell the axis: ask for what would decide it
	Unused      Kind = "unused"      // hardly ever decided: remove it, or put it under another one
	TwoThings   Kind = "two_things"  // claims of it fall into groups that have little in common: split it
)

// Trouble is a spot of the taxonomy to look at.
type Trouble struct {
	Kind Kind   `json:"kind"`
	Axis string `json:"axis"`
	// Label is the label in question, Other the one that it is mixed up with; both are empty for
	// an axis as a whole.
	Label string `json:"label,omitempty"`
	Other string `json:"other,omitempty"`
	// Share is the figure behind it: of claims that one of two people gave either label, those
	// on which they differ between the two (MixedUp); of answers, those that could not be told
	// (Undecidable), or that gave the label (Unused); of the label's claims in clusters, those in
	// the second largest group (TwoThings).
	Share people.Share `json:"share"`
	// Advice says in a sentence what the figure suggests.
	Advice string `json:"advice"`
	// Examples are claims.
	Examples []string `json:"examples,omitempty"`
}

// Bounds of the suggestions. Mixing up and not telling count by the lower end of the interval,
// being unused by the upper one.
const (
	mixedFrom   = 0.15
	untoldFrom  = 0.2
	unusedBelow = 0.005
	secondFrom  = 0.25
)

// MixUps finds pairs of labels that two people who looked at the same claim tell differently,
// the worst first by the careful end of the interval. Of more than two ratings of a claim, the
// first two people's count.
func MixUps(ratings []people.Rating) []Trouble {
	type pair struct{ axis, a, b string }
	differ, either, claims := map[pair]int{}, map[pair]int{}, map[pair][]string{}
	for spot, labels := range doubled(ratings) {
		a, b := min(labels[0], labels[1]), max(labels[0], labels[1])
		if a != b {
			key := pair{spot.axis, a, b}
			differ[key]++
			if len(claims[key]) < MaxExamples {
				claims[key] = append(claims[key], spot.claim)
			}
		}
	}
	for spot, labels := range doubled(ratings) {
		for key := range differ {
			if key.axis == spot.axis && (has(labels, key.a) || has(labels, key.b)) {
				either[key]++
			}
		}
	}
	var out []Trouble
	for key, n := range differ {
		share := people.NewShare(n, either[key], level)
		if share.Low < mixedFrom {
			continue
		}
		slices.Sort(claims[key])
		out = append(out, Trouble{Kind: MixedUp, Axis: key.axis, Label: key.a, Other: key.b, Share: share, Examples: claims[key],
			Advice: fmt.Sprintf("two people differ between %s and %s on %d of %d claims of either: merge the two, or write into their descriptions what tells them apart", key.a, key.b, n, share.Of)})
	}
	return ordered(out)
}

func has(labels [2]string, label string) bool { return labels[0] == label || labels[1] == label }

type spot struct{ claim, axis string }

// doubled gives, for each claim and axis that two people could tell, their labels.
func doubled(ratings []people.Rating) map[spot][2]string {
	first, second := map[spot]people.Rating{}, map[spot][2]string{}
	for _, r := range ratings {
		if !told(r.Label) {
			continue
		}
		at := spot{r.Claim, r.Axis}
		one, ok := first[at]
		if !ok {
			first[at] = r
			continue
		}
		if _, done := second[at]; !done && one.Rater != r.Rater {
			second[at] = [2]string{one.Label, r.Label}
		}
	}
	return second
}

// Usage finds axes that people often cannot tell, and labels of the taxonomy that they hardly
// ever give. labels are those of each axis.
func Usage(ratings []people.Rating, labels map[string][]string) []Trouble {
	answers, untold, given := map[string]int{}, map[string]int{}, map[spot]int{}
	for _, r := range ratings {
		answers[r.Axis]++
		if !told(r.Label) {
			untold[r.Axis]++
		}
		given[spot{r.Label, r.Axis}]++
	}
	var out []Trouble
	for _, axis := range slices.Sorted(maps.Keys(answers)) {
		if s := people.NewShare(untold[axis], answers[axis], level); s.Low >= untoldFrom {
			out = append(out, Trouble{Kind: Undecidable, Axis: axis, Share: s,
				Advice: fmt.Sprintf("%d of %d answers on %s could not be told: ask customers for what would decide it, or give up the axis", s.Count, s.Of, axis)})
		}
		for _, label := range labels[axis] {
			if s := people.NewShare(given[spot{label, axis}], answers[axis], level); s.High < unusedBelow {
				out = append(out, Trouble{Kind: Unused, Axis: axis, Label: label, Share: s,
					Advice: fmt.Sprintf("%s was given %d times in %d answers: remove it, or put it under another label", label, s.Count, s.Of)})
			}
		}
	}
	return ordered(out)
}

// Splits finds labels whose claims fall into two groups or more that have little in common.
// clusters gives, by axis and label, the clusters of its claims with their sizes.
func Splits(clusters map[string]map[string]map[string]int) []Trouble {
	var out []Trouble
	for axis, labels := range clusters {
		for label, sizes := range labels {
			all, top := 0, make([]int, 0, len(sizes))
			for _, n := range sizes {
				all, top = all+n, append(top, n)
			}
			if len(top) < 2 {
				continue
			}
			slices.SortFunc(top, func(a, b int) int { return b - a })
			if s := people.NewShare(top[1], all, level); s.Low >= secondFrom {
				out = append(out, Trouble{Kind: TwoThings, Axis: axis, Label: label, Share: s,
					Advice: fmt.Sprintf("the claims of %s tell of %d different things, the second of which has %d of %d: look whether two labels would say more", label, len(top), top[1], all)})
			}
		}
	}
	return ordered(out)
}

// ordered puts the surest trouble first.
func ordered(list []Trouble) []Trouble {
	slices.SortFunc(list, func(a, b Trouble) int {
		return cmp.Or(cmp.Compare(b.Share.Low, a.Share.Low), cmp.Compare(b.Share.Of, a.Share.Of),
			cmp.Compare(a.Axis, b.Axis), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Other, b.Other))
	})
	return list
}
