package taxonomy

import (
	"fmt"
	"maps"
	"slices"
)

// Mapping says what becomes of each label when a taxonomy changes. Make one with
// [ParseMapping] or [Compose]; it then answers for every label of the old taxonomy.
type Mapping struct {
	// From and To are the taxonomies as name@version.
	From, To string
	// axes[axis][old label] is the outcome; an axis that was removed is nil.
	axes map[string]map[string]outcome
}

// outcome is what becomes of one label: kept or renamed (one target), split (several
// targets, perhaps one of them the default), or removed (no target). One target without a
// pick comes from composing a split with a removal: what is left does not decide it.
type outcome struct {
	into []string
	pick string // the label it becomes; "" = undetermined
	many bool   // pick is shared with another old label (a merge)
}

// NoteKind says what happened to a label.
type NoteKind string

// The kinds of notes.
const (
	NoteRenamed      NoteKind = "renamed"       // has another id now
	NoteMerged       NoteKind = "merged"        // shares its new id with other old labels
	NoteSplit        NoteKind = "split"         // became several; now undetermined, a person decides
	NoteSplitDefault NoteKind = "split_default" // became several; the mapping's default was taken
	NoteRemoved      NoteKind = "removed"       // gone; now undetermined
	NoteAxisRemoved  NoteKind = "axis_removed"  // the whole axis is gone, and the label with it
	NoteUnknown      NoteKind = "unknown"       // the old taxonomy has no such axis or label; left out
)

// Note is one change that [Mapping.Apply] made. To is "" when the label was left out.
type Note struct {
	Kind           NoteKind
	Axis, From, To string
	// Message is a sentence for a person.
	Message string
}

// Apply translates the labels of one claim. Kept labels pass, renamed and merged ones are
// replaced, a split one becomes the mapping's default or else [Undetermined], a removed
// one becomes Undetermined. Notes say what changed, ordered by axis. The input is not
// changed.
func (m *Mapping) Apply(labels map[string]string) (map[string]string, []Note) {
	out := make(map[string]string, len(labels))
	var notes []Note
	for _, axis := range slices.Sorted(maps.Keys(labels)) {
		old := labels[axis]
		to, note := m.one(axis, old)
		if to != "" {
			out[axis] = to
		}
		if note != nil {
			notes = append(notes, *note)
		}
	}
	return out, notes
}

func (m *Mapping) one(axis, old string) (string, *Note) {
	note := func(kind NoteKind, to, format string, args ...any) (string, *Note) {
		return to, &Note{kind, axis, old, to, fmt.Sprintf(format, args...)}
	}
	table, known := m.axes[axis]
	switch {
	case !known:
		return note(NoteUnknown, "", "%s has no axis %q", m.From, axis)
	case table == nil:
		return note(NoteAxisRemoved, "", "%s has no axis %q any more", m.To, axis)
	case old == Undetermined:
		return old, nil
	}
	o, known := table[old]
	switch {
	case !known:
		return note(NoteUnknown, "", "%s has no label %q on %s", m.From, old, axis)
	case len(o.into) == 0:
		return note(NoteRemoved, Undetermined, "%q was removed", old)
	case o.pick == "":
		return note(NoteSplit, Undetermined, "%q was split into %v; a person has to decide", old, o.into)
	case len(o.into) > 1:
		return note(NoteSplitDefault, o.pick, "%q was split into %v; %q is the default", old, o.into, o.pick)
	case o.many:
		return note(NoteMerged, o.pick, "%q was merged into %q", old, o.pick)
	case o.pick != old:
		return note(NoteRenamed, o.pick, "%q was renamed to %q", old, o.pick)
	}
	return old, nil
}

// Compose gives the mapping that does first, then second. A label that first splits
// without default stays undecided unless all its parts end in one label.
func Compose(first, second *Mapping) (*Mapping, error) {
	if first.To != second.From {
		return nil, fmt.Errorf("mappings do not join: the first leads to %s, the second starts from %s", first.To, second.From)
	}
	out := &Mapping{From: first.From, To: second.To, axes: map[string]map[string]outcome{}}
	for axis, table := range first.axes {
		next := second.axes[axis]
		if table == nil || next == nil {
			out.axes[axis] = nil
			continue
		}
		joined := make(map[string]outcome, len(table))
		for old, o := range table {
			joined[old] = o.then(next)
		}
		markMerges(joined)
		out.axes[axis] = joined
	}
	return out, nil
}

// then follows each target of o through the next table.
func (o outcome) then(next map[string]outcome) outcome {
	var all outcome
	for _, mid := range o.into {
		for _, end := range next[mid].into {
			if !slices.Contains(all.into, end) {
				all.into = append(all.into, end)
			}
		}
	}
	switch {
	case o.pick != "":
		all.pick = next[o.pick].pick
	case len(all.into) == 1 && !o.loses(next):
		all.pick = all.into[0]
	}
	return all
}

// loses says whether one of o's targets is removed by next: then the claim may have been
// one of those, and the rest does not decide it.
func (o outcome) loses(next map[string]outcome) bool {
	return slices.ContainsFunc(o.into, func(mid string) bool { return len(next[mid].into) == 0 })
}

// markMerges sets many where two old labels end in the same one.
func markMerges(table map[string]outcome) {
	count := map[string]int{}
	for _, o := range table {
		if len(o.into) == 1 {
			count[o.into[0]]++
		}
	}
	for old, o := range table {
		o.many = len(o.into) == 1 && count[o.into[0]] > 1 && old != o.into[0]
		table[old] = o
	}
}
