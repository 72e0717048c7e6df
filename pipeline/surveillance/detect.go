package surveillance

import (
	"fmt"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// closing is an alarm that was closed: from then on, its cause begins from nothing.
type closing struct {
	key   pattern.Key
	label string
	day   pattern.Day
}

// detect learns what is usual, finds excesses, and does both again with allowance for what was
// found: an excess that became usual would hide its own later half.
func (st *state) detect(cfg Config, closed []closing) ([]*cause, error) {
	if len(st.reports) == 0 || len(st.fleet.rows) == 0 {
		return nil, nil
	}
	st.margins = st.fleet.margins()
	var found []*cause
	for pass := range 2 {
		if err := st.fit(cfg, found); err != nil {
			return nil, err
		}
		if err := st.replay(cfg, closed); err != nil {
			return nil, err
		}
		before := len(found)
		var err error
		if found, err = st.explainAll(st.raised, nil); err != nil {
			return nil, err
		}
		if pass == 0 && len(found) == 0 && before == 0 {
			break
		}
	}
	st.causes = found
	return found, nil
}

// fit learns what is usual, with allowance for causes.
func (st *state) fit(cfg Config, causes []*cause) error {
	fit := pattern.Fit{Warranty: cfg.Warranty}
	if st.fleet.basis == store.BasisClaims {
		fit.Warranty = step // see shares.go
	}
	var groups []int32
	for _, c := range causes {
		i := slices.Index(groups, c.group)
		if i < 0 {
			if len(groups) == maxSlice {
				continue
			}
			groups = append(groups, c.group)
		}
		for _, l := range append([]int32{c.label}, c.also...) {
			fit.Known = append(fit.Known, pattern.Known{Group: st.fleet.keys[c.group], Label: st.labels.names[l], Since: c.onset, Ratio: st.ratioOf(c, l)})
		}
	}
	s := st.fleet.slice(groups, true, nil)
	least := max(cfg.Monitor.Least, 3)
	claims := s.claims(st.reports, func(l int32) bool { return len(st.byLabel[l]) >= least }, st.labels.names)
	var err error
	if st.baseline, err = pattern.FitBaseline(s.cohorts, claims, st.past(), fit); err != nil {
		return fmt.Errorf("learn what is usual: %w", err)
	}
	return nil
}

// ratioOf is the excess of a label that a cause explains, 1 when there is none.
func (st *state) ratioOf(c *cause, label int32) float64 {
	if label == c.label {
		return c.finding.Ratio
	}
	if r, ok := c.ratios[label]; ok {
		return r
	}
	return 1
}

// replay watches the past as if it came day by day. Streams of causes that were closed begin
// anew after that day.
func (st *state) replay(cfg Config, closed []closing) error {
	st.raised, st.monitor = nil, nil // one monitor in memory is enough
	if len(st.baseline.Labels) == 0 {
		return nil
	}
	settings := cfg.Monitor
	settings.Confusion = st.confusion
	var err error
	if st.monitor, err = pattern.NewMonitor(st.margins.cohorts, st.baseline, st.period, settings); err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	slices.SortFunc(closed, func(a, b closing) int { return int(a.day - b.day) })
	for _, r := range st.reports {
		for len(closed) > 0 && closed[0].day < r.day {
			st.monitor.Close(closed[0].key, closed[0].label)
			closed = closed[1:]
		}
		st.raised = append(st.raised, st.add(r)...)
	}
	for _, c := range closed {
		st.monitor.Close(c.key, c.label)
	}
	return nil
}

// maxPlaces is how many groups a unit seldom has more of.
const maxPlaces = 32

// add counts a report in all its groups and gives the alarms that it raises. What a monitor
// refuses is nothing to count: a label too rare to be watched, a group without units at risk.
func (st *state) add(r *report) []pattern.Alarm {
	if st.monitor == nil {
		return nil
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
		if st.baseline.Labels[name] == nil {
			continue
		}
		for _, at := range at {
			alarms, err := st.monitor.Add(pattern.Claim{ID: r.id, Cohort: int(at), Label: name, Reported: r.day})
			if err == nil {
				out = append(out, alarms...)
			}
		}
	}
	return out
}
