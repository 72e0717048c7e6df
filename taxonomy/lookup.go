package taxonomy

import "slices"

// Axis gives the axis with this id, or nil.
func (t *Taxonomy) Axis(id string) *Axis {
	for i := range t.Axes {
		if t.Axes[i].ID == id {
			return &t.Axes[i]
		}
	}
	return nil
}

// AxisIDs gives the ids of the axes in order.
func (t *Taxonomy) AxisIDs() []string {
	ids := make([]string, len(t.Axes))
	for i, a := range t.Axes {
		ids[i] = a.ID
	}
	return ids
}

// Valid says whether label may stand on axis: one of its ids at any level, or
// [Undetermined].
func (t *Taxonomy) Valid(axis, label string) bool {
	a := t.Axis(axis)
	return a != nil && a.Has(label)
}

// RollUp gives the top-level label above id on axis (id itself when it is one), and false
// when the axis or the label does not exist. Undetermined stays what it is.
func (t *Taxonomy) RollUp(axis, id string) (string, bool) {
	a := t.Axis(axis)
	if a == nil {
		return "", false
	}
	return a.RollUp(id)
}

// Has says whether label is one of the axis at any level, or [Undetermined].
func (a *Axis) Has(label string) bool {
	return label == Undetermined || a.Label(label) != nil
}

// Label gives the label with this id at any level, or nil. Undetermined has none.
func (a *Axis) Label(id string) *Label {
	if path := a.path(id); path != nil {
		return path[len(path)-1]
	}
	return nil
}

// Parent gives the id above id; "" for a top-level label and for an unknown id.
func (a *Axis) Parent(id string) string {
	if path := a.path(id); len(path) > 1 {
		return path[len(path)-2].ID
	}
	return ""
}

// Ancestors gives the ids above id, nearest first; none for a top-level or unknown id.
func (a *Axis) Ancestors(id string) []string {
	path := a.path(id)
	var ids []string
	for i := len(path) - 2; i >= 0; i-- {
		ids = append(ids, path[i].ID)
	}
	return ids
}

// RollUp is [Taxonomy.RollUp] on this axis.
func (a *Axis) RollUp(id string) (string, bool) {
	if id == Undetermined {
		return id, true
	}
	if path := a.path(id); path != nil {
		return path[0].ID, true
	}
	return "", false
}

// Roots gives the ids of the top level in order; on an ordinal axis that is worst first.
func (a *Axis) Roots() []string {
	ids := make([]string, len(a.Labels))
	for i, l := range a.Labels {
		ids[i] = l.ID
	}
	return ids
}

// Leaves gives the ids without children in the order of the tree.
func (a *Axis) Leaves() []string {
	var ids []string
	a.Walk(func(l *Label, _ int) {
		if len(l.Children) == 0 {
			ids = append(ids, l.ID)
		}
	})
	return ids
}

// IDs gives all ids, each parent before its children.
func (a *Axis) IDs() []string {
	var ids []string
	a.Walk(func(l *Label, _ int) { ids = append(ids, l.ID) })
	return ids
}

// Rank gives the place of id among the roots, 0 being the worst on an ordinal axis, and
// false when id is not a root.
func (a *Axis) Rank(id string) (int, bool) {
	i := slices.IndexFunc(a.Labels, func(l Label) bool { return l.ID == id })
	return i, i >= 0
}

// Walk calls visit for each label, parents first, with its depth (0 at the top).
func (a *Axis) Walk(visit func(l *Label, depth int)) { walk(a.Labels, 0, visit) }

func walk(labels []Label, depth int, visit func(*Label, int)) {
	for i := range labels {
		visit(&labels[i], depth)
		walk(labels[i].Children, depth+1, visit)
	}
}

// path gives the labels from the top level down to id, or nil.
func (a *Axis) path(id string) []*Label { return pathTo(a.Labels, id) }

func pathTo(labels []Label, id string) []*Label {
	for i := range labels {
		if labels[i].ID == id {
			return []*Label{&labels[i]}
		}
		if below := pathTo(labels[i].Children, id); below != nil {
			return append([]*Label{&labels[i]}, below...)
		}
	}
	return nil
}
