package surveillance

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// System is who makes the changes that no person makes.
const System = "system"

// allAlarms reads the alarms in some states, newest first.
func allAlarms(ctx context.Context, s Alarms, states ...store.AlarmState) ([]store.Alarm, error) {
	out, err := store.Gather(store.EachAlarm(ctx, s, store.AlarmFilter{States: states}))
	if err != nil {
		return nil, fmt.Errorf("alarms: %w", err)
	}
	return out, nil
}

// keeping is one bringing together of causes and kept alarms.
type keeping struct {
	watch    *Watch
	st       *state
	living   []store.Alarm
	closed   []store.Alarm // see recall
	recalled bool
	matched  map[string]bool
	done     *Summary
}

func (w *Watch) keeping(ctx context.Context, st *state, done *Summary) (*keeping, error) {
	k := &keeping{watch: w, st: st, matched: map[string]bool{}, done: done}
	var err error
	k.living, err = allAlarms(ctx, w.cfg.Store, store.AlarmOpen, store.AlarmAcknowledged, store.AlarmDismissed)
	return k, err
}

// recall reads the closed alarms, once: most looks raise nothing that they could matter to.
func (k *keeping) recall(ctx context.Context) (err error) {
	if !k.recalled {
		k.closed, err = allAlarms(ctx, k.watch.cfg.Store, store.AlarmClosed)
		k.recalled = err == nil
	}
	return err
}

// closings are where streams begin anew.
func (k *keeping) closings(ctx context.Context) ([]closing, error) {
	if err := k.recall(ctx); err != nil {
		return nil, err
	}
	var out []closing
	for _, a := range k.closed {
		id, ok := k.st.fleet.ids[groupOf(a.Cause)]
		for g, whole := range k.st.fleet.wholes {
			if ok && whole == id {
				out = append(out, closing{k.st.fleet.keys[g], a.Cause.Label, pattern.DayOf(a.SettledAt)})
			}
		}
	}
	return out, nil
}

func groupOf(c store.Cause) store.Group {
	return store.Group{Kind: store.GroupKind(c.Kind), Name: c.Name}
}

// take keeps causes: a new alarm for what is new, measures for what is known.
func (k *keeping) take(ctx context.Context, causes []*cause) error {
	if len(causes) == 0 {
		return nil
	}
	if err := k.recall(ctx); err != nil {
		return err
	}
	causes, err := k.st.parts(causes)
	if err != nil {
		return err
	}
	for _, c := range causes {
		a, ok := k.match(c)
		if !ok && k.over(c) {
			continue
		}
		if ok {
			var err error
			if c, err = k.under(a, c); err != nil {
				return err
			}
		}
		facts, err := k.measure(ctx, c)
		if err != nil {
			return err
		}
		switch {
		case ok:
			k.matched[a.ID] = true
			err = k.update(ctx, a, c, facts)
		case facts.Low > 1: // else what raised it is gone by now, and the next scan would close it
			err = k.open(ctx, c, facts)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (k *keeping) open(ctx context.Context, c *cause, facts store.AlarmFacts) error {
	w := k.watch
	a := store.Alarm{ID: w.cfg.NewID(), State: store.AlarmOpen, Cause: k.cause(c), OpenedAt: w.cfg.Now(), Facts: facts}
	err := w.cfg.Store.AddAlarm(ctx, a, k.entry(store.AlarmRaised, facts.Explanation))
	if errors.Is(err, store.ErrConflict) { // another process was first
		k.done.Updated++
		return nil
	}
	if err == nil {
		k.done.Opened = append(k.done.Opened, a.ID)
		a.Version = 1
		k.matched[a.ID] = true
		err = k.tellNew(ctx, &a)
		k.living = append(k.living, a)
	}
	return err
}

// tellNew announces a new alarm and keeps that it did.
func (k *keeping) tellNew(ctx context.Context, a *store.Alarm) error {
	if k.watch.cfg.Notices == nil {
		return nil
	}
	if err := k.watch.tell(ctx, *a, &a.Facts, false); err != nil {
		return err
	}
	return k.watch.cfg.Store.MeasureAlarm(ctx, a.ID, a.Facts)
}

// measure says all that is known of a cause as of today.
func (k *keeping) measure(ctx context.Context, c *cause) (store.AlarmFacts, error) {
	facts, err := k.watch.measure(ctx, k.st, c)
	facts.Within = k.within(c)
	return facts, err
}

func (k *keeping) entry(what, detail string) store.Entry {
	return store.Entry{At: k.watch.cfg.Now(), By: System, What: what, Detail: detail}
}

// update keeps what a known excess has come to.
func (k *keeping) update(ctx context.Context, a store.Alarm, c *cause, facts store.AlarmFacts) error {
	s := k.watch.cfg.Store
	if k.watch.cfg.Space == "" { // nobody looked
		facts.Cluster, facts.Clustered = a.Facts.Cluster, a.Facts.Clustered
	}
	var entries []store.Entry
	if want := k.cause(c); a.Cause != want {
		entries = append(entries, k.entry(store.AlarmMoved, fmt.Sprintf("%s instead of %s", says(want), says(a.Cause))))
		a.Cause = want
	}
	reopened := a.State == store.AlarmDismissed && k.worse(a, c)
	if reopened {
		entries = append(entries, k.entry(store.AlarmReopened, fmt.Sprintf("the rate since is clearly above twice the %.3g times that were dismissed", a.Floor)))
		a.State, a.Why, a.Floor, a.SettledAt = store.AlarmOpen, "", 0, time.Time{}
		k.done.Reopened = append(k.done.Reopened, a.ID)
	}
	k.done.Updated++
	if err := k.watch.tell(ctx, a, &facts, reopened); err != nil {
		return err
	}
	a.Facts = facts
	if len(entries) == 0 {
		return s.MeasureAlarm(ctx, a.ID, facts)
	}
	err := s.ChangeAlarm(ctx, a, entries...)
	if errors.Is(err, store.ErrConflict) { // somebody changed it; next time
		return s.MeasureAlarm(ctx, a.ID, facts)
	}
	return err
}

// says is a cause in words.
func says(c store.Cause) string {
	if c.Label == "" {
		return groupOf(c).String()
	}
	return groupOf(c).String() + ", " + c.Label
}

// worseEvidence is what the evidence against "as dismissed" must reach: false once in a hundred
// dismissals, however often one looks (Ville 1939).
const worseEvidence = 100

// worse says that since an alarm was dismissed the rate is clearly above what was dismissed: the
// likelihood ratio of twice that rate against it.
func (k *keeping) worse(a store.Alarm, c *cause) bool {
	since := pattern.DayOf(a.SettledAt) + 1
	if since > k.st.today {
		return false
	}
	n := float64(len(k.st.mine(c.group, c.label, since)))
	w := k.st.weigh(c.label)
	if w == nil {
		return false
	}
	mu := k.st.expected(k.st.fleet.cohorts(c.group, w), w, c.group, c.label, pattern.Period{From: since, To: k.st.today + 1}) * max(a.Floor, 1)
	return n*math.Ln2-mu >= math.Log(worseEvidence)
}

// rest looks at living alarms that a full scan did not find again: evidence that fell short by a
// little is measured on, an open alarm that stands for nothing any more is closed.
func (k *keeping) rest(ctx context.Context) error {
	s := k.watch.cfg.Store
	for _, a := range k.living {
		if k.matched[a.ID] {
			continue
		}
		c, err := k.again(a, pattern.MaxCandidates)
		if err != nil {
			return err
		}
		if c != nil {
			facts, err := k.measure(ctx, c)
			if err != nil {
				return err
			}
			if facts.Low > 1 || a.State != store.AlarmOpen {
				k.done.Updated++
				if err := k.watch.tell(ctx, a, &facts, false); err != nil {
					return err
				}
				if err := s.MeasureAlarm(ctx, a.ID, facts); err != nil {
					return err
				}
				continue
			}
		}
		if a.State != store.AlarmOpen {
			continue // a person's
		}
		a.State, a.SettledAt, a.Why = store.AlarmClosed, k.watch.cfg.Now(), "no longer above what is expected"
		if err := s.ChangeAlarm(ctx, a, k.entry(store.AlarmEnded, a.Why)); err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
		k.done.Closed = append(k.done.Closed, a.ID)
	}
	return nil
}
