package web

import (
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/taxonomy"
)

// names gives ids the names that people know them by.
type names struct{ of *taxonomy.Taxonomy }

func (n names) axis(id string) string { return look.Sentence(id) }

// question is the axis's question, or nothing.
func (n names) question(id string) string {
	if a := n.of.Axis(id); a != nil {
		return look.Clean(a.Question)
	}
	return ""
}

func (n names) label(axis, id string) string {
	if a := n.of.Axis(axis); a != nil {
		if l := a.Label(id); l != nil && l.Name != "" {
			return look.Clean(l.Name)
		}
	}
	return look.Sentence(id)
}

// describe is the label's description, or nothing.
func (n names) describe(axis, id string) string {
	if a := n.of.Axis(axis); a != nil {
		if l := a.Label(id); l != nil {
			return look.Clean(l.Description)
		}
	}
	return ""
}

// worst says whether the label is the first of an ordinal axis, which stands for danger.
func (n names) worst(axis, id string) bool {
	a := n.of.Axis(axis)
	return a != nil && a.Ordinal && len(a.Labels) > 0 && a.Labels[0].ID == id
}

// why is the sentence of a mark in the text.
func (n names) why(axis string, a claim.AxisPrediction, e claim.Evidence) string {
	side := "speaks for "
	if e.Weight < 0 {
		side = "speaks against "
	}
	return side + n.label(axis, a.Label) + " (" + n.axis(axis) + ")"
}
