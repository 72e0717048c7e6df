package surveillance

import (
	"cmp"
	"math"
	"slices"

	"github.com/sourcegraph/conc/iter"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// cause is an excess put down to one group.
type cause struct {
	group, label  int32
	onset, raised pattern.Day
	evidence      float64
	threshold     float64
	finding       pattern.Finding
	rivals        []pattern.Finding
	// groups raised alarms of the same excess, this one's included.
	groups []int32
	// also are further labels of the same claims, ratios theirs.
	also   []int32
	ratios map[int32]float64
	// beside are the groups of the other causes of the same excess.
	beside []int32
}

// explainAll puts alarms down to causes, label by label, beside the causes that are known.
func (st *state) explainAll(alarms []pattern.Alarm, known []*cause) ([]*cause, error) {
	byLabel := map[int32][]pattern.Alarm{}
	var order []int32
	for _, a := range alarms {
		label := st.labels.ids[a.Label]
		if byLabel[label] == nil {
			order = append(order, label)
		}
		byLabel[label] = append(byLabel[label], a)
	}
	// Labels have nothing to do with each other until they are merged.
	found, err := iter.MapErr(order, func(label *int32) ([]*cause, error) {
		return st.explain(*label, byLabel[*label], st.under(*label, known))
	})
	if err != nil {
		return nil, err
	}
	return st.merge(slices.Concat(found...), known), nil
}

// explain finds the causes of alarms of one label: the one with most excess that the causes so
// far leave is compared with the groups that its claims share, until nothing is left. A bad
// season raises an alarm in each of its hundred batches; once the season is found, they are gone.
func (st *state) explain(label int32, alarms []pattern.Alarm, known []*cause) ([]*cause, error) {
	l := st.leave(label, alarms)
	for _, c := range known {
		l.allow(c)
	}
	var found []*cause
	for {
		a, ok := l.next()
		if !ok {
			return l.needed(found)
		}
		groups := st.candidates(a, label, l.causes)
		findings, err := st.assess(groups, label, a.Onset, l.besides(groups))
		if err != nil {
			return nil, err
		}
		for _, c := range st.causesOf(label, findings, a, alarms, l.causes) {
			l.allow(c)
			found = append(found, c)
		}
	}
}

// candidates are the alarm's group and, of the others, causes that have some of its claims since
// the onset, those that hold a fifth of them, and those that raised an alarm of the label too.
func (st *state) candidates(a pattern.Alarm, label int32, causes []*cause) []int32 {
	group := st.fleet.byKey[a.Group]
	held := map[int32]int{}
	total := 0
	for _, r := range st.byLabel[label] {
		if r.day < a.Onset || !r.in(group) {
			continue
		}
		total++
		for _, g := range r.groups {
			held[g]++
		}
	}
	first := map[int32]bool{}
	for _, c := range causes {
		first[c.group] = true
	}
	raised := map[int32]bool{}
	for _, other := range st.raised {
		if other.Label == a.Label {
			raised[st.fleet.byKey[other.Group]] = true
		}
	}
	const share = 5
	out := []int32{group}
	gain := map[int32]float64{}
	rate := float64(len(st.since(label, a.Onset))) / max(st.fleet.all, 1)
	for g, n := range held {
		if g == group || !first[g] && !raised[g] && n*share < total {
			continue
		}
		out = append(out, g)
		// What it may explain, units taken as alike: good enough to choose the most likely.
		if x, mu := float64(n), rate*st.fleet.inService(g); x > mu {
			gain[g] = x*math.Log(x/max(mu, 1e-9)) - x + mu
		}
	}
	slices.SortFunc(out[1:], func(x, y int32) int {
		if first[x] != first[y] {
			if first[x] {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(gain[y], gain[x]), cmp.Compare(held[y], held[x]), cmp.Compare(x, y))
	})
	out = out[:min(len(out), pattern.MaxCandidates)]
	slices.SortStableFunc(out, st.fleet.narrower) // of those that hold the same units, the first is named
	return out
}

// narrower orders groups by how much they say of a unit where they hold the same ones: a lot or batch
// more than all that a supplier delivered in a season.
func (f *fleet) narrower(a, b int32) int { return cmp.Compare(f.breadth(a), f.breadth(b)) }

func (f *fleet) breadth(group int32) int {
	switch f.names[group].Kind {
	case store.GroupBatch, store.GroupLot:
		return 0
	case store.GroupSKU, store.GroupFirmware:
		return 1
	}
	return 2
}

// since are the reports of a label from a day on.
func (st *state) since(label int32, since pattern.Day) []*report {
	list := st.byLabel[label]
	n, _ := slices.BinarySearchFunc(list, since, func(r *report, d pattern.Day) int { return int(r.day - d) })
	return list[n:]
}

// causesOf makes a cause of each group that is needed to explain an excess and is none yet; of the
// alarm's own group when nothing explains it.
func (st *state) causesOf(label int32, findings []pattern.Finding, seed pattern.Alarm, alarms []pattern.Alarm, causes []*cause) []*cause {
	var out []*cause
	for i, f := range findings {
		group := st.fleet.byKey[f.Group]
		if slices.ContainsFunc(causes, func(c *cause) bool { return c.group == group }) {
			continue
		}
		if !f.Cause && (len(out)+len(causes) > 0 || f.Group != seed.Group && !slices.Contains(f.Same, seed.Group)) {
			continue
		}
		own := seed
		for _, a := range alarms {
			if a.Group == f.Group || slices.Contains(f.Same, a.Group) { // the first one: a stream that begins anew may raise more
				own = a
				break
			}
		}
		c := &cause{group: group, label: label, onset: own.Onset, raised: own.Raised, evidence: own.Evidence, threshold: own.Threshold,
			finding: f, groups: []int32{group, st.fleet.byKey[seed.Group]}, ratios: map[int32]float64{}}
		c.rivals = append(slices.Clone(findings[:i]), findings[i+1:]...)
		out = append(out, c)
	}
	return out
}

// needed compares the causes of one label with each other, since excesses that were looked at one
// by one may be one: a supplier's that is its lot's. Those that explain what others do not stay.
func (l *leftovers) needed(causes []*cause) ([]*cause, error) {
	st := l.st
	if len(causes) < 2 || len(causes) > pattern.MaxCandidates {
		return causes, nil
	}
	groups, since := make([]int32, 0, len(causes)), causes[0].onset
	for _, c := range causes {
		since = min(since, c.onset)
		groups = append(groups, c.group)
	}
	findings, err := st.assess(groups, l.label, since, l.besides(groups))
	if err != nil {
		return nil, err
	}
	var out []*cause
	for _, f := range findings { // causes first
		c := causes[slices.IndexFunc(causes, func(c *cause) bool { return st.fleet.keys[c.group] == f.Group })]
		if f.Cause || len(out) == 0 {
			c.finding.Ratio = f.Ratio
			out = append(out, c)
		} else {
			out[0].groups = append(out[0].groups, c.groups...)
		}
	}
	for _, c := range out {
		for _, other := range out {
			if other != c {
				c.beside = append(c.beside, other.group)
			}
		}
	}
	return out, nil
}

// shows says that a group is the cause's own, as a whole or in part, or raised an alarm of its excess.
func (c *cause) shows(group int32, f *fleet) bool {
	return f.wholes[c.group] == f.wholes[group] || slices.Contains(c.groups, group) || slices.Contains(c.finding.Same, f.keys[group])
}

// about says that a group is the cause's own or one that it was compared with.
func (c *cause) about(group int32, f *fleet) bool {
	return c.group == group || slices.Contains(c.groups, group) || slices.Contains(c.finding.Same, f.keys[group]) ||
		slices.ContainsFunc(c.rivals, func(r pattern.Finding) bool { return f.byKey[r.Group] == group })
}
