package datasets

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// labelRules decide which labels may stand on which axis.
type labelRules struct {
	// ref names the taxonomy in messages.
	ref string
	// fixed holds the labels of the axes whose labels are fixed.
	fixed map[string]map[string]bool
	// open says that axes which are not in fixed take any label.
	open bool
}

// rulesOf fixes all axes of t.
func rulesOf(t *taxonomy.Taxonomy) *labelRules {
	r := &labelRules{ref: t.Ref(), fixed: map[string]map[string]bool{}}
	for i := range t.Axes {
		r.fix(t.Axes[i].ID, t.Axes[i].IDs())
	}
	return r
}

// openRules leaves all axes open but those with an order.
func openRules(d *Descriptor) *labelRules {
	r := &labelRules{ref: "the descriptor's order", fixed: map[string]map[string]bool{}, open: true}
	for _, spec := range d.Labels {
		if len(spec.Order) > 0 {
			r.fix(spec.Axis, spec.Order)
		}
	}
	return r
}

func (r *labelRules) fix(axis string, ids []string) {
	set := map[string]bool{taxonomy.Undetermined: true}
	for _, id := range ids {
		set[id] = true
	}
	r.fixed[axis] = set
}

// check gives the problem with a label, or nil.
func (r *labelRules) check(axis, label string) *claim.Problem {
	problem := func(format string, args ...any) *claim.Problem {
		return &claim.Problem{Code: claim.CodeLabelUnknown, Where: "labels." + axis, Message: fmt.Sprintf(format, args...)}
	}
	set, fixed := r.fixed[axis]
	switch {
	case fixed && !set[label]:
		return problem("label %q is not in %s; left out", label, r.ref)
	case fixed:
		return nil
	case !r.open:
		return problem("axis %q is not in %s; its label is left out", axis, r.ref)
	case len(label) > maxLabel || strings.ContainsFunc(label, unicode.IsControl):
		return problem("%.40q is too long or not printable to be a label; left out", label)
	}
	return nil
}

// labels gives the row's labels as they stand there, before they are checked.
func (d *Descriptor) labels(rec record) map[string]string {
	out := map[string]string{}
	for _, spec := range d.Labels {
		if label := spec.label(rec.value(spec.Column)); label != "" {
			out[spec.Axis] = label
		}
	}
	if d.native {
		nativeLabels(rec, out)
	}
	return out
}

// label applies map and drop; "" is unlabelled.
func (s LabelSpec) label(v any) string {
	label, _ := scalar(v)
	if s.Map != nil {
		label = s.Map[label]
	}
	if slices.Contains(s.Drop, label) {
		return ""
	}
	return label
}

// nativeLabels takes the single values of the object "labels"; in CSV the columns
// "labels.AXIS" and those that bear the name of a starter axis.
func nativeLabels(rec record, out map[string]string) {
	if object, ok := rec.value("labels").(map[string]any); ok {
		for axis, v := range object {
			if label, _ := scalar(v); label != "" {
				out[axis] = label
			}
		}
	}
	if table, ok := rec.(*csvRecord); ok {
		for column, axis := range table.header.axes() {
			if label, _ := scalar(rec.value(column)); label != "" {
				out[axis] = label
			}
		}
	}
}

// axes gives the label columns of a table in the project's own format.
func (h *csvHeader) axes() map[string]string {
	if h.labelColumns == nil {
		h.labelColumns = map[string]string{}
		starter := taxonomy.Starter().AxisIDs()
		for _, name := range h.names {
			if axis, ok := strings.CutPrefix(name, "labels."); ok {
				h.labelColumns[name] = axis
			} else if slices.Contains(starter, name) {
				h.labelColumns[name] = name
			}
		}
	}
	return h.labelColumns
}

// contextOf gives the facts that the descriptor names, or all of "context".
func (d *Descriptor) contextOf(rec record) map[string]any {
	out := map[string]any{}
	for _, spec := range d.Context {
		addFact(out, spec.Name, rec.value(spec.Column))
	}
	if d.native {
		addFact(out, "", rec.value("context"))
		if table, ok := rec.(*csvRecord); ok {
			for _, column := range table.header.names {
				if name, ok := strings.CutPrefix(column, "context."); ok {
					addFact(out, name, rec.value(column))
				}
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// addFact stores v under name: numbers as float64, also those that a table has as text;
// inner objects under dotted names; lists of single values joined by commas.
func addFact(out map[string]any, name string, v any) {
	switch v := v.(type) {
	case nil:
	case bool:
		out[name] = v
	case json.Number:
		addNumber(out, name, v.String())
	case string:
		addNumber(out, name, v)
	case []any:
		var parts []string
		for _, item := range v {
			if s, ok := scalar(item); ok {
				parts = append(parts, s)
			}
		}
		out[name] = strings.Join(parts, ", ")
	case map[string]any:
		for key, inner := range v {
			if name != "" {
				key = name + "." + key
			}
			addFact(out, key, inner)
		}
	}
}
