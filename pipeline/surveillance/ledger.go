package surveillance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Ledger is what people do with alarms. Its methods read the alarm, change it and write it only
// if nobody changed it meanwhile.
type Ledger struct {
	Alarms Alarms
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Change is who changes an alarm, at which version he saw it (0: as it is now), and why.
type Change struct {
	ID, Who, Why string
	Version      int64
}

// ErrState says that an alarm is not in a state that allows the change; ErrWhy that a reason is
// missing.
var (
	ErrState = errors.New("the alarm's state does not allow this")
	ErrWhy   = errors.New("a reason is needed")
)

// Acknowledge says that somebody is at work on an open alarm.
func (l Ledger) Acknowledge(ctx context.Context, c Change) (store.Alarm, error) {
	return l.change(ctx, c, store.AlarmTaken, func(a *store.Alarm) error {
		if a.State != store.AlarmOpen && a.State != store.AlarmDismissed {
			return fmt.Errorf("%w: it is %s", ErrState, a.State)
		}
		a.State, a.Why, a.Floor, a.SettledAt = store.AlarmAcknowledged, "", 0, time.Time{}
		return nil
	})
}

// Dismiss says that an alarm is explained and needs no action. It opens again when the rate
// since is clearly twice what was dismissed.
func (l Ledger) Dismiss(ctx context.Context, c Change) (store.Alarm, error) {
	return l.settle(ctx, c, store.AlarmLeft, store.AlarmDismissed)
}

// Close says that an alarm is over. What comes back after today is a new alarm.
func (l Ledger) Close(ctx context.Context, c Change) (store.Alarm, error) {
	return l.settle(ctx, c, store.AlarmEnded, store.AlarmClosed)
}

func (l Ledger) settle(ctx context.Context, c Change, what string, to store.AlarmState) (store.Alarm, error) {
	if strings.TrimSpace(c.Why) == "" {
		return store.Alarm{}, ErrWhy
	}
	return l.change(ctx, c, what, func(a *store.Alarm) error {
		if a.State == store.AlarmClosed || a.State == to {
			return fmt.Errorf("%w: it is %s", ErrState, a.State)
		}
		a.State, a.Why, a.SettledAt, a.Floor = to, c.Why, l.now(), 0
		if to == store.AlarmDismissed {
			a.Floor = max(1, a.Facts.Ratio)
		}
		return nil
	})
}

// Attach ties an alarm to a known issue, so that claims of it are handled alike; nil takes the
// issue away.
func (l Ledger) Attach(ctx context.Context, c Change, issue *store.KnownIssue) (store.Alarm, error) {
	if issue != nil && strings.TrimSpace(issue.Text) == "" {
		return store.Alarm{}, fmt.Errorf("%w: the issue has no text", ErrWhy)
	}
	if c.Why == "" && issue != nil {
		c.Why = issue.Text
	}
	return l.change(ctx, c, store.AlarmIssue, func(a *store.Alarm) error {
		a.Known = issue
		return nil
	})
}

func (l Ledger) change(ctx context.Context, c Change, what string, do func(*store.Alarm) error) (store.Alarm, error) {
	a, err := l.Alarms.Alarm(ctx, c.ID)
	if err != nil {
		return store.Alarm{}, err
	}
	if c.Version != 0 && c.Version != a.Version {
		return store.Alarm{}, store.ErrConflict
	}
	if err := do(&a); err != nil {
		return store.Alarm{}, err
	}
	if err := l.Alarms.ChangeAlarm(ctx, a, store.Entry{At: l.now(), By: c.Who, What: what, Detail: c.Why}); err != nil {
		return store.Alarm{}, err
	}
	return l.Alarms.Alarm(ctx, c.ID)
}

func (l Ledger) now() time.Time {
	if l.Now == nil {
		return time.Now()
	}
	return l.Now()
}
