package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddAlarm keeps an alarm; see [store.Alarms].
func (s *Store) AddAlarm(ctx context.Context, a store.Alarm, e ...store.Entry) error {
	a.Version = 1
	values, err := alarmValues(a)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := insert(ctx, tx, `INSERT INTO alarm (id, version, state, kind, name, label, known, opened, document, facts)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, values...); err != nil {
			return err
		}
		return noteAll(ctx, tx, a.ID, e)
	})
}

func alarmValues(a store.Alarm) ([]any, error) {
	if err := rules.CheckAlarm(a); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return rules.AlarmValues(a, instant)
}

// noteAll writes entries on one thing to the audit trail.
func noteAll(ctx context.Context, tx *sql.Tx, on string, list []store.Entry) error {
	for _, e := range list {
		e.On = on
		if err := note(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

// ChangeAlarm moves an alarm on; see [store.Alarms].
func (s *Store) ChangeAlarm(ctx context.Context, a store.Alarm, e ...store.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		was, err := one(ctx, tx, scanAlarm, "SELECT document, facts FROM alarm WHERE id = ?", a.ID)
		if err != nil {
			return err
		}
		now, err := rules.ChangedAlarm(was, a)
		if err != nil {
			return err
		}
		values, err := alarmValues(now)
		if err != nil {
			return err
		}
		if err := orConflict(change(ctx, tx, `UPDATE alarm SET version = ?2, state = ?3, kind = ?4, name = ?5, label = ?6, known = ?7,
			opened = ?8, document = ?9, facts = ?10 WHERE id = ?1`, values...)); err != nil {
			return err
		}
		return noteAll(ctx, tx, a.ID, e)
	})
}

// MeasureAlarm keeps what was measured; see [store.Alarms].
func (s *Store) MeasureAlarm(ctx context.Context, id string, f store.AlarmFacts) error {
	facts, err := rules.AlarmFacts(f)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		return change(ctx, tx, "UPDATE alarm SET facts = ? WHERE id = ?", facts, id)
	})
}

// Alarm finds one; see [store.Alarms].
func (s *Store) Alarm(ctx context.Context, id string) (store.Alarm, error) {
	return one(ctx, s.db, scanAlarm, "SELECT document, facts FROM alarm WHERE id = ?", id)
}

func scanAlarm(row scanner) (store.Alarm, error) { return rules.ReadAlarm(row) }

// Alarms lists alarms; see [store.Alarms].
func (s *Store) Alarms(ctx context.Context, f store.AlarmFilter) ([]store.Alarm, error) {
	if err := rules.CheckAlarms(f); err != nil {
		return nil, errors.Join(errors.New("sqlite: alarms"), err)
	}
	c := &conditions{}
	states := make([]string, len(f.States))
	for i, state := range f.States {
		states[i] = string(state)
	}
	c.in("state", states)
	c.equal("kind", f.Kind)
	c.equal("name", f.Name)
	c.equal("label", f.Label)
	if f.Known {
		c.where("known = 1")
	}
	c.between("opened", f.From, f.Until)
	if f.After != "" {
		if _, ok := rules.ParseID(f.After); !ok {
			return nil, nil
		}
		c.where("id < ?", f.After)
	}
	return all(ctx, s.db, scanAlarm, fmt.Sprintf("SELECT document, facts FROM alarm%s ORDER BY id DESC LIMIT %d", c.sql(" WHERE "), f.Limit), c.args...)
}
