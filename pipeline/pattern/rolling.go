package pattern

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// RollingConfig says how a watch learns while it goes on.
type RollingConfig struct {
	Fit    Fit
	Config Config
	// Every is the days after which the baseline is fitted again; default 28.
	Every int
}

const rollingLag = 84 // days; see [Fit]

// Rolling is a [Monitor] whose baseline is fitted again and again to what was reported so far, as
// new products come and units reach ages that none had reached before. What was found already
// does not become usual (see [Known]). It is not for use by several goroutines at once.
type Rolling struct {
	cfg     RollingConfig
	history Period // the history's start up to the watch's end
	cohorts []Cohort
	claims  []Claim // of history and watch, in order of report
	alarms  []Alarm
	monitor *Monitor
	taught  *Taught
	settled int // alarms that a fit has looked at
}

// NewRolling fits a baseline to the past claims, reported from the history's start on and before
// the watch's, and watches from there. Labels are those of the past. Cohorts must not change while
// it is in use; those that come into service in the watch are known from its start.
func NewRolling(cohorts []Cohort, past []Claim, start Day, watch Period, cfg RollingConfig) (*Rolling, error) {
	cfg.Every = cmp.Or(cfg.Every, 28)
	cfg.Fit.Lag = cmp.Or(cfg.Fit.Lag, rollingLag)
	if cfg.Every < 1 {
		return nil, fmt.Errorf("%w: a new fit every %d days", ErrInput, cfg.Every)
	}
	r := &Rolling{cfg: cfg, history: Period{start, watch.To}, cohorts: cohorts}
	r.claims = slices.Clone(past)
	slices.SortStableFunc(r.claims, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(a.Reported, b.Reported), strings.Compare(a.ID, b.ID))
	})
	first := cfg.Fit
	first.Lag = 0
	b, err := FitBaseline(cohorts, r.claims, Period{start, watch.From}, first)
	if err != nil {
		return nil, err
	}
	if r.monitor, err = NewMonitor(cohorts, b, watch, cfg.Config); err != nil {
		return nil, err
	}
	r.taught = Teach(r.monitor, watch.From+Day(cfg.Every), cfg.Every, r.learn)
	return r, nil
}

// Add takes the next claim, as [Monitor.Add] does, and fits the baseline again when that is due.
func (r *Rolling) Add(c Claim) ([]Alarm, error) {
	alarms, err := r.taught.Add(c)
	if err != nil {
		return nil, err
	}
	r.claims = append(r.claims, c)
	r.alarms = append(r.alarms, alarms...)
	return alarms, nil
}

// learn learns from the claims before today.
func (r *Rolling) learn(today Day) (Lesson, error) {
	found, err := r.Patterns()
	if err != nil {
		return Lesson{}, err
	}
	fit := r.cfg.Fit
	fit.Known = slices.Clone(fit.Known)
	fit.Lag = min(fit.Lag, int(today-r.monitor.period.From)) // the history teaches in full
	for _, p := range found {
		k := p.known()
		if !slices.ContainsFunc(fit.Known, func(o Known) bool { return o.Group == k.Group && o.Label == k.Label }) {
			fit.Known = append(fit.Known, k)
		}
	}
	b, err := FitBaseline(r.cohorts, r.claims, Period{r.history.From, today}, fit)
	return Lesson{Baseline: b, Known: fit.Known, Settled: r.settle(found)}, err
}

// known is the excess of a pattern's leading cause, or of its first alarm.
func (p *Pattern) known() Known {
	f := p.Findings[0]
	return Known{Group: f.Group, Label: p.Label, Since: p.Alarms[0].Onset, Ratio: f.Ratio, Young: p.Young}
}

// settle gives the new alarms of groups that only share in an excess of another one.
func (r *Rolling) settle(found []Pattern) []Stream {
	fresh := r.alarms[r.settled:]
	r.settled = len(r.alarms)
	var out []Stream
	for _, p := range found {
		for _, a := range p.Alarms {
			if a.Group != p.Findings[0].Group && slices.Contains(fresh, a) {
				out = append(out, Stream{a.Group, a.Label})
			}
		}
	}
	return out
}

// Patterns groups all alarms so far, as [Monitor.Patterns] does.
func (r *Rolling) Patterns() ([]Pattern, error) { return r.monitor.Patterns(r.alarms, r.claims) }

// PatternsOf does so for one label, which is quicker.
func (r *Rolling) PatternsOf(label string) ([]Pattern, error) {
	var of []Alarm
	for _, a := range r.alarms {
		if a.Label == label {
			of = append(of, a)
		}
	}
	return r.monitor.Patterns(of, r.claims)
}

// Monitor is the monitor behind it, for its counts and for closing alarms.
func (r *Rolling) Monitor() *Monitor { return r.monitor }
