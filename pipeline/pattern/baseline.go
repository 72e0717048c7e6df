package pattern

import "cmp"

// Fit says how a baseline is learned.
type Fit struct {
	// Warranty is the days in service after which claims are no longer counted; default 1,095.
	Warranty int
	// Shrink is the number of expected claims that pull a stratum's factor to 1; default 20.
	Shrink float64
	// Rounds of proportional fitting; default 6.
	Rounds int
}

func (f Fit) withDefaults() Fit {
	f.Warranty = cmp.Or(f.Warranty, 1095)
	f.Shrink = cmp.Or(f.Shrink, 20)
	f.Rounds = cmp.Or(f.Rounds, 6)
	return f
}

// Rates is what is usual for one label.
type Rates struct {
	// Hazard is reports per unit and day by age in bins of 30 days.
	Hazard [ageBins]float64
	// Season multiplies it by calendar month, January first; mean about 1. All 1 when the data
	// span less than a year.
	Season [months]float64
	// Factor multiplies it by stratum; a stratum that is not in it has 1.
	Factor map[string]float64
}

func (r *Rates) factor(stratum string) float64 {
	if f, ok := r.Factor[stratum]; ok {
		return f
	}
	return 1
}

// Baseline is what is usual, by label.
type Baseline struct {
	Warranty int
	Labels   map[string]*Rates
}

// FitBaseline learns what is usual from the claims reported in the period: rate by age times
// season times stratum, fitted in turn (iterative proportional fitting, which maximises the
// Poisson likelihood of the log-linear model; Darroch and Ratcliff 1972), the strata shrunk to 1
// (gamma-Poisson). Claims that the period or the warranty leaves out are not counted. An
// [ErrInput] names the first claim of a cohort that is not there.
func FitBaseline(cohorts []Cohort, claims []Claim, period Period, cfg Fit) (*Baseline, error) {
	cfg = cfg.withDefaults()
	if err := period.check(); err != nil {
		return nil, err
	}
	t := newTallies(cohorts, period, cfg.Warranty)
	for _, c := range claims {
		if err := usable(c, cohorts, period); err != nil {
			if c.Cohort < 0 || c.Cohort >= len(cohorts) {
				return nil, err
			}
			continue
		}
		t.count(c, cohorts[c.Cohort])
	}
	b := &Baseline{Warranty: cfg.Warranty, Labels: map[string]*Rates{}}
	for label, n := range t.claims {
		b.Labels[label] = t.fit(n, cfg, period.years() >= 1)
	}
	return b, nil
}
