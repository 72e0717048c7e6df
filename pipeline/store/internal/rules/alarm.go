package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// AlarmValues are id, version, state, kind, name, label, known, opened, document, facts. An
// alarm's facts stand apart, since they change without it.
func AlarmValues[T any](a store.Alarm, when func(time.Time) T) ([]any, error) {
	facts, err := AlarmFacts(a.Facts)
	if err != nil {
		return nil, err
	}
	a.OpenedAt, a.SettledAt, a.Facts = Time(a.OpenedAt), Time(a.SettledAt), store.AlarmFacts{}
	doc, err := Document(a)
	return []any{Text(a.ID), a.Version, a.State, Text(a.Cause.Kind), Text(a.Cause.Name), Text(a.Cause.Label),
		a.Known != nil, when(a.OpenedAt), string(doc), facts}, err
}

// ChangedAlarm is what becomes of one that was read, if a is a change of it as it stands; else
// [store.ErrConflict].
func ChangedAlarm(was, a store.Alarm) (store.Alarm, error) {
	if was.Version != a.Version {
		return store.Alarm{}, store.ErrConflict
	}
	a.Version, a.OpenedAt = was.Version+1, was.OpenedAt
	return a, nil
}

// AlarmFacts writes what was measured.
func AlarmFacts(f store.AlarmFacts) (string, error) {
	f.At, f.Raised, f.Onset, f.Last = Time(f.At), Time(f.Raised), Time(f.Onset), Time(f.Last)
	doc, err := Document(f)
	return string(doc), err
}

// ReadAlarm reads document and facts.
func ReadAlarm(row Row) (a store.Alarm, err error) {
	var doc, facts string
	if err := row.Scan(&doc, &facts); err != nil {
		return store.Alarm{}, err
	}
	if err := errors.Join(json.Unmarshal([]byte(doc), &a), json.Unmarshal([]byte(facts), &a.Facts)); err != nil {
		return store.Alarm{}, fmt.Errorf("an alarm: %w", err)
	}
	return a, nil
}

// CheckAlarms refuses a limit outside 1..MaxAlarms.
func CheckAlarms(f store.AlarmFilter) error {
	if f.Limit < 1 || f.Limit > store.MaxAlarms {
		return fmt.Errorf("a list of %d alarms: want 1 to %d", f.Limit, store.MaxAlarms)
	}
	return nil
}

// CheckAlarm refuses an alarm that stands for nothing.
func CheckAlarm(a store.Alarm) error {
	switch a.State {
	case store.AlarmOpen, store.AlarmAcknowledged, store.AlarmDismissed, store.AlarmClosed:
	default:
		return fmt.Errorf("an alarm in the state %q", a.State)
	}
	if a.Cause.Kind == "" || a.Cause.Name == "" {
		return errors.New("an alarm of no group")
	}
	return nil
}
