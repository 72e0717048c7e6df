package revision

import (
	"fmt"
	"slices"
	"strings"

	"github.com/defekt/defekt/taxonomy"
	"github.com/defekt/defekt/taxonomy/strictyaml"
)

// Draft is a proposal to begin with, as YAML to be edited. [Read] accepts it as it is.
type Draft struct {
	Document string `json:"document"`
	Mapping  string `json:"mapping"`
}

// Next is the next version with the same labels, to describe them better, say.
func Next(from *taxonomy.Taxonomy) Draft {
	to := next(from)
	return Draft{string(to.Marshal()), heading(from, to)}
}

// Merge lets two labels of an axis become one under the first one's id. What stood below either
// stands below it; where one stood below the other, it goes up in it.
func Merge(from *taxonomy.Taxonomy, axis, keep, gone string) (Draft, error) {
	a, err := known(from, axis, keep, gone)
	if err != nil {
		return Draft{}, err
	}
	if keep == gone {
		return Draft{}, fmt.Errorf("%q cannot be merged with itself", keep)
	}
	if slices.Contains(a.Ancestors(keep), gone) {
		keep, gone = gone, keep
	}
	to, other := next(from), *a.Label(gone)
	below := slices.Contains(a.Ancestors(gone), keep)
	labels := change(to.Axis(axis).Labels, gone, func(l taxonomy.Label) []taxonomy.Label {
		if below {
			return l.Children
		}
		return nil
	})
	labels = change(labels, keep, func(l taxonomy.Label) []taxonomy.Label {
		if !below {
			l.Name, l.Description = joined(name(l), " or ", name(other)), joined(l.Description, "; ", other.Description)
			l.Children = append(slices.Clone(l.Children), other.Children...)
		}
		return []taxonomy.Label{l}
	})
	to.Axis(axis).Labels = labels
	rule := fmt.Sprintf("    merged: {%s: %s}\n", strictyaml.Quote(keep), strictyaml.QuoteList([]string{keep, gone}))
	return Draft{string(to.Marshal()), heading(from, to) + rules(axis, rule)}, nil
}

// Split lets a label become two new ones, for whoever knows to name. What stood below it stands
// below the first. Labels given so far stay undecided until a person decides again.
func Split(from *taxonomy.Taxonomy, axis, label string) (Draft, error) {
	a, err := known(from, axis, label)
	if err != nil {
		return Draft{}, err
	}
	to := next(from)
	one := free(a, label)
	two := free(a, label, one)
	to.Axis(axis).Labels = change(to.Axis(axis).Labels, label, func(l taxonomy.Label) []taxonomy.Label {
		return []taxonomy.Label{
			{ID: one, Name: name(l) + ", first kind", Description: l.Description, Children: l.Children},
			{ID: two, Name: name(l) + ", second kind", Description: l.Description},
		}
	})
	rule := fmt.Sprintf("    split: {%s: %s}\n", strictyaml.Quote(label), strictyaml.QuoteList([]string{one, two}))
	return Draft{string(to.Marshal()), heading(from, to) + rules(axis, rule)}, nil
}

// Remove takes a label away. What stood below it takes its place. The last label of an axis
// cannot go; see [RemoveAxis].
func Remove(from *taxonomy.Taxonomy, axis, label string) (Draft, error) {
	if _, err := known(from, axis, label); err != nil {
		return Draft{}, err
	}
	to := next(from)
	a := to.Axis(axis)
	a.Labels = change(a.Labels, label, func(l taxonomy.Label) []taxonomy.Label { return l.Children })
	if len(a.Labels) == 0 {
		return Draft{}, fmt.Errorf("%q is the only label of %s", label, axis)
	}
	rule := fmt.Sprintf("    removed: %s\n", strictyaml.QuoteList([]string{label}))
	return Draft{string(to.Marshal()), heading(from, to) + rules(axis, rule)}, nil
}

// RemoveAxis gives a question up. The only one cannot go.
func RemoveAxis(from *taxonomy.Taxonomy, axis string) (Draft, error) {
	if _, err := known(from, axis); err != nil {
		return Draft{}, err
	}
	to := next(from)
	to.Axes = slices.DeleteFunc(to.Axes, func(a taxonomy.Axis) bool { return a.ID == axis })
	if len(to.Axes) == 0 {
		return Draft{}, fmt.Errorf("%s is the only axis", axis)
	}
	return Draft{string(to.Marshal()), heading(from, to) + "removed_axes: " + strictyaml.QuoteList([]string{axis}) + "\n"}, nil
}

// known finds an axis that has the labels.
func known(t *taxonomy.Taxonomy, axis string, labels ...string) (*taxonomy.Axis, error) {
	a := t.Axis(axis)
	if a == nil {
		return nil, fmt.Errorf("%s has no axis %q", t.Ref(), axis)
	}
	for _, l := range labels {
		if a.Label(l) == nil {
			return nil, fmt.Errorf("%s has no label %q on %s", t.Ref(), l, axis)
		}
	}
	return a, nil
}

// next is a copy under the next version; its list of axes is its own, their labels are not.
func next(from *taxonomy.Taxonomy) *taxonomy.Taxonomy {
	to := *from
	to.Version++
	to.Axes = slices.Clone(from.Axes)
	return &to
}

func heading(from, to *taxonomy.Taxonomy) string {
	return fmt.Sprintf("from: %s\nto: %s\n", strictyaml.Quote(from.Ref()), strictyaml.Quote(to.Ref()))
}

func rules(axis, rule string) string { return "axes:\n  " + strictyaml.Quote(axis) + ":\n" + rule }

// change puts something else in the place of a label, at any level; the lists given stay.
func change(labels []taxonomy.Label, id string, by func(taxonomy.Label) []taxonomy.Label) []taxonomy.Label {
	var out []taxonomy.Label
	for _, l := range labels {
		if l.ID == id {
			out = append(out, by(l)...)
			continue
		}
		l.Children = change(l.Children, id, by)
		out = append(out, l)
	}
	return out
}

// free is an id that the axis does not have and that is not taken.
func free(a *taxonomy.Axis, stem string, taken ...string) string {
	for n := 1; ; n++ {
		id := fmt.Sprintf("%s_%d", stem, n)
		if a.Label(id) == nil && !slices.Contains(taken, id) {
			return id
		}
	}
}

func name(l taxonomy.Label) string {
	if l.Name != "" {
		return l.Name
	}
	return l.ID
}

func joined(a, between, b string) string {
	return strings.TrimSuffix(strings.TrimPrefix(a+between+b, between), between)
}
