package compare

import (
	"fmt"
	"slices"

	"github.com/defekt/defekt/eval/sample"
)

// labels is the label space of both samples on one axis.
type labels struct {
	ids     []string
	parents []int32
	// fromA and fromB give the place in ids of each sample's own labels.
	fromA, fromB []int32
}

// merge joins the labels of both samples, keeping the order of each. Orders that contradict
// each other are an error on an ordinal axis, where they change figures, and settled in A's
// favour elsewhere.
func merge(a, b *sample.Axis) (*labels, error) {
	l := &labels{ids: slices.Clone(a.Labels)}
	at := map[string]int{}
	place := func() {
		for i, id := range l.ids {
			at[id] = i
		}
	}
	place()
	next := 0 // where a label that only B has would stand
	for _, id := range b.Labels {
		i, known := at[id]
		if !known {
			l.ids = slices.Insert(l.ids, next, id)
			place()
			next++
			continue
		}
		if i < next && a.Ordinal {
			return nil, fmt.Errorf("axis %q: the samples order its labels differently (%q)", a.ID, id)
		}
		next = max(next, i+1)
	}
	l.fromA, l.fromB = l.places(a.Labels, at), l.places(b.Labels, at)
	l.parents = make([]int32, len(l.ids))
	for i := range l.parents {
		l.parents[i] = sample.Unknown
	}
	for i, p := range b.Parents {
		l.adopt(l.fromB, int32(i), p)
	}
	for i, p := range a.Parents {
		l.adopt(l.fromA, int32(i), p)
	}
	return l, nil
}

func (l *labels) places(ids []string, at map[string]int) []int32 {
	out := make([]int32, len(ids))
	for i, id := range ids {
		out[i] = int32(at[id])
	}
	return out
}

func (l *labels) adopt(from []int32, child, parent int32) {
	if parent >= 0 {
		l.parents[from[child]] = from[parent]
	}
}

// isAbove says whether high is low or one of its ancestors.
func (l *labels) isAbove(high, low int32) bool {
	for steps := 0; low >= 0 && steps <= len(l.parents); steps++ {
		if low == high {
			return true
		}
		low = l.parents[low]
	}
	return false
}

// lift gives the label of answer seen at the depth of truth: truth itself for its descendants.
func (l *labels) lift(answer, truth int32) int32 {
	if answer >= 0 && l.isAbove(truth, answer) {
		return truth
	}
	return answer
}
