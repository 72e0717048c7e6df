package surveillance

import (
	"cmp"
	"slices"
)

// merge makes one cause of those that tell of one excess under several labels: the one that explains
// most, or that is known, is kept and names the others' labels. It gives the causes that are not known.
func (st *state) merge(causes, known []*cause) []*cause {
	slices.SortStableFunc(causes, func(a, b *cause) int {
		if (a.label == unlabelled) != (b.label == unlabelled) { // a label says more
			if a.label == unlabelled {
				return 1
			}
			return -1
		}
		return cmp.Compare(b.finding.Gain, a.finding.Gain)
	})
	out := slices.Clone(known)
	claims := &claimsOf{st: st, lists: map[*cause][]*report{}}
	for _, c := range causes {
		i := slices.IndexFunc(out, func(o *cause) bool {
			if c.label == unlabelled { // no claim of it has the other label
				return o.label != c.label && o.shows(c.group, st.fleet)
			}
			return o.label != c.label && o.about(c.group, st.fleet) && claims.shared(c, o)
		})
		if i < 0 {
			out = append(out, c)
			continue
		}
		if o := out[i]; !slices.Contains(o.also, c.label) {
			o.also = append(o.also, c.label)
			o.ratios[c.label] = c.finding.Ratio
		}
	}
	return out[len(known):]
}

// claimsOf keeps the claims of causes.
type claimsOf struct {
	st    *state
	lists map[*cause][]*report
}

func (l *claimsOf) of(c *cause) []*report {
	list, ok := l.lists[c]
	if !ok {
		list = l.st.mine(c.group, c.label, c.onset)
		l.lists[c] = list
	}
	return list
}

// shared says that half of a cause's claims are another one's.
func (l *claimsOf) shared(c, o *cause) bool {
	mine := l.of(c)
	return 2*common(mine, l.of(o)) >= len(mine)
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
