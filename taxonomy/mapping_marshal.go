package taxonomy

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/defekt/defekt/taxonomy/strictyaml"
)

// Marshal writes m as YAML that [ParseMapping] reads back, given the same taxonomies. A
// label of a composed mapping that is left with one of its parts while the others were
// removed is written as removed: it becomes undetermined either way.
func (m *Mapping) Marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "from: %s\nto: %s\n", strictyaml.Quote(m.From), strictyaml.Quote(m.To))
	var removed []string
	for _, axis := range slices.Sorted(maps.Keys(m.axes)) {
		if m.axes[axis] == nil {
			removed = append(removed, axis)
		}
	}
	if len(removed) > 0 {
		fmt.Fprintf(&b, "removed_axes: %s\n", strictyaml.QuoteList(removed))
	}
	b.WriteString("axes:\n")
	for _, axis := range slices.Sorted(maps.Keys(m.axes)) {
		if m.axes[axis] != nil {
			writeRules(&b, axis, m.axes[axis])
		}
	}
	return b.Bytes()
}

// rules are the labels of one axis sorted by what becomes of them.
type rules struct {
	renamed, split []string
	merged         map[string][]string
	removed        []string
}

func sortRules(table map[string]outcome) rules {
	r := rules{merged: map[string][]string{}}
	shared := map[string]bool{}
	for _, o := range table {
		if o.many {
			shared[o.pick] = true
		}
	}
	for _, old := range slices.Sorted(maps.Keys(table)) {
		o := table[old]
		switch {
		case len(o.into) == 0 || len(o.into) == 1 && o.pick == "":
			r.removed = append(r.removed, old)
		case len(o.into) > 1:
			r.split = append(r.split, old)
		case shared[o.pick]:
			r.merged[o.pick] = append(r.merged[o.pick], old)
		case o.pick != old:
			r.renamed = append(r.renamed, old)
		}
	}
	return r
}

func writeRules(b *bytes.Buffer, axis string, table map[string]outcome) {
	r := sortRules(table)
	if len(r.renamed)+len(r.split)+len(r.merged)+len(r.removed) == 0 {
		fmt.Fprintf(b, "  %s: {}\n", strictyaml.Quote(axis))
		return
	}
	q := strictyaml.Quote
	fmt.Fprintf(b, "  %s:\n", q(axis))
	section(b, "renamed", r.renamed, func(old string) string { return q(old) + ": " + q(table[old].pick) })
	section(b, "merged", slices.Sorted(maps.Keys(r.merged)), func(to string) string { return q(to) + ": " + strictyaml.QuoteList(r.merged[to]) })
	section(b, "split", r.split, func(old string) string {
		rule := q(old) + ": {into: " + strictyaml.QuoteList(table[old].into)
		if table[old].pick != "" {
			rule += ", default: " + q(table[old].pick)
		}
		return rule + "}"
	})
	if len(r.removed) > 0 {
		fmt.Fprintf(b, "    removed: %s\n", strictyaml.QuoteList(r.removed))
	}
}

func section(b *bytes.Buffer, name string, keys []string, line func(string) string) {
	if len(keys) == 0 {
		return
	}
	fmt.Fprintf(b, "    %s:\n", name)
	for _, k := range keys {
		fmt.Fprintf(b, "      %s\n", line(k))
	}
}
