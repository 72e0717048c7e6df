package look

import (
	"cmp"
	"maps"
	"slices"
)

// knownAxes is the order in which people ask.
var knownAxes = []string{"defect_type", "symptom", "severity", "component", "root_cause"}

// AxisOrder gives the axes of a prediction: the known ones first, others by name.
func AxisOrder[V any](axes map[string]V) []string {
	out := slices.Collect(maps.Keys(axes))
	rank := func(axis string) int {
		if i := slices.Index(knownAxes, axis); i >= 0 {
			return i
		}
		return len(knownAxes)
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	return out
}
