package taxonomy

import (
	"maps"
	"slices"
	"strings"
)

// Infer makes a taxonomy of the labels found in data: one axis per key, in the order of
// their ids, with the values sorted. Values on an axis named in ordinal keep the order
// given, which must be worst first. Blank values, repetitions and [Undetermined] are left
// out; an axis without any value is left out too.
func Infer(name string, labels map[string][]string, ordinal ...string) *Taxonomy {
	t := &Taxonomy{Name: name, Version: 1, Inferred: true}
	for _, axis := range slices.Sorted(maps.Keys(labels)) {
		a := Axis{ID: axis, Ordinal: slices.Contains(ordinal, axis)}
		values := labels[axis]
		if !a.Ordinal {
			values = slices.Sorted(slices.Values(values))
		}
		seen := map[string]bool{"": true, Undetermined: true}
		for _, v := range values {
			v = strings.TrimSpace(v)
			if !seen[v] {
				seen[v] = true
				a.Labels = append(a.Labels, Label{ID: v})
			}
		}
		if len(a.Labels) > 0 {
			t.Axes = append(t.Axes, a)
		}
	}
	return t
}
