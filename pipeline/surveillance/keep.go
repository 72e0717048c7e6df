package surveillance

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
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
		facts, err := k.watch.measure(ctx, k.st, c)
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

// under looks at a cause under the label of its alarm, as long as the excess shows under that
// too: an alarm does not change its name with every claim.
func (k *keeping) under(a store.Alarm, c *cause) (*cause, error) {
	st := k.st
	label, ok := st.labels.ids[a.Cause.Label]
	if !ok || label == c.label || st.baseline.Labels[a.Cause.Label] == nil {
		return c, nil
	}
	shows := slices.Contains(c.also, label) || slices.Contains(a.Facts.Also, st.labels.names[c.label])
	if !shows {
		return c, nil
	}
	groups := []int32{c.group}
	for _, r := range c.rivals {
		groups = append(groups, st.fleet.byKey[r.Group])
	}
	out := *c
	out.label, out.rivals = label, nil
	out.also = append(slices.DeleteFunc(slices.Clone(c.also), func(l int32) bool { return l == label }), c.label)
	return &out, st.fill(&out, groups)
}

// fill compares a cause with other groups and keeps what is found.
func (st *state) fill(c *cause, groups []int32) error {
	findings, err := st.assess(groups, c.label, c.onset, st.besides(c.label, groups))
	if err != nil {
		return err
	}
	st.put(c, findings)
	return nil
}

// put keeps what a comparison found of a cause and its rivals.
func (st *state) put(c *cause, findings []pattern.Finding) {
	own := st.fleet.keys[c.group]
	for _, f := range findings {
		if f.Group == own || slices.Contains(f.Same, own) {
			c.finding = f
		} else {
			c.rivals = append(c.rivals, f)
		}
	}
}

// cause names a cause as it is kept.
func (k *keeping) cause(c *cause) store.Cause {
	g := k.st.fleet.names[k.st.fleet.wholes[c.group]]
	return store.Cause{Kind: string(g.Kind), Name: g.Name, Label: k.st.labels.names[c.label]}
}

// tells says that an alarm and a cause tell of one excess: a label of both, and a group that
// they share or were compared by.
func (k *keeping) tells(a store.Alarm, c *cause) bool {
	mine := []string{k.st.labels.names[c.label]}
	for _, l := range c.also {
		mine = append(mine, k.st.labels.names[l])
	}
	if !slices.Contains(mine, a.Cause.Label) && !slices.ContainsFunc(a.Facts.Also, func(l string) bool { return slices.Contains(mine, l) }) {
		return false
	}
	id, ok := k.st.fleet.ids[groupOf(a.Cause)]
	if !ok {
		return false
	}
	return id == k.st.fleet.wholes[c.group] || k.wholly(c.groups, id) || slices.ContainsFunc(c.finding.Same, func(s pattern.Key) bool { return k.st.fleet.wholes[k.st.fleet.byKey[s]] == id })
}

// over says that a cause was closed: it was raised before that, and nothing after it.
func (k *keeping) over(c *cause) bool {
	return slices.ContainsFunc(k.closed, func(a store.Alarm) bool {
		return k.tells(a, c) && c.raised <= pattern.DayOf(a.SettledAt)
	})
}

// match finds the living alarm of a cause: the one of the very same group and label, else the
// oldest that tells of the same excess and is nobody else's.
func (k *keeping) match(c *cause) (store.Alarm, bool) {
	want := k.cause(c)
	for _, a := range k.living {
		if a.Cause == want {
			return a, true
		}
	}
	for _, a := range slices.Backward(k.living) {
		if !k.matched[a.ID] && k.tells(a, c) && !k.another(a, c) && !k.owned(a) {
			return a, true
		}
	}
	return store.Alarm{}, false
}

// another says that an alarm's own cause was found beside this one in the same excess.
func (k *keeping) another(a store.Alarm, c *cause) bool {
	id := k.st.fleet.ids[groupOf(a.Cause)]
	return id != k.st.fleet.wholes[c.group] && k.wholly(c.beside, id)
}

// owned says that an alarm's own cause is known as one still.
func (k *keeping) owned(a store.Alarm) bool {
	return slices.ContainsFunc(k.st.causes, func(c *cause) bool { return k.cause(c) == a.Cause })
}

// wholly says that one of some groups is the given one or a part of it.
func (k *keeping) wholly(groups []int32, id int32) bool {
	return slices.ContainsFunc(groups, func(g int32) bool { return k.st.fleet.wholes[g] == id })
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
			facts, err := k.watch.measure(ctx, k.st, c)
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

// again makes a cause of a kept alarm, compared with its first rivals up to so many groups; nil
// when its group or label is gone.
func (k *keeping) again(a store.Alarm, most int) (*cause, error) {
	c, groups := k.recount(a, most)
	if c == nil {
		return nil, nil
	}
	return c, k.st.fill(c, groups)
}

// one makes a cause of a kept alarm as again does, compared with one rival by its tally.
func (k *keeping) one(a store.Alarm) (*cause, error) {
	c, groups := k.recount(a, 2)
	if c == nil {
		return nil, nil
	}
	t, err := k.st.tally(a.ID, groups, c.label, c.onset)
	if err != nil {
		return nil, err
	}
	findings, err := t.findings(k.st)
	if err != nil {
		return nil, err
	}
	k.st.put(c, findings)
	return c, nil
}

// recount makes a cause of a kept alarm that is still to be compared with groups.
func (k *keeping) recount(a store.Alarm, most int) (*cause, []int32) {
	st := k.st
	group, ok := st.groupOf(a)
	label, okLabel := st.labels.ids[a.Cause.Label]
	if !ok || !okLabel || st.baseline == nil || st.baseline.Labels[a.Cause.Label] == nil || len(st.fleet.members[group]) == 0 {
		return nil, nil
	}
	groups := []int32{group}
	for _, r := range a.Facts.Rivals {
		if id, ok := st.fleet.ids[store.Group{Kind: store.GroupKind(r.Kind), Name: r.Name}]; ok && !slices.Contains(groups, id) && len(groups) < most {
			groups = append(groups, id)
		}
	}
	c := &cause{group: group, label: label, onset: max(pattern.DayOf(a.Facts.Onset), st.period.From), raised: pattern.DayOf(a.Facts.Raised),
		evidence: a.Facts.Evidence, threshold: a.Facts.Threshold}
	for _, l := range a.Facts.Also {
		if id, ok := st.labels.ids[l]; ok {
			c.also = append(c.also, id)
		}
	}
	return c, groups
}
