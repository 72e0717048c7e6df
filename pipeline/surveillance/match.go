package surveillance

import (
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// cause names a cause as it is kept.
func (k *keeping) cause(c *cause) store.Cause {
	g := k.st.fleet.names[k.st.fleet.wholes[c.group]]
	return store.Cause{Kind: string(g.Kind), Name: g.Name, Label: k.st.labels.names[c.label]}
}

// tells says that an alarm and a cause tell of one excess: a label of both, and a group that
// they share or were compared by.
func (k *keeping) tells(a store.Alarm, c *cause) bool {
	mine := []string{k.st.labels.names[c.label]}
	for _, l := range c.also {
		mine = append(mine, k.st.labels.names[l])
	}
	if !slices.Contains(mine, a.Cause.Label) && !slices.ContainsFunc(a.Facts.Also, func(l string) bool { return slices.Contains(mine, l) }) {
		return false
	}
	id, ok := k.st.fleet.ids[groupOf(a.Cause)]
	if !ok {
		return false
	}
	return id == k.st.fleet.wholes[c.group] || k.wholly(c.groups, id) || slices.ContainsFunc(c.finding.Same, func(s pattern.Key) bool { return k.st.fleet.wholes[k.st.fleet.byKey[s]] == id })
}

// over says that a cause was closed: it was raised before that, and nothing after it.
func (k *keeping) over(c *cause) bool {
	return slices.ContainsFunc(k.closed, func(a store.Alarm) bool {
		return k.tells(a, c) && c.raised <= pattern.DayOf(a.SettledAt)
	})
}

// match finds the living alarm of a cause: the one of the very same group and label, else the
// oldest that tells of the same excess and is nobody else's.
func (k *keeping) match(c *cause) (store.Alarm, bool) {
	want := k.cause(c)
	for _, a := range k.living {
		if a.Cause == want {
			return a, true
		}
	}
	for _, a := range slices.Backward(k.living) {
		if !k.matched[a.ID] && k.tells(a, c) && !k.another(a, c) && !k.owned(a) {
			return a, true
		}
	}
	return store.Alarm{}, false
}

// another says that an alarm's own cause was found beside this one in the same excess.
func (k *keeping) another(a store.Alarm, c *cause) bool {
	id := k.st.fleet.ids[groupOf(a.Cause)]
	return id != k.st.fleet.wholes[c.group] && k.wholly(c.beside, id)
}

// owned says that an alarm's own cause is known as one still.
func (k *keeping) owned(a store.Alarm) bool {
	return slices.ContainsFunc(k.st.causes, func(c *cause) bool { return k.cause(c) == a.Cause })
}

// wholly says that one of some groups is the given one or a part of it.
func (k *keeping) wholly(groups []int32, id int32) bool {
	return slices.ContainsFunc(groups, func(g int32) bool { return k.st.fleet.wholes[g] == id })
}
