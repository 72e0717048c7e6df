package surveillance

import "slices"

// under are causes as they show under a label: with the ratio that they have there.
func (st *state) under(label int32, causes []*cause) []*cause {
	var out []*cause
	for _, c := range causes {
		if label != c.label && !slices.Contains(c.also, label) {
			continue
		}
		as := *c
		as.label, as.finding.Ratio, as.groups = label, st.ratioOf(c, label), slices.Clone(c.groups)
		out = append(out, &as)
	}
	return out
}
