package surveillance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// state is everything that a watch has in memory: what it read and what it made of it.
type state struct {
	fleet   *fleet
	labels  *labels
	placer  *placer
	reports []*report // by day, then id
	byLabel map[int32][]*report
	seen    map[string]bool      // ids of claims that were read
	told    map[told]pattern.Day // when a unit was last reported with a label
	// period is what is watched, up to today and a while after; today is the day as of which
	// things are measured.
	period pattern.Period
	today  pattern.Day
	read   time.Time // when reading began
	// waited is when the oldest claim came that was not finished then.
	waited time.Time

	confusion *pattern.Confusion
	baseline  *pattern.Baseline
	weighs    weighs
	margins   *margins
	lessons   *lessons // nil when there was nothing to watch
	monitor   *pattern.Monitor
	raised    []pattern.Alarm
	causes    []*cause
	spilled   map[int32][]spill // by label
	mixes     map[int32][]mixed // by group
	shrinkage *pattern.Shrinkage
	tallies   map[string]*tally // by alarm
}

// ahead is how many days past today a monitor is prepared for.
const ahead = 60

// load reads the store.
func (w *Watch) load(ctx context.Context) (*state, error) {
	now := w.cfg.Now()
	f, err := loadFleet(ctx, w.cfg.Store, w.cfg)
	if err != nil {
		return nil, err
	}
	if len(f.rows) == 0 {
		f = newFleet(store.BasisClaims, func([]store.Group) pattern.Day { return 0 })
	}
	st := &state{fleet: f, labels: newLabels(), seen: map[string]bool{}, told: map[told]pattern.Day{}, tallies: map[string]*tally{}, mixes: map[int32][]mixed{}, read: now, today: pattern.DayOf(now),
		placer: &placer{fleet: f, kinds: w.cfg.Kinds}}
	people, err := decided(ctx, w.cfg.Store, now)
	if err != nil {
		return nil, err
	}
	if err := w.markWaitingSince(ctx, st, now); err != nil {
		return nil, err
	}
	if _, err := w.take(ctx, st, now.Add(-w.cfg.History), people); err != nil {
		return nil, err
	}
	slices.SortFunc(st.reports, byDay)
	st.withoutRepeats(st.reports, pattern.Day(w.cfg.Repeat/day))
	if f.basis == store.BasisClaims {
		f.addClaims(st.reports)
	}
	st.bound(pattern.DayOf(now.Add(-w.cfg.History)))
	if st.confusion, err = w.confusion(ctx, st.labels); err != nil {
		return nil, err
	}
	return st, nil
}

// markWaitingSince remembers from when on claims may still be finished.
func (w *Watch) markWaitingSince(ctx context.Context, st *state, now time.Time) error {
	n, oldest, err := w.cfg.Store.Waiting(ctx)
	if err != nil {
		return fmt.Errorf("waiting claims: %w", err)
	}
	st.waited = now
	if n > 0 && oldest.Before(st.waited) {
		st.waited = oldest
	}
	return nil
}

// take reads the finished claims that came in since a time and gives the reports that are new,
// page by page, since a claim with its prediction is a hundred times a report.
func (w *Watch) take(ctx context.Context, st *state, since time.Time, people map[string]map[string]string) ([]*report, error) {
	var fresh []*report
	var page []store.Claim
	flush := func() error {
		units := make([][]store.Unit, len(page))
		if st.fleet.basis == store.BasisUnits {
			var err error
			if units, err = lookUp(ctx, w.cfg.Store, page); err != nil {
				return fmt.Errorf("units of claims: %w", err)
			}
		}
		for i, c := range page {
			r := &report{id: c.ID, reference: c.Claim.ID, serial: c.Claim.Serial, day: pattern.DayOf(reportedAt(c)),
				labels: st.labels.answers(c, w.cfg.Axes, people[c.ID])}
			if st.placer.place(r, c, units[i]) {
				fresh = append(fresh, r)
			}
		}
		page = page[:0]
		return nil
	}
	var failed error
	err := eachDone(ctx, w.cfg.Store, since, func(c store.Claim) {
		if st.seen[c.ID] || failed != nil {
			return
		}
		st.seen[c.ID] = true
		if page = append(page, c); len(page) == store.MaxPage {
			failed = flush()
		}
	})
	if err == nil && failed == nil {
		failed = flush()
	}
	if err == nil {
		err = failed
	}
	st.reports = append(st.reports, fresh...)
	return fresh, err
}

// early is the share of reports before which nothing is watched: claims of before the time from
// which on all were kept.
const early = 200

// bound says from when to when things are watched: not from before claims were kept, since units
// at risk without claims would teach that nothing fails.
func (st *state) bound(earliest pattern.Day) {
	st.period = pattern.Period{From: earliest, To: st.today + 1 + ahead}
	if n := len(st.reports); n > 0 {
		st.period.From = max(earliest, st.reports[n/early].day)
	}
	kept := st.reports[:0]
	for _, r := range st.reports {
		if r.day >= st.period.From && r.day <= st.today {
			kept = append(kept, r)
		}
	}
	st.reports = kept
	st.index()
}

func (st *state) index() {
	st.byLabel = map[int32][]*report{}
	for i := range st.reports {
		st.enter(i)
	}
}

// enter numbers a report and lists it by its labels.
func (st *state) enter(i int) {
	r := st.reports[i]
	r.number = int32(i)
	for _, l := range r.labels {
		st.byLabel[l] = append(st.byLabel[l], r)
	}
}

// past is what a baseline is fitted to.
func (st *state) past() pattern.Period { return pattern.Period{From: st.period.From, To: st.today + 1} }
