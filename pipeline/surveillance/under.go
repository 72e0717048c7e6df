package surveillance

import (
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// under are causes as they show under a label: with the ratio that they have there.
func (st *state) under(label int32, causes []*cause) []*cause {
	var out []*cause
	for _, c := range causes {
		ratio, ok := st.shows(c, label)
		if !ok {
			continue
		}
		as := *c
		as.label, as.finding.Ratio, as.groups = label, ratio, slices.Clone(c.groups)
		out = append(out, &as)
	}
	return out
}

// shows gives the ratio of a cause under a label; of all claims, what its own label's excess makes of
// them.
func (st *state) shows(c *cause, label int32) (ratio float64, ok bool) {
	if label == c.label || slices.Contains(c.also, label) {
		return st.ratioOf(c, label), true
	}
	own, all := st.weigh(c.label), st.weigh(0)
	if label != 0 || own == nil || all == nil || c.onset > st.today {
		return 1, false
	}
	if c.partOn != st.today {
		p := pattern.Period{From: c.onset, To: st.today + 1}
		usual := st.expected(st.fleet.cohorts(c.group, all), all, c.group, 0, p)
		c.partOn, c.part = st.today, 0
		if usual > 0 {
			c.part = st.expected(st.fleet.cohorts(c.group, own), own, c.group, c.label, p) / usual
		}
	}
	return 1 + (st.ratioOf(c, c.label)-1)*c.part, c.part > 0
}

// alsoAll notes the causes whose own group raised an alarm of all claims too.
func (st *state) alsoAll(causes []*cause, alarms []pattern.Alarm) {
	for _, c := range causes {
		key := st.fleet.keys[c.group]
		if ratio, ok := st.shows(c, 0); ok && slices.ContainsFunc(alarms, func(a pattern.Alarm) bool { return a.Group == key }) {
			c.also, c.ratios[0] = append(c.also, 0), ratio
		}
	}
}
