package pattern

import "slices"

// tallies are unit-days and claims by cell of the log-linear model; a cell is a stratum, an age
// and a calendar month.
type tallies struct {
	warranty int
	strata   map[string]int
	names    []string
	family   []int // by stratum
	families int
	days     []float64
	claims   map[string][]float64
}

const stratumCells = ageBins * months

func newTallies(cohorts []Cohort, p Period, warranty int) *tallies {
	t := indexTallies(cohorts, warranty)
	t.exposeAll(cohorts, p)
	return t
}

// indexTallies prepares tallies without units at risk.
func indexTallies(cohorts []Cohort, warranty int) *tallies {
	t := &tallies{warranty: warranty, strata: map[string]int{}, claims: map[string][]float64{}}
	families := map[string]int{}
	for _, c := range cohorts {
		if _, ok := t.strata[c.Stratum]; !ok {
			t.strata[c.Stratum] = len(t.names)
			t.names = append(t.names, c.Stratum)
			if _, ok := families[c.Family]; !ok {
				families[c.Family] = len(families)
			}
			t.family = append(t.family, families[c.Family])
		}
	}
	t.families = len(families)
	t.days = make([]float64, len(t.names)*stratumCells)
	return t
}

// exposeAll adds the unit-days of a period.
func (t *tallies) exposeAll(cohorts []Cohort, p Period) {
	calendar := p.calendar()
	for _, c := range cohorts {
		first := t.strata[c.Stratum] * stratumCells
		from, to := p.span(c, t.warranty)
		for s := from; s < to; s++ {
			if from, to := p.overlap(c, s, t.warranty); from < to {
				t.expose(t.days, first, c, calendar[s], from, to, float64(c.Units))
			}
		}
	}
}

// allowing gives the unit-days when those in known excesses count as many times.
func (t *tallies) allowing(known []Known, cohorts []Cohort, p Period) []float64 {
	out := slices.Clone(t.days)
	calendar := p.calendar()
	apart := false
	for _, k := range known {
		if k.Units == nil {
			apart = true
			continue
		}
		if since := max(p.From, k.Since); since < p.To {
			t.allow(out, k, Period{since, p.To})
		}
	}
	if !apart {
		return out
	}
	for _, c := range cohorts {
		var mine []Known
		for _, k := range known {
			if k.Units == nil && k.has(c) {
				mine = append(mine, k)
			}
		}
		if len(mine) == 0 {
			continue
		}
		first := t.strata[c.Stratum] * stratumCells
		from, to := p.span(c, t.warranty)
		for s := from; s < to; s++ {
			from, to := p.overlap(c, s, t.warranty)
			ratio := 1.0
			for _, k := range mine {
				if from >= k.Since {
					ratio *= k.Ratio
				}
			}
			if from < to {
				t.expose(out, first, c, calendar[s], from, to, float64(c.Units)*(ratio-1))
			}
		}
	}
	return out
}

// allow adds what the units of an excess count for more. It goes by four weeks, since an excess is not
// known by the week.
func (t *tallies) allow(cells []float64, k Known, p Period) {
	const stretch = 4 * step
	weeks := make([]week, int(p.To-p.From)) // by the day that a stretch begins with
	for _, c := range k.Units {
		stratum, ok := t.strata[c.Stratum]
		from, to := max(p.From, c.Since), min(p.To, c.Since+Day(t.warranty))
		for ok && from < to {
			next := min(from+stretch, to)
			w := &weeks[from-p.From]
			if w.turn == 0 {
				*w = weekFrom(from, from+stretch)
			}
			t.expose(cells, stratum*stratumCells, c, *w, from, next, float64(c.Units)*(k.Ratio-1))
			from = next
		}
	}
}

// expose adds the unit-days of a cohort's stretch to its stratum's cells.
func (t *tallies) expose(cells []float64, stratum int, c Cohort, w week, from, to Day, units float64) {
	for from < to {
		age, birthday := birthday(c.Since, from, to)
		first, second := w.split(from, birthday)
		cells[stratum+cellAt(age, w.first)] += first * units
		cells[stratum+cellAt(age, w.second)] += second * units
		from = birthday
	}
}

func cellAt(age, month int) int { return age*months + month }

// of gives a label's claims by cell.
func (t *tallies) of(label string) []float64 {
	n := t.claims[label]
	if n == nil {
		n = make([]float64, len(t.days))
		t.claims[label] = n
	}
	return n
}

func (t *tallies) count(c Claim, of Cohort) {
	if int(c.Reported-of.Since) >= t.warranty {
		return
	}
	t.of(c.Label)[t.strata[of.Stratum]*stratumCells+cellAt(ageOf(of.Since, c.Reported), month(c.Reported))]++
}

// span gives the steps that a cohort may be in service and under warranty in, the last one
// excluded.
func (p Period) span(c Cohort, warranty int) (first, last int) {
	from, to := max(p.From, c.Since, c.From), min(p.To, c.Since+Day(warranty))
	if c.Until > 0 {
		to = min(to, c.Until)
	}
	if to <= from {
		return 0, 0
	}
	return int(from-p.From) / step, (int(to-p.From) + step - 1) / step
}

// overlap is the days of step s that the cohort is in service and under warranty on; to is not
// after from when there are none.
func (p Period) overlap(c Cohort, s, warranty int) (from, to Day) {
	from = max(p.From+Day(s*step), c.Since, c.From)
	to = min(p.From+Day((s+1)*step), p.To, c.Since+Day(warranty))
	if c.Until > 0 {
		to = min(to, c.Until)
	}
	return from, to
}
