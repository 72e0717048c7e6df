package datasets

import (
	"slices"
	"strings"

	"github.com/defekt/defekt/taxonomy"
	"github.com/defekt/defekt/taxonomy/strictyaml"
)

var descriptorKeys = []string{"name", "description", "file", "id", "text", "photo", "split", "group", "lang", "product", "sku",
	"serial", "received_at", "context", "labels", "taxonomy", "where"}

// ParseDescriptor reads a descriptor from YAML. The error is a [taxonomy.Errors] with
// every mistake and its line.
//
//	name: car-damage
//	file: labels.csv
//	photo: path                   # or {column: photos, separator: ";"}, or a list of columns
//	text: [title, body]           # a column, or several joined by newlines; null = none
//	lang: language                # or {value: zh}
//	context: [make, model]        # or {name: column}
//	labels:
//	  component: component        # short for {column: component}
//	  severity: {column: severity, order: [severe, moderate, minor]}
//	  kind: {column: code, map: {a: x, b: y}, drop: [y]}
//	taxonomy: infer
//	where:
//	  labels.complaint: true
//	  status: [open, closed]
//	  source: {not: [test]}
//	  labels.components: {count: 1}
func ParseDescriptor(data []byte) (*Descriptor, error) {
	root, err := strictyaml.Parse(data)
	if err != nil {
		return nil, err
	}
	p := descriptorParser{}
	d := p.descriptor(root)
	if err := p.Errs.Err(); err != nil {
		return nil, err
	}
	return d, nil
}

type descriptorParser struct{ strictyaml.Reader }

func (p *descriptorParser) descriptor(n *strictyaml.Node) *Descriptor {
	if !p.Keys(n, descriptorKeys...) {
		return nil
	}
	column := func(key string) string { return p.Text(n.Get(key)) }
	d := &Descriptor{
		Name: p.Required(n, "name"), File: p.Required(n, "file"), Description: column("description"),
		ID: column("id"), Product: column("product"), SKU: column("sku"), Serial: column("serial"),
		ReceivedAt: column("received_at"), Group: column("group"), Split: column("split"), Taxonomy: column("taxonomy"),
		Text: p.Texts(n.Get("text")), Labels: p.labels(n.Get("labels")), Context: p.context(n.Get("context")), Where: p.where(n.Get("where")),
	}
	if d.Taxonomy == "" {
		d.Taxonomy = "infer"
	}
	p.photo(n.Get("photo"), d)
	if lang := n.Get("lang"); lang != nil && lang.Kind == strictyaml.Map {
		p.Keys(lang, "value")
		d.LangValue = p.Required(lang, "value")
	} else {
		d.Lang = column("lang")
	}
	if len(d.Text) == 0 && len(d.Photo) == 0 {
		p.Errorf(n, "neither text nor photo names a column; a claim needs one of them")
	}
	p.fixedAxes(n, d)
	return d
}

func (p *descriptorParser) photo(n *strictyaml.Node, d *Descriptor) {
	if n != nil && n.Kind == strictyaml.Map {
		p.Keys(n, "column", "separator")
		d.Photo, d.PhotoSeparator = []string{p.Required(n, "column")}, p.Text(n.Get("separator"))
		return
	}
	d.Photo = p.Texts(n)
}

func (p *descriptorParser) context(n *strictyaml.Node) []ContextSpec {
	if n.Missing() {
		return nil
	}
	var out []ContextSpec
	if n.Kind == strictyaml.Map {
		p.Keys(n)
		for i, key := range n.Keys {
			out = append(out, ContextSpec{key.Text, p.Text(n.Items[i])})
		}
		return out
	}
	for _, column := range p.Texts(n) {
		out = append(out, ContextSpec{column, column})
	}
	return out
}

func (p *descriptorParser) labels(n *strictyaml.Node) []LabelSpec {
	if n.Missing() || !p.Keys(n) {
		return nil
	}
	var out []LabelSpec
	for i, key := range n.Keys {
		spec, v := LabelSpec{Axis: key.Text}, n.Items[i]
		if v.Kind == strictyaml.Scalar {
			spec.Column = v.Text
		} else if p.Keys(v, "column", "map", "drop", "order") {
			spec.Column = p.Required(v, "column")
			spec.Map = p.mapping(v.Get("map"))
			spec.Drop, spec.Order = p.Texts(v.Get("drop")), p.Texts(v.Get("order"))
			if repeated(spec.Order) {
				p.Errorf(v.Get("order"), "a label stands twice in the order")
			}
		}
		out = append(out, spec)
	}
	return out
}

func repeated(list []string) bool {
	return len(slices.Compact(slices.Sorted(slices.Values(list)))) != len(list)
}

func (p *descriptorParser) mapping(n *strictyaml.Node) map[string]string {
	if n.Missing() || !p.Keys(n) {
		return nil
	}
	out := make(map[string]string, len(n.Keys))
	for i, key := range n.Keys {
		out[key.Text] = p.Text(n.Items[i])
	}
	return out
}

func (p *descriptorParser) where(n *strictyaml.Node) []Condition {
	if n.Missing() || !p.Keys(n) {
		return nil
	}
	var out []Condition
	for i, key := range n.Keys {
		out = append(out, p.condition(key.Text, n.Items[i]))
	}
	return out
}

func (p *descriptorParser) condition(column string, v *strictyaml.Node) Condition {
	c := Condition{Column: column, Count: -1}
	if v.Kind != strictyaml.Map {
		c.In = p.values(v)
		return c
	}
	p.Keys(v, "not", "count")
	not, count := v.Get("not"), v.Get("count")
	switch {
	case (not == nil) == (count == nil):
		p.Errorf(v, "a condition is a value, a list of values, {not: ...} or {count: N}")
	case not != nil:
		c.Not = p.values(not)
	default:
		if c.Count = p.Int(count); c.Count < 0 {
			p.Errorf(count, "count cannot be below 0")
		}
	}
	return c
}

// values are scalars or null ("").
func (p *descriptorParser) values(n *strictyaml.Node) []string {
	if n.Missing() {
		return []string{""}
	}
	if n.Kind == strictyaml.Scalar {
		return []string{n.Text}
	}
	out := []string{}
	for _, item := range p.List(n) {
		out = append(out, p.Text(item))
	}
	return out
}

// fixedAxes checks the axes against the starter taxonomy, and that order is not asked of
// a taxonomy that has its own.
func (p *descriptorParser) fixedAxes(n *strictyaml.Node, d *Descriptor) {
	for i, spec := range d.Labels {
		at := n.Get("labels").Keys[i]
		if strings.TrimSpace(spec.Axis) == "" {
			p.Errorf(at, "an axis has no name")
		}
		if d.Taxonomy != "infer" && len(spec.Order) > 0 {
			p.Errorf(at, "order is for taxonomy: infer; %s has its own", d.Taxonomy)
		}
		if starter := taxonomy.Starter; d.Taxonomy == "starter" && starter().Axis(spec.Axis) == nil {
			p.Errorf(at, "the starter taxonomy has no axis %q%s", spec.Axis, strictyaml.DidYouMean(spec.Axis, starter().AxisIDs()))
		}
	}
}
