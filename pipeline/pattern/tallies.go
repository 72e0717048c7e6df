package pattern

// tallies are unit-days and claims by cell of the log-linear model; a cell is a stratum, an age
// and a calendar month.
type tallies struct {
	warranty int
	strata   map[string]int
	names    []string
	days     []float64
	claims   map[string][]float64
}

const stratumCells = ageBins * months

func newTallies(cohorts []Cohort, p Period, warranty int) *tallies {
	t := &tallies{warranty: warranty, strata: map[string]int{}, claims: map[string][]float64{}}
	for _, c := range cohorts {
		if _, ok := t.strata[c.Stratum]; !ok {
			t.strata[c.Stratum] = len(t.names)
			t.names = append(t.names, c.Stratum)
		}
	}
	t.days = make([]float64, len(t.names)*stratumCells)
	calendar := p.calendar()
	for _, c := range cohorts {
		for s := range p.steps() {
			day, days := p.overlap(c, s, warranty)
			if days > 0 {
				t.days[t.cell(c, ageOf(c.Since, day), int(calendar[day-p.From]))] += days * float64(c.Units)
			}
		}
	}
	return t
}

func (t *tallies) cell(c Cohort, age, month int) int {
	return t.strata[c.Stratum]*stratumCells + age*months + month
}

func (t *tallies) count(c Claim, of Cohort) {
	if int(c.Reported-of.Since) >= t.warranty {
		return
	}
	n := t.claims[c.Label]
	if n == nil {
		n = make([]float64, len(t.days))
		t.claims[c.Label] = n
	}
	n[t.cell(of, ageOf(of.Since, c.Reported), month(c.Reported))]++
}

// overlap is how many days of step s the cohort is in service and under warranty, and their
// middle.
func (p Period) overlap(c Cohort, s, warranty int) (middle Day, days float64) {
	from := max(p.From+Day(s*step), c.Since)
	to := min(p.From+Day((s+1)*step), p.To, c.Since+Day(warranty))
	return from + (to-from)/2, float64(max(0, to-from))
}

// fit turns claims by cell into rates.
func (t *tallies) fit(n []float64, cfg Fit, seasons bool) *Rates {
	r := &Rates{Factor: map[string]float64{}}
	for m := range r.Season {
		r.Season[m] = 1
	}
	factor := make([]float64, len(t.names))
	for s := range factor {
		factor[s] = 1
	}
	for range cfg.Rounds {
		t.fitHazard(n, r, factor)
		t.fitFactor(n, r, factor, cfg.Shrink)
		if seasons {
			t.fitSeason(n, r, factor, cfg.Shrink)
		}
	}
	t.fitHazard(n, r, factor)
	for s, name := range t.names {
		r.Factor[name] = factor[s]
	}
	return r
}

// each goes through the cells that have unit-days or claims.
func (t *tallies) each(n []float64, do func(stratum, age, month int, days, claims float64)) {
	for i, days := range t.days {
		if days > 0 || n[i] > 0 {
			at := i % stratumCells
			do(i/stratumCells, at/months, at%months, days, n[i])
		}
	}
}

func (t *tallies) fitHazard(n []float64, r *Rates, factor []float64) {
	var seen, days [ageBins]float64
	t.each(n, func(s, a, m int, d, k float64) {
		seen[a] += k
		days[a] += d * r.Season[m] * factor[s]
	})
	for a := range r.Hazard {
		if days[a] > 0 {
			r.Hazard[a] = seen[a] / days[a]
		}
	}
}

func (t *tallies) fitFactor(n []float64, r *Rates, factor []float64, shrink float64) {
	seen, want := make([]float64, len(factor)), make([]float64, len(factor))
	t.each(n, func(s, a, m int, d, k float64) {
		seen[s] += k
		want[s] += d * r.Hazard[a] * r.Season[m]
	})
	for s, w := range want {
		factor[s] = (seen[s] + shrink) / (w + shrink)
	}
}

func (t *tallies) fitSeason(n []float64, r *Rates, factor []float64, shrink float64) {
	var seen, want [months]float64
	t.each(n, func(s, a, m int, d, k float64) {
		seen[m] += k
		want[m] += d * r.Hazard[a] * factor[s]
	})
	for m := range r.Season {
		r.Season[m] = (seen[m] + shrink) / (want[m] + shrink)
	}
}
