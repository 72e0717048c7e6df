package surveillance

import (
	"fmt"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

const (
	// teaching is the days at the start of the history that teach themselves: a season cannot be
	// told from growth in less than a year, so what is usual in them is learned of all of them, in
	// two passes. From then on it is learned from what was reported before, and again every
	// lessonDays (on days that do not depend on when one looks).
	teaching   = 365
	lessonDays = 28
	// lag is the days before a lesson that teach nothing about products: what goes wrong with one
	// now must not become usual before it is found.
	lag = 84
	// scarce is the claims below which a label has no past to learn from: what is usual of it is
	// learned of the whole history.
	scarce = 30
)

// lessons are what a watch learns as it goes through the history.
type lessons struct {
	cfg     Config
	first   pattern.Day // the day from which on the past teaches
	crowd   *slice      // all units, by product
	learner *pattern.Learner
	taught  *pattern.Taught
	whole   *pattern.Baseline // of the whole history, made when it is needed
	learned []bool            // by label
	claims  map[int32]int     // by label, so far
	shares  map[int32][]pattern.Cohort
	// explained alarms were put down to causes, settled ones were looked at by a lesson.
	explained, settled int
}

func (st *state) newLessons(cfg Config) *lessons {
	l := &lessons{cfg: cfg, crowd: st.fleet.slice(nil, true), claims: map[int32]int{}, shares: map[int32][]pattern.Cohort{}}
	l.first = st.period.From + teaching
	l.first += (lessonDays - l.first%lessonDays) % lessonDays
	l.learner = pattern.NewLearner(l.crowd.cohorts, st.period.From, l.fit(st.fleet.basis))
	l.learned = make([]bool, len(st.labels.names))
	for label, list := range st.byLabel {
		l.learned[label] = len(list) >= max(cfg.Monitor.Least, 3)
	}
	return l
}

func (l *lessons) fit(basis string) pattern.Fit {
	if basis == store.BasisClaims {
		return pattern.Fit{Warranty: step} // see shares.go
	}
	return pattern.Fit{Warranty: l.cfg.Warranty}
}

// hear adds a report to what teaches.
func (l *lessons) hear(st *state, r *report) error {
	at := int32(-2)
	for _, label := range r.labels {
		if int(label) >= len(l.learned) || !l.learned[label] {
			continue
		}
		if at == -2 {
			at = l.crowd.place(r)
		}
		if at < 0 {
			return nil
		}
		l.claims[label]++
		if err := l.learner.Add(pattern.Claim{ID: r.id, Cohort: int(at), Label: st.labels.names[label], Reported: r.day}); err != nil {
			return fmt.Errorf("learn of %s: %w", r.id, err)
		}
	}
	return nil
}

// learn says what is usual as of a day, with allowance for causes.
func (l *lessons) learn(st *state, today pattern.Day, known []pattern.Known) (*pattern.Baseline, error) {
	b, err := l.learner.Fit(today, max(0, min(lag, int(today-l.first))), known)
	if err != nil {
		return nil, fmt.Errorf("learn what is usual: %w", err)
	}
	if today > st.reports[len(st.reports)-1].day { // that is the whole history
		return b, nil
	}
	for label, learned := range l.learned {
		if !learned || l.claims[int32(label)] >= scarce && b.Labels[st.labels.names[label]] != nil {
			continue
		}
		if l.whole == nil {
			claims := l.crowd.claims(st.reports, func(label int32) bool { return int(label) < len(l.learned) && l.learned[label] }, st.labels.names)
			if l.whole, err = pattern.FitBaseline(l.crowd.cohorts, claims, st.past(), l.fit(st.fleet.basis)); err != nil {
				return nil, fmt.Errorf("learn what is usual: %w", err)
			}
		}
		if r := l.whole.Labels[st.labels.names[label]]; r != nil {
			b.Labels[st.labels.names[label]] = r
		}
	}
	return b, nil
}

// lesson is what the monitor learns by a day: new alarms are put down to causes, which then are
// known.
func (st *state) lesson(today pattern.Day) (pattern.Lesson, error) {
	l, now := st.lessons, st.today
	st.today = min(now, today-1)
	defer func() { st.today = now }()
	if err := st.catchUp(); err != nil {
		return pattern.Lesson{}, err
	}
	var settled []pattern.Stream
	for _, a := range st.raised[l.settled:] {
		if !st.isCause(a) {
			settled = append(settled, pattern.Stream{Group: a.Group, Label: a.Label})
		}
	}
	l.settled = len(st.raised)
	known := st.known(st.causes)
	var err error
	st.baseline, err = l.learn(st, today, known)
	return pattern.Lesson{Baseline: st.baseline, Known: known, Settled: settled}, err
}

// catchUp puts the alarms since the last lesson down to causes, and says of all causes anew how
// large they are.
func (st *state) catchUp() error {
	l := st.lessons
	if fresh := st.raised[l.explained:]; len(fresh) > 0 {
		causes, err := st.explainAll(fresh, st.causes)
		if err != nil {
			return err
		}
		st.causes, l.explained = append(st.causes, causes...), len(st.raised)
	}
	st.reweigh()
	return nil
}

// isCause says that an alarm's own group is a cause of its label.
func (st *state) isCause(a pattern.Alarm) bool {
	group, label := st.fleet.byKey[a.Group], st.labels.ids[a.Label]
	return slices.ContainsFunc(st.causes, func(c *cause) bool {
		return c.group == group && (c.label == label || slices.Contains(c.also, label))
	})
}
