package revision

import (
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// Label gives a label of a time as the latest version has it. A label that the versions since
// then split or removed becomes [taxonomy.Undetermined]; one of an axis that is gone, or that no
// version knows, becomes empty. The note says what happened; nil when nothing did. Without a
// published version every label stays.
//
// What is kept says no version, so that the time decides: a label is of the version that was the
// latest then, or of the first for what is older. Who had his page open while a version was
// published answers with the labels of the one before; so a label that the latest of the time
// lacks is taken for one of the newest before it that has it, and after these of the ones that
// came later. A label that a split kept as the id of one of its parts is taken for that part from
// the moment of the publication.
func (h *History) Label(axis, label string, at time.Time) (to string, note *taxonomy.Note) {
	if len(h.trees) == 0 || label == "" {
		return label, nil
	}
	i := h.of(axis, label, at)
	switch {
	case i < 0:
		m := "no version of the taxonomy has it"
		return "", &taxonomy.Note{Kind: taxonomy.NoteUnknown, Axis: axis, From: label, Message: m}
	case i == len(h.ways):
		return label, nil
	}
	return translate(h.ways[i], axis, label)
}

// of is the place of the version that a label of a time is of, -1 when none has it.
func (h *History) of(axis, label string, at time.Time) int {
	then := 0
	for i, v := range h.Versions {
		if !v.At.After(at) {
			then = i
		}
	}
	for i := then; i >= 0; i-- {
		if h.trees[i].Valid(axis, label) {
			return i
		}
	}
	for i := then + 1; i < len(h.trees); i++ {
		if h.trees[i].Valid(axis, label) {
			return i
		}
	}
	return -1
}

func translate(m *taxonomy.Mapping, axis, label string) (string, *taxonomy.Note) {
	out, notes := m.Apply(map[string]string{axis: label})
	if len(notes) == 0 {
		return out[axis], nil
	}
	return out[axis], &notes[0]
}

func decided(label string) bool { return label != "" && label != taxonomy.Undetermined }

// Prediction gives a model's answer in the labels of the latest version, for pages on which
// people answer with these. Answers that the versions since the model's own leave undecided are
// left out, with their probability; labels that were merged keep theirs apart, since what is
// shown of a merged label is the likeliest of its parts. A model whose version was never
// published answers as it is. p is not changed.
func (h *History) Prediction(p claim.Prediction) claim.Prediction {
	m := h.Since(p.Taxonomy)
	if m == nil {
		return p
	}
	axes := make(map[string]claim.AxisPrediction, len(p.Axes))
	for axis, a := range p.Axes {
		to, _ := translate(m, axis, a.Label)
		if !decided(to) {
			continue
		}
		a.Label, a.Probabilities = to, nil
		seen := map[string]bool{to: true}
		var alternatives []claim.Alternative
		for _, other := range a.Alternatives {
			if other.Label, _ = translate(m, axis, other.Label); decided(other.Label) && !seen[other.Label] {
				seen[other.Label] = true
				alternatives = append(alternatives, other)
			}
		}
		a.Alternatives = alternatives
		axes[axis] = a
	}
	p.Axes, p.Taxonomy = axes, m.To
	return p
}

// Answer gives what somebody answered at a time in the labels of the latest version. ref is the
// version (name@version) that the labels are of; where it is empty or of no version that has the
// label, the time decides, as for [History.Label]. lost has a note for each axis that the
// versions since leave undecided, and whose label is not in now: split, removed, of an axis that
// is gone, or unknown. labels are not changed.
func (h *History) Answer(ref string, labels map[string]string, at time.Time) (now map[string]string, lost map[string]taxonomy.Note) {
	now = make(map[string]string, len(labels))
	for axis, label := range labels {
		to, note := h.given(ref, axis, label, at)
		if note == nil || decided(to) {
			now[axis] = to
			continue
		}
		if lost == nil {
			lost = map[string]taxonomy.Note{}
		}
		lost[axis] = *note
	}
	return now, lost
}

// given is one label of an answer. That it cannot be told holds for every version that has the
// axis.
func (h *History) given(ref, axis, label string, at time.Time) (string, *taxonomy.Note) {
	if len(h.trees) == 0 {
		return label, nil
	}
	if label == "" {
		if to, note := h.given(ref, axis, taxonomy.Undetermined, at); note != nil {
			return to, note
		}
		return "", nil
	}
	for i, tree := range h.trees {
		if h.Versions[i].Ref != ref || !tree.Valid(axis, label) {
			continue
		}
		if i == len(h.ways) {
			return label, nil
		}
		return translate(h.ways[i], axis, label)
	}
	return h.Label(axis, label, at)
}
