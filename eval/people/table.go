package people

import (
	"cmp"
	"fmt"
	"slices"
)

// table is the ratings of one axis as numbers.
type table struct {
	axis    string
	ordinal bool
	labels  []string
	claims  []string
	raters  []Rater
	// trials are the labels that each rater gave each claim, by trial: [claim][rater].
	trials [][][]int
	// standard is the standard's label of each claim, -1 without.
	standard  []int
	undecided int
}

// byAxis sorts the ratings into one table for each axis, in the order of first appearance.
// A rating that stands twice (same claim, axis, rater and trial) is an error, as is a label
// that an ordinal axis does not have.
func byAxis(ratings []Rating, o Options) ([]*table, error) {
	ratings = slices.Clone(ratings)
	slices.SortStableFunc(ratings, func(a, b Rating) int {
		return cmp.Or(cmp.Compare(a.Trial, b.Trial), a.At.Compare(b.At))
	})
	var out []*table
	axes := map[string][]Rating{}
	for _, r := range ratings {
		if _, ok := axes[r.Axis]; !ok {
			out = append(out, &table{axis: r.Axis})
		}
		axes[r.Axis] = append(axes[r.Axis], r)
	}
	for _, t := range out {
		t.order(axes[t.axis], o)
		if err := t.fill(axes[t.axis], o); err != nil {
			return nil, fmt.Errorf("axis %q: %w", t.axis, err)
		}
	}
	slices.SortFunc(out, func(a, b *table) int { return cmp.Compare(a.axis, b.axis) })
	return out, nil
}

// order sets the labels: the axis' own order, else by name.
func (t *table) order(ratings []Rating, o Options) {
	if t.labels, t.ordinal = o.Orders[t.axis], len(o.Orders[t.axis]) > 0; t.ordinal {
		return
	}
	for _, r := range ratings {
		if r.Label != "" && r.Label != o.Undecided {
			t.labels = append(t.labels, r.Label)
		}
	}
	slices.Sort(t.labels)
	t.labels = slices.Compact(t.labels)
}

func (t *table) fill(ratings []Rating, o Options) error {
	label, claim, rater := map[string]int{}, map[string]int{}, map[string]int{}
	for i, l := range t.labels {
		label[l] = i
	}
	type key struct {
		claim, rater string
		trial        int
	}
	seen := map[key]bool{}
	for _, r := range ratings {
		if k := (key{r.Claim, r.Rater, r.Trial}); seen[k] {
			return fmt.Errorf("claim %q: a second rating by %q in trial %d", r.Claim, r.Rater, r.Trial)
		} else {
			seen[k] = true
		}
		if r.Label == "" || r.Label == o.Undecided {
			t.undecided++
			continue
		}
		l, ok := label[r.Label]
		if !ok {
			return fmt.Errorf("claim %q: label %q by %q is none of %v", r.Claim, r.Label, r.Rater, t.labels)
		}
		c, ok := claim[r.Claim]
		if !ok {
			c = len(t.claims)
			claim[r.Claim] = c
			t.claims, t.trials, t.standard = append(t.claims, r.Claim), append(t.trials, nil), append(t.standard, -1)
		}
		if o.Standard != "" && r.Rater == o.Standard {
			t.standard[c] = l
			continue
		}
		p, ok := rater[r.Rater]
		if !ok {
			p = len(t.raters)
			rater[r.Rater] = p
			t.raters = append(t.raters, Rater{Name: r.Rater, Model: o.Model != "" && r.Rater == o.Model})
		}
		t.add(c, p, l)
	}
	return nil
}

func (t *table) add(claim, rater, label int) {
	for len(t.trials[claim]) <= rater {
		t.trials[claim] = append(t.trials[claim], nil)
	}
	if len(t.trials[claim][rater]) == 0 {
		t.raters[rater].Claims++
	}
	t.raters[rater].Ratings++
	t.trials[claim][rater] = append(t.trials[claim][rater], label)
}

// given is all trials of a rater on a claim.
func (t *table) given(claim, rater int) []int {
	if rater >= len(t.trials[claim]) {
		return nil
	}
	return t.trials[claim][rater]
}

// first is a rater's first label for a claim, -1 when he gave none.
func (t *table) first(claim, rater int) int {
	if all := t.given(claim, rater); len(all) > 0 {
		return all[0]
	}
	return -1
}

// counts is, by claim, how many people gave each label in their first ratings.
func (t *table) counts() [][]int {
	flat := make([]int, len(t.claims)*len(t.labels))
	out := make([][]int, len(t.claims))
	for c := range t.claims {
		out[c] = flat[c*len(t.labels) : (c+1)*len(t.labels)]
		for p, r := range t.raters {
			if l := t.first(c, p); l >= 0 && !r.Model {
				out[c][l]++
			}
		}
	}
	return out
}
