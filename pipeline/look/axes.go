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
	return slices.SortedFunc(maps.Keys(axes), CompareAxes)
}

// CompareAxes is the order of two axes: the known ones first, others by name.
func CompareAxes(a, b string) int {
	return cmp.Or(cmp.Compare(axisRank(a), axisRank(b)), cmp.Compare(a, b))
}

func axisRank(axis string) int {
	if i := slices.Index(knownAxes, axis); i >= 0 {
		return i
	}
	return len(knownAxes)
}
