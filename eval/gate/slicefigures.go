package gate

import (
	"fmt"
	"slices"
	"strings"
)

// sliceRow is one slice of one axis in a document that looks like slice.Report.
type sliceRow struct {
	field, value string
	figures      map[string]any
}

// sliceRows gives the slices of an axis by field, and by value unless that is empty.
func (d *document) sliceRows(axis, field, value string) []sliceRow {
	list, _ := walk(d.root, Path{{key: "axes"}, {field: "id", value: axis}, {key: "slices"}}).([]any)
	var out []sliceRow
	for _, one := range list {
		m, _ := one.(map[string]any)
		row := sliceRow{field: text(m["field"]), value: text(m["value"]), figures: m}
		if row.field == field && (value == "" || row.value == value) {
			out = append(out, row)
		}
	}
	slices.SortFunc(out, func(a, b sliceRow) int { return strings.Compare(a.value, b.value) })
	return out
}

// axes names the axes that have slices.
func (d *document) axes() []string {
	list, _ := walk(d.root, Path{{key: "axes"}}).([]any)
	var out []string
	for _, one := range list {
		m, _ := one.(map[string]any)
		out = append(out, text(m["id"]))
	}
	slices.Sort(out)
	return out
}

// read gives a figure of the slice, or one end of its interval, which is that of "shrunk".
func (r sliceRow) read(metric, bound string) (value float64, reason Reason, problem string) {
	value, ok := r.figures[metric].(float64)
	if !ok {
		return 0, NoFigure, missing(r.figures, nil, part{key: metric})
	}
	if bound == "" {
		return value, "", ""
	}
	if metric != "shrunk" {
		return 0, NoBound, fmt.Sprintf("in a slice only shrunk has an interval, %s has none", metric)
	}
	if value, ok = endOf(r.figures, bound); !ok {
		return 0, NoBound, "the slice has no interval"
	}
	return value, "", ""
}
