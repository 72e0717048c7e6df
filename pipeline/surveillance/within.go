package surveillance

import (
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// within gives the alarm at work, of one of the cause's labels, whose group has more units and most of
// the cause's claims; the one with the fewest units of several, "" for none. Of a bad supplier some
// lots are worse than others: they have alarms of their own, which are no trouble of their own.
func (k *keeping) within(c *cause) string {
	f := k.st.fleet
	mine := k.st.mine(c.group, c.label, c.onset)
	best, fewest := "", 0
	for _, a := range k.living {
		label, ok := k.st.labels.ids[a.Cause.Label]
		if !ok || a.State == store.AlarmDismissed || !slices.Contains(c.labels(), label) {
			continue
		}
		group, ok := k.st.groupOf(a)
		if !ok || f.units[group].Made <= f.units[c.group].Made || best != "" && f.units[group].Made >= fewest {
			continue
		}
		n := 0
		for _, r := range mine {
			if r.in(group) {
				n++
			}
		}
		if 2*n > len(mine) {
			best, fewest = a.ID, f.units[group].Made
		}
	}
	return best
}
