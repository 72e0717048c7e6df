package taxonomy

import (
	"errors"

	"github.com/defekt/defekt/taxonomy/strictyaml"
)

// Error is one mistake in a taxonomy or mapping file, with its line.
type Error = strictyaml.Error

// Errors are all mistakes of one file in the order of their lines. Parse and ParseMapping
// return this type.
type Errors = strictyaml.Errors

// Parse reads a taxonomy from YAML:
//
//	name: starter
//	version: 1
//	axes:
//	  - id: severity
//	    question: How bad is it?
//	    ordinal: true                # labels are ordered, worst first
//	    labels:
//	      - {id: major, name: Major, description: "..."}
//	      - id: minor
//	        children: [a, {id: b}]   # ids or full labels; not on an ordinal axis
//
// The error is an [Errors] with every mistake of the file.
func Parse(data []byte) (*Taxonomy, error) {
	root, err := strictyaml.Parse(data)
	if err != nil {
		return nil, err
	}
	p := parser{}
	t := p.taxonomy(root)
	if err := p.Errs.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

type parser struct {
	strictyaml.Reader
	inferred bool
}

func (p *parser) taxonomy(n *strictyaml.Node) *Taxonomy {
	if !p.Keys(n, "name", "version", "inferred", "axes") {
		return nil
	}
	t := &Taxonomy{Name: p.Required(n, "name"), Inferred: p.Bool(n.Get("inferred"))}
	p.inferred = t.Inferred
	if v := n.Get("version"); v.Missing() {
		p.Errorf(n, "version is missing")
	} else if t.Version = p.Int(v); t.Version < 1 {
		p.Errorf(v, "version must be a whole number from 1")
	}
	if t.Name != "" && p.checkName(t.Name) != nil {
		p.Errorf(n.Get("name"), "%v", p.checkName(t.Name))
	}
	axes := p.List(n.Get("axes"))
	if len(axes) == 0 && (n.Get("axes").Missing() || n.Get("axes").Kind == strictyaml.List) {
		p.Errorf(n, "axes is missing or empty; a taxonomy needs at least one axis")
	}
	seen := map[string]int{}
	for _, a := range axes {
		t.Axes = append(t.Axes, p.axis(a, seen))
	}
	return t
}

func (p *parser) checkName(name string) error {
	if p.inferred {
		return checkFree(name)
	}
	return checkID(name)
}

func (p *parser) axis(n *strictyaml.Node, seen map[string]int) Axis {
	if !p.Keys(n, "id", "question", "ordinal", "labels") {
		return Axis{}
	}
	a := Axis{ID: p.id(n, seen, "axis"), Question: p.Text(n.Get("question")), Ordinal: p.Bool(n.Get("ordinal"))}
	labels := n.Get("labels")
	items := p.List(labels)
	if len(items) == 0 && (labels.Missing() || labels.Kind == strictyaml.List) {
		p.Errorf(n, "axis %q has no labels", a.ID)
	}
	a.Labels = p.labels(items, a.Ordinal, map[string]int{})
	return a
}

func (p *parser) labels(items []*strictyaml.Node, ordinal bool, seen map[string]int) []Label {
	var out []Label
	for _, n := range items {
		out = append(out, p.label(n, ordinal, seen))
	}
	return out
}

func (p *parser) label(n *strictyaml.Node, ordinal bool, seen map[string]int) Label {
	if n.Kind == strictyaml.Scalar { // a bare id
		p.checkLabelID(n, n.Text, seen, "label")
		return Label{ID: n.Text}
	}
	if !p.Keys(n, "id", "name", "description", "children") {
		return Label{}
	}
	l := Label{ID: p.id(n, seen, "label"), Name: p.Text(n.Get("name")), Description: p.Text(n.Get("description"))}
	children := n.Get("children")
	if ordinal && !children.Missing() {
		p.Errorf(children, "an ordinal axis is one row of labels; %q cannot have children", l.ID)
	}
	l.Children = p.labels(p.List(children), ordinal, seen)
	return l
}

// id reads and checks the id of a map n.
func (p *parser) id(n *strictyaml.Node, seen map[string]int, what string) string {
	before := len(p.Errs)
	id := p.Required(n, "id")
	if len(p.Errs) == before {
		p.checkLabelID(n.Get("id"), id, seen, what)
	}
	return id
}

func (p *parser) checkLabelID(n *strictyaml.Node, id string, seen map[string]int, what string) {
	if err := p.checkName(id); err != nil {
		p.Errorf(n, "%s id %v", what, err)
	}
	if id == Undetermined && what == "label" {
		p.Errorf(n, "%q is a label of every axis and must not be listed", id)
	}
	if first, twice := seen[id]; twice {
		p.Errorf(n, "%s id %q is used twice (first on line %d)", what, id, first)
		return
	}
	seen[id] = n.Line
}

// Validate checks a taxonomy that was built in code, with the rules of [Parse]; the
// errors have no lines.
func (t *Taxonomy) Validate() error {
	_, err := Parse(t.Marshal())
	var list Errors
	if !errors.As(err, &list) {
		return err
	}
	out := make(Errors, len(list))
	for i, e := range list {
		out[i] = Error{Path: e.Path, Message: e.Message}
	}
	return out
}
