package desk

import (
	"cmp"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/taxonomy"
)

// Values of the answers in a form: a label stands behind a mark, so that no label can be taken
// for the answer that the axis cannot be told.
const (
	labelMark  = "="
	cannotTell = "?"
	// axisField begins the name of an axis's field.
	axisField = "axis."
)

// question is one axis with its choices.
type question struct {
	// ID is the axis, Field its field's name, Place its number on the page, from 1.
	ID, Field   string
	Place       int
	Name, Asks  string
	Choices     []choice
	Model       string // the value that the model would choose, empty when it is not shown
	ModelUnsure bool
	Reason      string // why the model left it to a person
	// Undetermined says that the reviewer cannot tell, NonePercent what the model gives that.
	Undetermined bool
	NonePercent  int
	NoneBest     bool
	NoneBy       []string
	Missing      bool // was asked for and not answered
}

// choice is one label.
type choice struct {
	Value, Name, Describe string
	Key                   string
	// Depth is 0 for a top-level label and one more for each level below.
	Depth int
	// Search is what the search box finds it by, in lower case.
	Search  string
	Checked bool
	// Percent is the model's probability; 0 shows none.
	Percent int
	Best    bool
	// By are the answers that gave this label, in an adjudication: "A", "B".
	By []string
	ID string // of the control
}

// questions makes those of an item: asked are its axes, none for all of the taxonomy; chosen
// are the labels so far; p is nil while the model's answer is hidden.
func (s *Server) questions(asked []string, chosen map[string]string, p *claim.Prediction, others []other) []question {
	axes := asked
	if len(axes) == 0 {
		axes = s.taxonomy().AxisIDs()
	}
	var out []question
	for _, id := range s.ordered(axes) {
		a := s.taxonomy().Axis(id)
		if a == nil { // of a taxonomy that was replaced; nobody could answer it
			continue
		}
		q := question{ID: id, Field: axisField + id, Place: len(out) + 1, Name: s.words().Axis(id), Asks: s.words().Question(id)}
		label, answered := chosen[id]
		q.Undetermined = answered && (label == "" || label == taxonomy.Undetermined)
		var said claim.AxisPrediction
		if p != nil {
			said = p.Axes[id]
		}
		if a.Has(said.Label) { // not of a model with another taxonomy
			q.Model, q.ModelUnsure, q.Reason = valueOf(said.Label), said.Abstained, look.Clean(said.Reason)
		}
		q.NonePercent, q.NoneBest = probability(said, taxonomy.Undetermined), said.Label == taxonomy.Undetermined
		for _, o := range others {
			if l, ok := o.labels[id]; ok && valueOf(l) == cannotTell {
				q.NoneBy = append(q.NoneBy, o.Name)
			}
		}
		q.addChoices(s, a.Labels, 0)
		for j := range q.Choices {
			c := &q.Choices[j]
			own := strings.TrimPrefix(c.Value, labelMark)
			c.Checked = answered && label == own
			c.Percent, c.Best = probability(said, own), own == said.Label
			for _, o := range others {
				if l, ok := o.labels[id]; ok && l == own {
					c.By = append(c.By, o.Name)
				}
			}
		}
		out = append(out, q)
	}
	return out
}

// valueOf is a label's value in a form.
func valueOf(label string) string {
	if label == "" || label == taxonomy.Undetermined {
		return cannotTell
	}
	return labelMark + label
}

// ordered puts axes into the taxonomy's order.
func (s *Server) ordered(axes []string) []string {
	return slices.SortedStableFunc(slices.Values(axes), func(a, b string) int { return cmp.Compare(s.place(a), s.place(b)) })
}

// place is where an axis stands in the taxonomy; unknown ones come last.
func (s *Server) place(axis string) int {
	if i := slices.Index(s.taxonomy().AxisIDs(), axis); i >= 0 {
		return i
	}
	return len(s.taxonomy().Axes)
}

func (q *question) addChoices(s *Server, labels []taxonomy.Label, depth int) {
	for _, l := range labels {
		c := choice{
			Value: labelMark + l.ID, Name: s.words().Label(q.ID, l.ID), Describe: look.Clean(l.Description), Key: keyOf(len(q.Choices)), Depth: min(depth, 2),
			ID: "c-" + q.ID + "-" + l.ID,
		}
		c.Search = strings.ToLower(strings.Join([]string{c.Name, look.Words(l.ID), c.Describe}, " "))
		q.Choices = append(q.Choices, c)
		q.addChoices(s, l.Children, depth+1)
	}
}

// probability is what the model gives a label, in percent; 0 when it does not say.
func probability(a claim.AxisPrediction, label string) int {
	if a.Label == label {
		return look.Percent(a.Probability)
	}
	for _, alt := range a.Alternatives {
		if alt.Label == label {
			return look.Percent(alt.Probability)
		}
	}
	return 0
}

// chosenIn reads the answers of a form by axis. Values that are neither a label's nor
// cannotTell are passed over.
func chosenIn(form map[string][]string) map[string]string {
	out := map[string]string{}
	for name, values := range form {
		axis, ok := strings.CutPrefix(name, axisField)
		if !ok || len(values) == 0 {
			continue
		}
		label, isLabel := strings.CutPrefix(values[0], labelMark)
		switch {
		case isLabel && label != "":
			out[axis] = label
		case values[0] == cannotTell:
			out[axis] = ""
		}
	}
	return out
}

// missing are the questions without an answer.
func missing(list []question, chosen map[string]string) []string {
	var out []string
	for _, q := range list {
		if _, ok := chosen[q.ID]; !ok {
			out = append(out, q.Name)
		}
	}
	return out
}

// summary writes an answer in words, in the taxonomy's order.
func (s *Server) summary(labels map[string]string) string {
	names := map[string]string{}
	for axis, label := range labels {
		names[axis] = s.labelOr(axis, label)
	}
	return s.listed(names)
}

// listed writes what was said on each axis, in the taxonomy's order.
func (s *Server) listed(names map[string]string) string {
	var out []string
	for _, axis := range s.ordered(slices.Collect(keysOf(names))) {
		out = append(out, s.words().Axis(axis)+": "+names[axis])
	}
	return joined(out)
}

// labelOr is the name of a label, or the words for none; it says when there is none of that id
// any more.
func (s *Server) labelOr(axis, label string) string {
	switch {
	case label == "":
		return "cannot be told"
	case !s.taxonomy().Valid(axis, label):
		return s.words().Label(axis, label) + goneSince
	}
	return s.words().Label(axis, label)
}
