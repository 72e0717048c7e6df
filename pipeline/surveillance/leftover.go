package surveillance

import (
	"math"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// worth is the gain in log-likelihood from which a group is looked at as a cause of its own: what
// [pattern.Explain] asks of one among as many as it compares.
func worth() float64 { return math.Log(pattern.MaxCandidates) + 3 }

// leftovers are the alarms of one label that causes do not explain yet.
type leftovers struct {
	st     *state
	label  int32
	list   []leftover
	causes []*cause
	times  []float64 // by set: how many times as many claims the causes make usual, other labels' included
	days   map[int32][]pattern.Day
	// units and cohorts are beyond's room to work in.
	weigh   *weighed // nil for a label that is not watched
	units   *weekly
	cohorts []pattern.Cohort
}

type leftover struct {
	alarm pattern.Alarm
	group int32
	gain  float64
	done  bool // compared with its rivals already, or explained
	stale bool // a cause was found among its units since gain was worked out
}

func (st *state) leave(label int32, alarms []pattern.Alarm) *leftovers {
	l := &leftovers{st: st, label: label, times: st.spilledTimes(label), days: map[int32][]pattern.Day{}}
	if l.weigh = st.weigh(label); l.weigh != nil {
		l.units = st.fleet.weekly(l.weigh)
	}
	for _, a := range alarms {
		group := st.fleet.byKey[a.Group]
		l.list = append(l.list, leftover{alarm: a, group: group, stale: true})
		l.days[group] = nil
	}
	for _, r := range st.byLabel[label] {
		for _, g := range r.groups {
			if days, ok := l.days[g]; ok {
				l.days[g] = append(days, r.day)
			}
		}
	}
	return l
}

// allow makes a cause's excess usual for its units. Alarms with many of them are looked at again.
func (l *leftovers) allow(c *cause) {
	l.causes = append(l.causes, c)
	mine := l.st.fleet.members[c.group]
	for _, set := range mine {
		l.times[set] *= max(c.finding.Ratio, 1)
	}
	for i, o := range l.list {
		if !o.done {
			l.list[i].stale = o.stale || meet(mine, l.st.fleet.members[o.group])
		}
	}
}

// meet says that two ascending lists share a number.
func meet(a, b []int32) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return slices.ContainsFunc(a, func(n int32) bool {
		_, ok := slices.BinarySearch(b, n)
		return ok
	})
}

// next gives the alarm with most excess that is left; those that the causes explain are put down
// to them.
func (l *leftovers) next() (pattern.Alarm, bool) {
	best := -1
	for i := range l.list {
		o := &l.list[i]
		if o.done {
			continue
		}
		if o.stale {
			o.gain, o.stale = l.beyond(o.group, o.alarm.Onset), false
		}
		if o.gain < worth() && len(l.causes) > 0 {
			o.done = true
			l.putDown(o.group)
		} else if best < 0 || o.gain > l.list[best].gain {
			best = i
		}
	}
	if best < 0 {
		return pattern.Alarm{}, false
	}
	l.list[best].done = true
	return l.list[best].alarm, true
}

// putDown names a group as one that raised an alarm because of the causes that it has units of.
func (l *leftovers) putDown(group int32) {
	for _, c := range l.causes {
		if !slices.Contains(c.groups, group) && meet(l.st.fleet.members[c.group], l.st.fleet.members[group]) {
			c.groups = append(c.groups, group)
		}
	}
}

// beyond is the gain in log-likelihood of a factor for a group, when units of the causes count as
// many times as these say.
func (l *leftovers) beyond(group int32, since pattern.Day) float64 {
	f := l.st.fleet
	if l.weigh == nil {
		return 0
	}
	for _, set := range f.members[group] {
		l.units.add(set, l.times[set])
	}
	l.cohorts = l.units.flush(l.cohorts[:0], f.keys[group:group+1])
	days := l.days[group]
	from, _ := slices.BinarySearch(days, since)
	n := float64(len(days) - from)
	mu := l.st.expected(l.cohorts, l.weigh, group, l.label, pattern.Period{From: since, To: l.st.today + 1})
	if mu <= 0 || n <= mu {
		return 0
	}
	return n*math.Log(n/mu) - (n - mu)
}
