package show

import (
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/taxonomy"
)

// Words makes what pages show of claims: ids get the names that people know them by.
type Words struct {
	// Of is the taxonomy; ids that it does not know are shown as words. Required.
	Of *taxonomy.Taxonomy
	// Claims is what stands before a claim's id in the address of its page, such as
	// "/claims/"; empty for no links.
	Claims string
	// Photos is what stands before a photo's digest in its address, such as "/photos/".
	Photos string
}

// Href is the address of a claim's page, empty without one.
func (w Words) Href(id string) string {
	if w.Claims == "" {
		return ""
	}
	return w.Claims + id
}

// Axis is the axis in words.
func (w Words) Axis(id string) string { return look.Sentence(id) }

// Question is the axis's question, or nothing.
func (w Words) Question(id string) string {
	if a := w.Of.Axis(id); a != nil {
		return look.Clean(a.Question)
	}
	return ""
}

// Label is the name of a label, or its id in words.
func (w Words) Label(axis, id string) string {
	if a := w.Of.Axis(axis); a != nil {
		if l := a.Label(id); l != nil && l.Name != "" {
			return look.Clean(l.Name)
		}
	}
	return look.Sentence(id)
}

// Describe is the label's description, or nothing.
func (w Words) Describe(axis, id string) string {
	if a := w.Of.Axis(axis); a != nil {
		if l := a.Label(id); l != nil {
			return look.Clean(l.Description)
		}
	}
	return ""
}

// Worst says whether the label is the first of an ordinal axis, which stands for danger.
func (w Words) Worst(axis, id string) bool {
	a := w.Of.Axis(axis)
	return a != nil && a.Ordinal && len(a.Labels) > 0 && a.Labels[0].ID == id
}

// Why is the sentence of a mark in the text.
func (w Words) Why(axis string, a claim.AxisPrediction, e claim.Evidence) string {
	side := "speaks for "
	if e.Weight < 0 {
		side = "speaks against "
	}
	return side + w.Label(axis, a.Label) + " (" + w.Axis(axis) + ")"
}
