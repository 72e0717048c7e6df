package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

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
	return conflict(s.inTx(ctx, "add alarm", func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO alarms (id, version, state, kind, name, label, known, opened_at, document, facts)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, values...); err != nil {
			return err
		}
		return noteAll(ctx, tx, a.ID, e)
	}))
}

func alarmValues(a store.Alarm) ([]any, error) {
	if err := rules.CheckAlarm(a); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if !isID(a.ID) {
		return nil, fmt.Errorf("postgres: an alarm with the id %q", a.ID)
	}
	return rules.AlarmValues(a, rules.Time)
}

// noteAll writes entries on one thing to the audit trail.
func noteAll(ctx context.Context, tx pgx.Tx, on string, list []store.Entry) error {
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
	if !isID(a.ID) {
		return store.ErrNotFound
	}
	return conflict(s.inTx(ctx, "change alarm", func(ctx context.Context, tx pgx.Tx) error {
		was, err := only(ctx, tx, scanAlarm, "SELECT document, facts FROM alarms WHERE id = $1 FOR UPDATE", a.ID)
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
		if err := mustChange(ctx, tx, `UPDATE alarms SET version = $2, state = $3, kind = $4, name = $5, label = $6, known = $7,
			opened_at = $8, document = $9, facts = $10 WHERE id = $1`, values...); err != nil {
			return err
		}
		return noteAll(ctx, tx, a.ID, e)
	}))
}

// MeasureAlarm keeps what was measured; see [store.Alarms].
func (s *Store) MeasureAlarm(ctx context.Context, id string, f store.AlarmFacts) error {
	if !isID(id) {
		return store.ErrNotFound
	}
	facts, err := rules.AlarmFacts(f)
	if err != nil {
		return err
	}
	return s.touch(ctx, "measure alarm", "UPDATE alarms SET facts = $2 WHERE id = $1", id, facts)
}

// Alarm finds one; see [store.Alarms].
func (s *Store) Alarm(ctx context.Context, id string) (store.Alarm, error) {
	if !isID(id) {
		return store.Alarm{}, store.ErrNotFound
	}
	return find(ctx, s, "alarm", scanAlarm, "SELECT document, facts FROM alarms WHERE id = $1", id)
}

func scanAlarm(row pgx.CollectableRow) (store.Alarm, error) { return rules.ReadAlarm(row) }

// Alarms lists alarms; see [store.Alarms].
func (s *Store) Alarms(ctx context.Context, f store.AlarmFilter) ([]store.Alarm, error) {
	if err := rules.CheckAlarms(f); err != nil {
		return nil, fmt.Errorf("postgres: alarms: %w", err)
	}
	q := &query{}
	if len(f.States) > 0 {
		q.where("state = ANY(%s)", f.States)
	}
	q.equal("kind", f.Kind)
	q.equal("name", f.Name)
	q.equal("label", f.Label)
	if f.Known {
		q.where("known")
	}
	q.between("opened_at", f.From, f.Until)
	if f.After != "" {
		if !isID(f.After) {
			return nil, nil
		}
		q.where("id < %s::uuid", f.After)
	}
	return listOf(ctx, s, "alarms", scanAlarm, fmt.Sprintf("SELECT document, facts FROM alarms WHERE %s ORDER BY id DESC LIMIT %d", q.sql(), f.Limit), q.args...)
}
