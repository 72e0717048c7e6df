package surveillance

import (
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// vintaged are the kinds of groups whose units made in one season are a group of their own (see
// [pattern.Vintage]): a change of a design, in a plant or at a supplier shows in them long before it
// shows in the whole group, and explains what a ratio of the whole group cannot. Days of shipment are
// no part of the units at risk, so warehouses and carriers go by the day of make too: what was shipped
// in bad weeks was made shortly before.
func vintaged(k store.GroupKind) bool {
	switch k {
	case store.GroupSKU, store.GroupPlant, store.GroupSupplier, store.GroupWarehouse, store.GroupCarrier:
		return true
	}
	return false
}

// window is the units of a group that were made from a day on, up to and not including another one;
// 0 is no end.
type window struct {
	whole       int32
	from, until pattern.Day
}

// derived are the groups that follow from the day on which a set's batch was made.
func (f *fleet) derived(groups []store.Group, made pattern.Day) []int32 {
	season := pattern.Season(made)
	out := []int32{f.group(store.Group{Kind: kindSeason, Name: season.Name})}
	for _, g := range groups {
		if vintaged(g.Kind) {
			whole := f.group(g)
			v := f.group(store.Group{Kind: g.Kind, Name: pattern.Vintage(pattern.Key{Name: g.Name}, made).Name})
			f.wholes[v] = whole
			out = append(out, v)
		}
	}
	return out
}

// part says that a group is some of the units of another one by the day on which they were made.
func (f *fleet) part(group int32) bool { return f.wholes[group] != group }

// windowOf is the window of the vintages of a group: from the first day on which one of their units
// was made to the last one's, open where nothing was made since.
func (f *fleet) windowOf(vintages []int32) window {
	w := window{whole: f.wholes[vintages[0]]}
	last, latest := pattern.Day(0), pattern.Day(0)
	for _, v := range vintages {
		for _, set := range f.members[v] {
			if made := f.made[set]; made > 0 && f.unitsOf[set].Made > 0 {
				if w.from == 0 || made < w.from {
					w.from = made
				}
				last = max(last, made)
			}
		}
	}
	for _, set := range f.members[w.whole] {
		if f.unitsOf[set].Made > 0 {
			latest = max(latest, f.made[set])
		}
	}
	if last < latest {
		w.until = last + 1
	}
	return w
}

// cut makes a group of a window's units, to be measured; the whole group where these are all.
func (st *state) cut(w window) int32 {
	f := st.fleet
	var sets []int32
	for _, set := range f.members[w.whole] {
		if made := f.made[set]; made >= w.from && made > 0 && (w.until == 0 || made < w.until) {
			sets = append(sets, set)
		}
	}
	if len(sets) == 0 || len(sets) == len(f.members[w.whole]) {
		return w.whole
	}
	g := f.names[w.whole]
	g.Name += ", made " + w.String()
	if id, ok := f.ids[g]; ok {
		return id
	}
	id := f.group(g)
	f.wholes[id], f.windows[id] = w.whole, w
	f.served, f.meanSince = f.upTo(f.served, id), append(f.meanSince, slices.Repeat([]pattern.Day{0}, max(0, int(id)+1-len(f.meanSince)))...)
	days := 0.0
	for _, set := range sets {
		f.sets[set] = append(f.sets[set], id) // the highest number so far
		f.units[id].Made += f.unitsOf[set].Made
		f.units[id].Field += f.unitsOf[set].Field
		f.units[id].Stock += f.unitsOf[set].Stock
		for _, r := range f.at(set) {
			f.served[id] += float64(r.units)
			days += float64(r.units) * float64(r.since)
		}
	}
	if f.served[id] > 0 {
		f.meanSince[id] = week(pattern.Day(days / f.served[id]))
	}
	f.members[id] = sets
	for _, r := range st.reports {
		if r.set >= 0 {
			r.groups = f.sets[r.set]
		}
	}
	return id
}

func (f *fleet) upTo(list []float64, id int32) []float64 {
	return append(list, make([]float64, max(0, int(id)+1-len(list)))...)
}

// String is for people: "since 2024-04-11", "from 2024-04-11 to 2024-05-30".
func (w window) String() string {
	from := w.from.Time().Format(time.DateOnly)
	if w.until == 0 {
		return "since " + from
	}
	return fmt.Sprintf("from %s to %s", from, (w.until - 1).Time().Format(time.DateOnly))
}

// groupOf is the group that an alarm is measured by: the units that it is about.
func (st *state) groupOf(a store.Alarm) (int32, bool) {
	id, ok := st.fleet.ids[groupOf(a.Cause)]
	if !ok || a.Facts.MadeFrom.IsZero() {
		return id, ok
	}
	w := window{whole: id, from: pattern.DayOf(a.Facts.MadeFrom)}
	if !a.Facts.MadeUntil.IsZero() {
		w.until = pattern.DayOf(a.Facts.MadeUntil)
	}
	return st.cut(w), true
}

// parts are the causes as they are kept: of vintages of one group and a label one cause, of all the
// units made from the first of them to the last, or none where the whole group is a cause itself.
func (st *state) parts(causes []*cause) ([]*cause, error) {
	f := st.fleet
	type about struct{ whole, label int32 }
	done := map[about]bool{}
	var out []*cause
	for _, c := range causes {
		if !f.part(c.group) {
			out = append(out, c)
			continue
		}
		at := about{f.wholes[c.group], c.label}
		if done[at] {
			continue
		}
		done[at] = true
		var list []*cause
		for _, o := range slices.Concat(st.causes, causes) {
			if o.label == c.label && f.wholes[o.group] == at.whole && !slices.Contains(list, o) {
				list = append(list, o)
			}
		}
		if slices.ContainsFunc(list, func(o *cause) bool { return o.group == at.whole }) {
			continue
		}
		one, err := st.together(list)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// together makes one cause of those of vintages of a group.
func (st *state) together(list []*cause) (*cause, error) {
	f := st.fleet
	first := list[0]
	for _, c := range list {
		if c.raised < first.raised {
			first = c
		}
	}
	one := *first
	one.groups, one.also, one.beside, one.rivals = nil, nil, nil, nil
	var vintages, rivals []int32
	for _, c := range list {
		vintages = append(vintages, c.group)
		one.onset = min(one.onset, c.onset)
		one.groups, one.also, one.beside = append(one.groups, c.groups...), append(one.also, c.also...), append(one.beside, c.beside...)
		for _, r := range c.rivals {
			if g := f.byKey[r.Group]; f.wholes[g] != f.wholes[first.group] && !slices.Contains(rivals, g) {
				rivals = append(rivals, g)
			}
		}
	}
	slices.Sort(one.also)
	one.also = slices.Compact(one.also)
	one.group = st.cut(f.windowOf(vintages))
	groups := append([]int32{one.group}, rivals...)
	return &one, st.fill(&one, groups[:min(len(groups), pattern.MaxCandidates)])
}
