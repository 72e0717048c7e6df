package taxonomy

import (
	"slices"
	"strconv"

	"github.com/defekt/defekt/taxonomy/strictyaml"
)

// ParseMapping reads a mapping from YAML and checks it against both taxonomies:
//
//	from: starter@1
//	to: starter@2
//	removed_axes: [root_cause]
//	axes:
//	  defect_type:
//	    renamed: {user_error: customer_use}                 # one old, one new
//	    merged: {transit: [crushed, impact]}                # new: several old
//	    split: {design: {into: [concept, fit], default: concept}}   # or design: [concept, fit]
//	    removed: [modification]
//
// Labels and axes that are not named keep their ids and must exist on both sides. The
// error is an [Errors] with every mistake.
func ParseMapping(data []byte, from, to *Taxonomy) (*Mapping, error) {
	root, err := strictyaml.Parse(data)
	if err != nil {
		return nil, err
	}
	p := mappingParser{from: from, to: to}
	m := p.mapping(root)
	if err := p.Errs.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

type mappingParser struct {
	strictyaml.Reader
	from, to *Taxonomy
	// Of the axis being read:
	oldAxis, newAxis *Axis
	table            map[string]outcome
	named            map[string]int    // old label -> line of its rule
	target           map[string]string // new label -> old label of a rename or merge
}

func (p *mappingParser) mapping(n *strictyaml.Node) *Mapping {
	if !p.Keys(n, "from", "to", "axes", "removed_axes") {
		return nil
	}
	m := &Mapping{From: p.from.Ref(), To: p.to.Ref(), axes: map[string]map[string]outcome{}}
	if got := p.Required(n, "from"); got != "" && got != m.From {
		p.Errorf(n.Get("from"), "the mapping starts from %s, the taxonomy at hand is %s", got, m.From)
	}
	if got := p.Required(n, "to"); got != "" && got != m.To {
		p.Errorf(n.Get("to"), "the mapping leads to %s, the taxonomy at hand is %s", got, m.To)
	}
	removed := p.removedAxes(n.Get("removed_axes"))
	axes := n.Get("axes")
	if !axes.Missing() && p.Keys(axes) {
		for _, key := range axes.Keys {
			if p.from.Axis(key.Text) == nil {
				p.Errorf(key, "%s has no axis %q%s", m.From, key.Text, strictyaml.DidYouMean(key.Text, p.from.AxisIDs()))
			}
		}
	}
	for i := range p.from.Axes {
		a := &p.from.Axes[i]
		if slices.Contains(removed, a.ID) {
			m.axes[a.ID] = nil
			continue
		}
		m.axes[a.ID] = p.axis(n, a, axes.Get(a.ID))
	}
	return m
}

func (p *mappingParser) removedAxes(n *strictyaml.Node) []string {
	removed := p.Texts(n)
	for _, id := range removed {
		if p.from.Axis(id) == nil {
			p.Errorf(n, "%s has no axis %q", p.from.Ref(), id)
		}
		if p.to.Axis(id) != nil {
			p.Errorf(n, "axis %q is said to be removed, but %s has it", id, p.to.Ref())
		}
	}
	return removed
}

func (p *mappingParser) axis(root *strictyaml.Node, old *Axis, n *strictyaml.Node) map[string]outcome {
	p.oldAxis, p.newAxis = old, p.to.Axis(old.ID)
	if p.newAxis == nil {
		p.Errorf(root, "axis %q is not in %s; list it under removed_axes", old.ID, p.to.Ref())
		return nil
	}
	p.table, p.named, p.target = map[string]outcome{}, map[string]int{}, map[string]string{}
	if !n.Missing() && p.Keys(n, "renamed", "merged", "split", "removed") {
		p.renamed(n.Get("renamed"))
		p.merged(n.Get("merged"))
		p.split(n.Get("split"))
		for _, item := range p.List(n.Get("removed")) {
			p.set(item, p.Text(item), outcome{})
		}
	}
	p.keep(root, n)
	markMerges(p.table)
	return p.table
}

func (p *mappingParser) renamed(n *strictyaml.Node) {
	if n.Missing() || !p.Keys(n) {
		return
	}
	for i, key := range n.Keys {
		to := p.Text(n.Items[i])
		p.newLabel(n.Items[i], to)
		p.claim(n.Items[i], to, key.Text)
		p.set(key, key.Text, outcome{into: []string{to}, pick: to})
	}
}

func (p *mappingParser) merged(n *strictyaml.Node) {
	if n.Missing() || !p.Keys(n) {
		return
	}
	for i, key := range n.Keys {
		olds := p.Texts(n.Items[i])
		if len(olds) == 0 {
			p.Errorf(key, "nothing is merged into %q", key.Text)
		}
		p.newLabel(key, key.Text)
		p.claim(key, key.Text, "merged")
		for _, old := range olds {
			p.set(n.Items[i], old, outcome{into: []string{key.Text}, pick: key.Text})
		}
	}
}

func (p *mappingParser) split(n *strictyaml.Node) {
	if n.Missing() || !p.Keys(n) {
		return
	}
	for i, key := range n.Keys {
		rule := n.Items[i]
		into, pick := rule, ""
		if rule.Kind == strictyaml.Map {
			p.Keys(rule, "into", "default")
			into, pick = rule.Get("into"), p.Text(rule.Get("default"))
		}
		targets := p.Texts(into)
		if len(targets) < 2 {
			p.Errorf(key, "%q is split into %d label(s); a split needs two or more", key.Text, len(targets))
		}
		for _, to := range targets {
			p.newLabel(into, to)
		}
		if pick != "" && !slices.Contains(targets, pick) {
			p.Errorf(rule.Get("default"), "the default %q is none of the labels that %q is split into", pick, key.Text)
		}
		p.set(key, key.Text, outcome{into: targets, pick: pick})
	}
}

// set gives the old label its outcome, once.
func (p *mappingParser) set(n *strictyaml.Node, old string, o outcome) {
	if p.oldAxis.Label(old) == nil {
		p.Errorf(n, "%s has no label %q on %s%s", p.from.Ref(), old, p.oldAxis.ID, strictyaml.DidYouMean(old, p.oldAxis.IDs()))
		return
	}
	if first, twice := p.named[old]; twice {
		p.Errorf(n, "label %q has two rules (first on line %d)", old, first)
		return
	}
	p.named[old] = n.Line
	p.table[old] = o
}

// newLabel makes sure that the new taxonomy has id.
func (p *mappingParser) newLabel(n *strictyaml.Node, id string) {
	if p.newAxis.Label(id) == nil {
		p.Errorf(n, "%s has no label %q on %s%s", p.to.Ref(), id, p.newAxis.ID, strictyaml.DidYouMean(id, p.newAxis.IDs()))
	}
}

// claim makes sure that two rules do not silently lead to the same label.
func (p *mappingParser) claim(n *strictyaml.Node, id, by string) {
	if other, taken := p.target[id]; taken {
		p.Errorf(n, "%q is already the target of %q; list all its old labels under merged", id, other)
		return
	}
	p.target[id] = by
}

// keep lets the labels without a rule pass under their own ids.
func (p *mappingParser) keep(root, n *strictyaml.Node) {
	at := n
	if n.Missing() {
		at = root
	}
	for _, id := range p.oldAxis.IDs() {
		if _, named := p.named[id]; named {
			continue
		}
		if p.newAxis.Label(id) == nil {
			p.Errorf(at, "label %s of axis %s has no rule and is not in %s", strconv.Quote(id), p.oldAxis.ID, p.to.Ref())
			continue
		}
		if by, taken := p.target[id]; taken {
			p.Errorf(at, "%q keeps its id but is also the target of %q; list both under merged", id, by)
			continue
		}
		p.table[id] = outcome{into: []string{id}, pick: id}
	}
}
