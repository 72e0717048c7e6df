package surveillance

import (
	"cmp"
	"slices"
)

// merge makes one cause of those that tell of the same claims under several labels: the one that
// explains most, or that is known, is kept and names the others' labels. All claims come last, since
// a label says more: they are another cause only where most of their excess has no label. It gives
// the causes that are not known.
func (st *state) merge(causes, known []*cause) []*cause {
	slices.SortStableFunc(causes, func(a, b *cause) int {
		if (a.label == 0) != (b.label == 0) {
			return cmp.Compare(b.label, a.label)
		}
		return cmp.Compare(b.finding.Gain, a.finding.Gain)
	})
	out := slices.Clone(known)
	lists := map[*cause][]*report{}
	claims := func(o *cause) []*report {
		list, ok := lists[o]
		if !ok {
			list = st.mine(o.group, o.label, o.onset)
			lists[o] = list
		}
		return list
	}
	for _, c := range causes {
		mine := claims(c)
		var o *cause
		if c.label == 0 {
			o = st.brought(c, mine, out, claims)
		} else if i := slices.IndexFunc(out, func(o *cause) bool {
			return o.label != c.label && o.label != 0 && o.about(c.group, st.fleet) && 2*common(mine, claims(o)) >= len(mine)
		}); i >= 0 {
			o = out[i]
		}
		if o == nil {
			out = append(out, c)
			continue
		}
		if !slices.Contains(o.also, c.label) {
			o.also = append(o.also, c.label)
			o.ratios[c.label] = c.finding.Ratio
		}
	}
	return out[len(known):]
}

// brought gives the cause that brought most of what all claims of a group have too many, when causes
// under their labels brought half of it; nil when they did not.
func (st *state) brought(c *cause, mine []*report, causes []*cause, claims func(*cause) []*report) *cause {
	var best *cause
	most, sum := 0.0, 0.0
	for _, o := range causes {
		if o.label == 0 {
			continue
		}
		n := float64(common(mine, claims(o))) * (1 - 1/st.ratioOf(o, o.label))
		sum += n
		if n > most {
			best, most = o, n
		}
	}
	if 2*sum < c.excess() {
		return nil
	}
	return best
}

// common is how many reports two lists share.
func common(a, b []*report) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch x, y := a[0].number, b[0].number; {
		case x < y:
			a = a[1:]
		case x > y:
			b = b[1:]
		default:
			n++
			a, b = a[1:], b[1:]
		}
	}
	return n
}
