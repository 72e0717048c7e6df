package surveillance

import (
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// absorb counts reports that came late or now as of today at the latest and gives the alarms
// that they raise.
func (w *Watch) absorb(st *state, fresh []*report) ([]pattern.Alarm, error) {
	slices.SortFunc(fresh, byDay)
	st.withoutRepeats(fresh, pattern.Day(w.cfg.Repeat/day))
	latest := st.period.From
	if n := len(st.reports); n > 0 {
		latest = st.reports[n-1].day
	}
	var raised []pattern.Alarm
	for _, r := range fresh {
		// The day on which it became known: earlier ones were looked at without it.
		if r.day = max(r.day, latest); r.day > st.today {
			continue
		}
		latest = r.day
		alarms, err := st.add(r)
		if err != nil {
			return nil, err
		}
		raised = append(raised, alarms...)
		st.reports = append(st.reports, r)
		st.enter(len(st.reports) - 1)
		if err := st.lessons.hear(st, r); err != nil {
			return nil, err
		}
	}
	st.raised = append(st.raised, raised...)
	return raised, nil
}
