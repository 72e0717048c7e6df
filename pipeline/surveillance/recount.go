package surveillance

import (
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// under looks at a cause under the label of its alarm, as long as the excess shows under that
// too: an alarm does not change its name with every claim.
func (k *keeping) under(a store.Alarm, c *cause) (*cause, error) {
	st := k.st
	label, ok := st.labels.ids[a.Cause.Label]
	if !ok || label == c.label || st.baseline.Labels[a.Cause.Label] == nil {
		return c, nil
	}
	shows := slices.Contains(c.also, label) || slices.Contains(a.Facts.Also, st.labels.names[c.label])
	if !shows {
		return c, nil
	}
	groups := []int32{c.group}
	for _, r := range c.rivals {
		groups = append(groups, st.fleet.byKey[r.Group])
	}
	out := *c
	out.label, out.rivals = label, nil
	out.also = append(slices.DeleteFunc(slices.Clone(c.also), func(l int32) bool { return l == label }), c.label)
	return &out, st.fill(&out, groups)
}

// fill compares a cause with other groups and keeps what is found.
func (st *state) fill(c *cause, groups []int32) error {
	findings, err := st.assess(groups, c.label, c.onset, st.besides(c.label, groups))
	if err != nil {
		return err
	}
	st.put(c, findings)
	return nil
}

// put keeps what a comparison found of a cause and its rivals.
func (st *state) put(c *cause, findings []pattern.Finding) {
	own := st.fleet.keys[c.group]
	for _, f := range findings {
		if f.Group == own || slices.Contains(f.Same, own) {
			c.finding = f
		} else {
			c.rivals = append(c.rivals, f)
		}
	}
}

// again makes a cause of a kept alarm, compared with its first rivals up to so many groups; nil
// when its group or label is gone.
func (k *keeping) again(a store.Alarm, most int) (*cause, error) {
	c, groups := k.recount(a, most)
	if c == nil {
		return nil, nil
	}
	return c, k.st.fill(c, groups)
}

// one makes a cause of a kept alarm as again does, compared with one rival by its tally.
func (k *keeping) one(a store.Alarm) (*cause, error) {
	c, groups := k.recount(a, 2)
	if c == nil {
		return nil, nil
	}
	t, err := k.st.tally(a.ID, groups, c.label, c.onset)
	if err != nil {
		return nil, err
	}
	findings, err := t.findings(k.st)
	if err != nil {
		return nil, err
	}
	k.st.put(c, findings)
	return c, nil
}

// recount makes a cause of a kept alarm that is still to be compared with groups.
func (k *keeping) recount(a store.Alarm, most int) (*cause, []int32) {
	st := k.st
	group, ok := st.groupOf(a)
	label, okLabel := st.labels.ids[a.Cause.Label]
	if !ok || !okLabel || st.baseline == nil || st.baseline.Labels[a.Cause.Label] == nil || len(st.fleet.members[group]) == 0 {
		return nil, nil
	}
	groups := []int32{group}
	for _, r := range a.Facts.Rivals {
		if id, ok := st.fleet.ids[store.Group{Kind: store.GroupKind(r.Kind), Name: r.Name}]; ok && !slices.Contains(groups, id) && len(groups) < most {
			groups = append(groups, id)
		}
	}
	c := &cause{group: group, label: label, onset: max(pattern.DayOf(a.Facts.Onset), st.period.From), raised: pattern.DayOf(a.Facts.Raised),
		evidence: a.Facts.Evidence, threshold: a.Facts.Threshold}
	for _, l := range a.Facts.Also {
		if id, ok := st.labels.ids[l]; ok {
			c.also = append(c.also, id)
		}
	}
	return c, groups
}
