package web

import (
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/taxonomy"
)

// form is the filters as the page shows them.
type form struct {
	Text, Product, SKU, Serial, Batch, Supplier, Reference string
	From, Until, State                                     string
	Abstained, Near                                        bool
	Axes                                                   []choice
	// More opens the second row of filters, because one of them is set.
	More bool
	// Active are the filters that are set, each with the address without it.
	Active []active
}

// choice is the select of one axis.
type choice struct {
	Name, Axis string
	Options    []option
}

type option struct {
	Value, Text string
	Depth       int // 0 for a top-level label, 1 for one below it
	Selected    bool
}

type active struct{ What, Value, Without string }

func (s *Server) form(q query) form {
	get := func(name string) string { return q.values.Get(name) }
	f := form{
		Text: get("q"), Product: get("product"), SKU: get("sku"), Serial: get("serial"), Batch: get("batch"),
		Supplier: get("supplier"), Reference: get("reference"), From: get("from"), Until: get("until"),
		State: get("state"), Abstained: q.filter.Abstained, Near: q.near,
	}
	for _, axis := range s.names().Of.Axes {
		name := labelPrefix + axis.ID
		c := choice{Name: name, Axis: s.names().Axis(axis.ID)}
		c.Options = options(axis.Labels, get(name), 0)
		c.Options = append(c.Options, option{taxonomy.Undetermined, look.Sentence(taxonomy.Undetermined), 0, get(name) == taxonomy.Undetermined})
		f.Axes = append(f.Axes, c)
	}
	f.Active = s.active(q)
	for _, a := range f.Active {
		f.More = f.More || (a.What != "Text" && a.What != "State" && a.What != "Only")
	}
	return f
}

func options(labels []taxonomy.Label, selected string, depth int) []option {
	var out []option
	for _, l := range labels {
		text := look.Clean(l.Name)
		if text == "" {
			text = look.Sentence(l.ID)
		}
		out = append(out, option{l.ID, text, depth, l.ID == selected})
		out = append(out, options(l.Children, selected, depth+1)...)
	}
	return out
}

// active lists the filters that are set, in the form's order.
func (s *Server) active(q query) []active {
	var out []active
	add := func(name, what, value string) {
		if value != "" {
			out = append(out, active{what, value, q.href(name, "")})
		}
	}
	get := q.values.Get
	add("q", "Text", get("q"))
	add("state", "State", get("state"))
	if q.filter.Abstained {
		add("abstained", "Only", "for a person")
	}
	for _, l := range q.filter.Labels {
		add(labelPrefix+l.Axis, s.names().Axis(l.Axis), s.names().Label(l.Axis, l.Label))
	}
	for _, f := range []struct{ name, what string }{
		{"product", "Product"}, {"sku", "SKU"}, {"serial", "Serial"}, {"batch", "Batch"},
		{"supplier", "Supplier"}, {"reference", "Reference"}, {"from", "From"}, {"until", "Until"},
	} {
		add(f.name, f.what, get(f.name))
	}
	return out
}
