package pattern

import (
	"maps"
	"slices"

	"github.com/sourcegraph/conc/iter"
)

// Learner learns what is usual again and again as time goes on, as [FitBaseline] does it of a period:
// what it has counted it keeps, and a fit begins where the last one ended. It is not for use by
// several goroutines at once.
type Learner struct {
	cfg     Fit
	start   Day
	cohorts []Cohort
	all     *tallies // of everything before until
	old     *tallies // of what teaches about strata, before oldEnd
	until   Day
	oldEnd  Day
	fresh   []Claim // that all has not counted yet, in order of report
	waiting []Claim // that old has not
	last    map[string]*fitting
}

// laterRounds are those of a fit that begins where the one before ended.
const laterRounds = 2

// NewLearner makes one for claims reported from a day on. Cohorts must not change while it is in
// use. Its Known are not used: they are given to each fit.
func NewLearner(cohorts []Cohort, start Day, cfg Fit) *Learner {
	cfg = cfg.withDefaults()
	return &Learner{cfg: cfg, start: start, cohorts: cohorts, until: start, oldEnd: start, last: map[string]*fitting{},
		all: indexTallies(cohorts, cfg.Warranty), old: indexTallies(cohorts, cfg.Warranty)}
}

// Add takes the next claim, in order of report; one that comes late counts from the next fit on.
// Those that the cohorts leave out are not counted; an [ErrInput] names one of a cohort that is not
// there.
func (l *Learner) Add(c Claim) error {
	if err := usable(c, l.cohorts, Period{l.start, c.Reported + 1}); err != nil {
		if c.Cohort < 0 || c.Cohort >= len(l.cohorts) {
			return err
		}
		return nil
	}
	l.fresh, l.waiting = append(l.fresh, c), append(l.waiting, c)
	return nil
}

// Fit learns from what was reported before today, which must not be before the last fit's: of strata
// from what is older than lag days, and with allowance for what is known. Labels without a claim are
// missing.
func (l *Learner) Fit(today Day, lag int, known []Known) (*Baseline, error) {
	if err := (Period{l.start, today}).check(); err != nil {
		return nil, err
	}
	l.extend(today, today-Day(lag))
	cfg := l.cfg
	cfg.Known = known
	b := &Baseline{Warranty: cfg.Warranty, Labels: map[string]*Rates{}}
	labels := slices.Sorted(maps.Keys(l.all.claims))
	for _, label := range labels {
		l.old.of(label)
	}
	fits := iter.Map(labels, func(name *string) *fitting {
		label := *name
		f := &fitting{tallies: l.all, cfg: cfg, data: data{l.all.days, l.all.claims[label]}, old: data{l.old.days, l.old.claims[label]}, before: l.last[label]}
		if mine := cfg.known(label); len(mine) > 0 {
			f.data.days = l.all.allowing(mine, l.cohorts, Period{l.start, l.until})
			if l.start < l.oldEnd {
				f.old.days = l.old.allowing(mine, l.cohorts, Period{l.start, l.oldEnd})
			}
		}
		f.fit(int(today-l.start) >= fullYear)
		f.data, f.old = data{}, data{}
		return f
	})
	for i, f := range fits {
		b.Labels[labels[i]], l.last[labels[i]] = f.rates, f
	}
	return b, nil
}

// extend counts units at risk and claims up to two days.
func (l *Learner) extend(until, old Day) {
	if until > l.until {
		l.all.exposeAll(l.cohorts, Period{l.until, until})
		l.until = until
	}
	if old > l.oldEnd {
		l.old.exposeAll(l.cohorts, Period{l.oldEnd, old})
		l.oldEnd = old
	}
	l.fresh = l.all.countBefore(l.fresh, l.until, l.cohorts)
	l.waiting = l.old.countBefore(l.waiting, l.oldEnd, l.cohorts)
}

// countBefore counts the claims up to the first one of a day or later, and gives the others.
func (t *tallies) countBefore(claims []Claim, end Day, cohorts []Cohort) []Claim {
	n := 0
	for n < len(claims) && claims[n].Reported < end {
		t.count(claims[n], cohorts[claims[n].Cohort])
		n++
	}
	return claims[n:]
}
