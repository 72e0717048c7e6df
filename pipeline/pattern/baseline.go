package pattern

import (
	"cmp"
	"slices"
)

// Fit says how a baseline is learned.
type Fit struct {
	// Warranty is the days in service after which claims are no longer counted; default 1,095.
	Warranty int
	// Shrink is the number of expected claims that pull a stratum's factor to its family's and
	// a month's to 1. Default: what their differences say (the most likely gamma distribution);
	// at least 20 for months, and 20 for strata when there are fewer than 5.
	Shrink float64
	// Rounds of proportional fitting; default 6.
	Rounds int
	// Smooth is the number of claims at the age before that a bin of age is pulled to, so that
	// ages of which little or nothing was seen yet are expected to go on as before; default 3.
	Smooth float64
	// Known are excesses that were found already: they do not become usual.
	Known []Known
}

// Known is an excess that a baseline makes allowance for: from Since on, a unit of the group
// counts as Ratio units (at least 1) for the label.
type Known struct {
	Group Key
	Label string
	Since Day
	Ratio float64
	// Units, when given, are the units in the excess, for those whose cohorts do not name the
	// groups that it may be in; Shares are those of them that other groups have, as cohorts of
	// these groups, one each (see [Monitor.Rebase]). Both count beside other excesses, not times them.
	Units, Shares []Cohort
}

// has says whether a cohort is in the excess.
func (k Known) has(c Cohort) bool { return slices.Contains(c.Groups, k.Group) }

func (f Fit) withDefaults() Fit {
	f.Warranty = cmp.Or(f.Warranty, 1095)
	f.Rounds = cmp.Or(f.Rounds, 6)
	f.Smooth = cmp.Or(f.Smooth, 3)
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
	// Doubt is the relative standard error of a stratum's factor; one that is not in it has 0.
	// SeasonDoubt is that of each month's, 0.25 when the data span less than a year.
	Doubt       map[string]float64
	SeasonDoubt [months]float64
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
		f := &fitting{tallies: t, cfg: cfg, data: data{t.days, n}}
		if known := cfg.known(label); len(known) > 0 {
			f.data.days = t.allowing(known, cohorts, period)
		}
		f.old = f.data
		b.Labels[label] = f.fit(int(period.To-period.From) >= fullYear)
	}
	return b, nil
}

func (f Fit) known(label string) []Known {
	var out []Known
	for _, k := range f.Known {
		if k.Label == label && k.Ratio > 1 {
			out = append(out, k)
		}
	}
	return out
}
