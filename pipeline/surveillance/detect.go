package surveillance

import (
	"fmt"
	"maps"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// closing is an alarm that was closed: from then on, its cause begins from nothing.
type closing struct {
	key   pattern.Key
	label string
	day   pattern.Day
}

// detect goes through the history as if it came day by day: what is usual is learned of the past
// alone (see lessons), with allowance for what was found, since an excess that became usual would
// hide its own later half.
func (st *state) detect(cfg Config, closed []closing) ([]*cause, error) {
	st.raised, st.causes = nil, nil
	if len(st.reports) == 0 || len(st.fleet.rows) == 0 {
		return nil, nil
	}
	st.margins, st.lessons = st.fleet.margins(), st.newLessons(cfg)
	slices.SortFunc(closed, func(a, b closing) int { return int(a.day - b.day) })
	n, err := st.early(cfg, closed)
	if err != nil || st.monitor == nil {
		return st.causes, err
	}
	if err := st.replay(n, len(st.reports), closed); err != nil {
		return nil, err
	}
	if st.today < st.lessons.first {
		return st.causes, nil
	}
	if err := st.catchUp(); err != nil {
		return nil, err
	}
	if st.baseline, err = st.lessons.learn(st, st.today+1, st.known(st.causes)); err != nil {
		return nil, err
	}
	if st.causes, err = st.explainAll(st.raised, nil); err != nil {
		return nil, err
	}
	st.lessons.settled = len(st.raised)
	st.spillOver()
	return st.causes, nil
}

// early goes through the first reports in two passes, and gives how many these are.
func (st *state) early(cfg Config, closed []closing) (int, error) {
	l := st.lessons
	end := min(l.first, st.today+1)
	n, _ := slices.BinarySearchFunc(st.reports, end, func(r *report, d pattern.Day) int { return int(r.day - d) })
	now := st.today
	st.today = end - 1
	defer func() { st.today = now }()
	for _, r := range st.reports[:n] {
		if err := l.hear(st, r); err != nil {
			return n, err
		}
	}
	for range 2 {
		var err error
		if st.baseline, err = l.learn(st, end, st.known(st.causes)); err != nil {
			return n, err
		}
		if err := st.watch(cfg); err != nil || st.monitor == nil {
			return n, err
		}
		if err := st.replay(0, n, closed); err != nil {
			return n, err
		}
		before := len(st.causes)
		if st.causes, err = st.explainAll(st.raised, nil); err != nil {
			return n, err
		}
		if l.explained = len(st.raised); len(st.causes)+before == 0 {
			break
		}
	}
	return n, nil
}

// ratioOf is the excess of a label that a cause explains, 1 when there is none.
func (st *state) ratioOf(c *cause, label int32) float64 {
	if label == c.label {
		return max(c.finding.Ratio, 1)
	}
	if r, ok := c.ratios[label]; ok {
		return max(r, 1)
	}
	return 1
}

// watch begins to watch from the start of the history.
func (st *state) watch(cfg Config) error {
	st.raised, st.monitor, st.byLabel = nil, nil, map[int32][]*report{} // one monitor in memory is enough
	if len(st.baseline.Labels) == 0 {
		st.index()
		return nil
	}
	settings := cfg.Monitor
	settings.Confusion, settings.Horizon = st.confusion, st.lessons.first+step
	var err error
	if st.monitor, err = pattern.NewMonitor(st.margins.cohorts, watched(st.baseline), st.period, settings); err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	st.lessons.taught = pattern.Teach(st.monitor, st.lessons.first, lessonDays, st.lesson)
	return nil
}

// watched leaves out what is learned and not watched.
func watched(b *pattern.Baseline) *pattern.Baseline {
	labels := maps.Clone(b.Labels)
	delete(labels, allClaims)
	return &pattern.Baseline{Warranty: b.Warranty, Labels: labels}
}

// replay watches reports as if they came day by day. Streams of causes that were closed begin anew
// after that day.
func (st *state) replay(from, to int, closed []closing) error {
	if from > 0 {
		closed = closed[st.overBefore(closed, from):]
	}
	for i := from; i < to; i++ {
		r := st.reports[i]
		for len(closed) > 0 && closed[0].day < r.day {
			st.monitor.Close(closed[0].key, closed[0].label)
			closed = closed[1:]
		}
		alarms, err := st.add(r)
		if err != nil {
			return err
		}
		st.raised = append(st.raised, alarms...)
		st.enter(i)
		if r.day >= st.lessons.first {
			if err := st.lessons.hear(st, r); err != nil {
				return err
			}
		}
	}
	if to == len(st.reports) {
		for _, c := range closed {
			st.monitor.Close(c.key, c.label)
		}
	}
	return nil
}

// overBefore is the number of closings that reports before one have passed.
func (st *state) overBefore(closed []closing, at int) int {
	n := 0
	for n < len(closed) && closed[n].day < st.reports[at-1].day {
		n++
	}
	return n
}

// maxPlaces is how many groups a unit seldom has more of.
const maxPlaces = 32

// add counts a report in all its groups and gives the alarms that it raises. What a monitor
// refuses is nothing to count: a label too rare to be watched, a group without units at risk.
func (st *state) add(r *report) ([]pattern.Alarm, error) {
	if st.monitor == nil {
		return nil, nil
	}
	if err := st.lessons.taught.Turn(r.day); err != nil {
		return nil, err
	}
	var places [maxPlaces]int32
	at := places[:0]
	for _, g := range r.groups {
		if p := st.margins.place(st.fleet, r, g); p >= 0 {
			at = append(at, p)
		}
	}
	var out []pattern.Alarm
	for _, l := range r.labels {
		name := st.labels.names[l]
		if l == all || st.baseline.Labels[name] == nil {
			continue
		}
		for _, at := range at {
			alarms, err := st.monitor.Add(pattern.Claim{ID: r.id, Cohort: int(at), Label: name, Reported: r.day})
			if err == nil {
				out = append(out, alarms...)
			}
		}
	}
	return out, nil
}
