package surveillance

import (
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

const (
	// maxMonths is how many calendar months and months in service charts show.
	maxMonths = 36
	ageDays   = 30
)

// chart adds what charts show of a cause.
func (st *state) chart(c *cause, facts *store.AlarmFacts) {
	facts.Months = st.months(c.group, c.label)
	if st.fleet.basis == store.BasisUnits {
		facts.Ages = st.ages(c.group, c.label)
	}
}

// months are observed and expected claims by calendar month.
func (st *state) months(group, label int32) []store.AlarmMonth {
	w := st.weigh(label)
	if w == nil {
		return nil
	}
	cohorts := st.fleet.cohorts(group, w)
	if len(cohorts) == 0 {
		return nil
	}
	first := cohorts[0].Since // they ascend
	from := max(st.period.From, first)
	mine := st.mine(group, label, from)
	var out []store.AlarmMonth
	for _, p := range calendar(from, st.today+1) {
		m := store.AlarmMonth{Month: p.From.Time().Format("2006-01"), Expected: st.expected(cohorts, w, group, label, p)}
		for _, r := range mine {
			if r.day >= p.From && r.day < p.To {
				m.Observed++
			}
		}
		out = append(out, m)
	}
	return out
}

// calendar divides days into calendar months, the last maxMonths of them.
func calendar(from, to pattern.Day) []pattern.Period {
	var out []pattern.Period
	for at := from; at < to; {
		t := at.Time()
		next := min(to, pattern.DayOf(time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)))
		out = append(out, pattern.Period{From: at, To: next})
		at = next
	}
	return out[max(0, len(out)-maxMonths):]
}

// ages are claims by month in service beside what is usual at that age.
func (st *state) ages(group, label int32) []store.AlarmAge {
	_, rates, s := st.nevada(group, label)
	usual := st.usual(s, label)
	out := make([]store.AlarmAge, 0, len(rates))
	for _, r := range rates {
		out = append(out, store.AlarmAge{Month: r.Month, Units: r.Units, Claims: r.Claims, Per1000: r.Per1000, Low: r.Low, High: r.High, Usual: usual(r.Month)})
	}
	return out
}

func (st *state) nevada(group, label int32) ([]pattern.NevadaRow, []pattern.MonthRate, *slice) {
	s := st.fleet.slice([]int32{group}, false)
	claims := s.claims(st.byLabel[label], func(l int32) bool { return l == label }, st.labels.names)
	rows, rates := pattern.Nevada(s.cohorts, claims, "", st.today, maxMonths, func(pattern.Cohort) bool { return true })
	return rows, rates, s
}

// usual gives the usual claims per 1,000 units of a slice's products by month in service,
// seasons aside.
func (st *state) usual(s *slice, label int32) func(month int) float64 {
	r := st.baseline.Labels[st.labels.names[label]]
	if r == nil {
		return func(int) float64 { return 0 }
	}
	units, weighted := 0.0, 0.0
	for _, c := range s.cohorts {
		factor, ok := r.Factor[c.Stratum]
		if !ok {
			factor = 1
		}
		units += float64(c.Units)
		weighted += float64(c.Units) * factor
	}
	return func(month int) float64 {
		return 1000 * ageDays * r.Hazard[min(month, len(r.Hazard)-1)] * weighted / max(units, 1)
	}
}
