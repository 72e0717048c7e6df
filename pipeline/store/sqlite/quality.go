package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddCAPA keeps a corrective action; see [store.CorrectiveActions].
func (s *Store) AddCAPA(ctx context.Context, c store.CAPA, e []store.QualityEvent, n []store.Notice) error {
	c.Version = 1
	values, err := rules.CAPAValues(c, instant)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := insert(ctx, tx, `INSERT INTO capa (id, version, state, kind, name, label, owner, supplier, opened, document)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, values...); err != nil {
			return err
		}
		return s.logAndTell(ctx, tx, rules.On(c.ID, c.Version, e), n)
	})
}

// CAPA finds one; see [store.CorrectiveActions].
func (s *Store) CAPA(ctx context.Context, id string) (store.CAPA, error) {
	return one(ctx, s.db, scanCAPA, "SELECT document FROM capa WHERE id = ?", id)
}

func scanCAPA(row scanner) (store.CAPA, error) { return rules.ReadCAPA(row) }

// CAPAs lists them, newest first; see [store.CorrectiveActions].
func (s *Store) CAPAs(ctx context.Context, f store.CAPAFilter) ([]store.CAPA, error) {
	if err := rules.CheckLimit(f.Limit); err != nil {
		return nil, err
	}
	c := &conditions{}
	c.equal("id", f.ID)
	c.equal("state", string(f.State))
	c.equal("owner", f.Owner)
	c.equal("supplier", f.Supplier)
	if f.Cause != nil {
		c.where("kind = ? AND name = ? AND label = ?", rules.Text(f.Cause.Kind), rules.Text(f.Cause.Name), rules.Text(f.Cause.Label))
	}
	c.between("opened", f.From, f.Until)
	if f.After != "" {
		c.where("id < ?", f.After)
	}
	return all(ctx, s.db, scanCAPA, "SELECT document FROM capa"+c.sql(" WHERE ")+" ORDER BY id DESC LIMIT ?", append(c.args, f.Limit)...)
}

// ChangeCAPA moves one on; see [store.CorrectiveActions].
func (s *Store) ChangeCAPA(ctx context.Context, c store.CAPA, e []store.QualityEvent, n []store.Notice) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		was, err := one(ctx, tx, scanCAPA, "SELECT document FROM capa WHERE id = ?", c.ID)
		if err != nil {
			return err
		}
		now, err := rules.ChangedCAPA(was, c)
		if err != nil {
			return err
		}
		values, err := rules.CAPAValues(now, instant)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, `UPDATE capa SET version = ?2, state = ?3, kind = ?4, name = ?5, label = ?6, owner = ?7, supplier = ?8,
			opened = ?9, document = ?10 WHERE id = ?1`, values...); err != nil {
			return err
		}
		return s.logAndTell(ctx, tx, rules.On(now.ID, now.Version, e), n)
	})
}

// QualityLog lists what was done; see [store.CorrectiveActions].
func (s *Store) QualityLog(ctx context.Context, on string) ([]store.QualityEvent, error) {
	return all(ctx, s.db, func(row scanner) (store.QualityEvent, error) { return rules.ReadQualityEvent(row, moment) },
		"SELECT at, who, what, target, detail, version FROM quality_event WHERE target = ? ORDER BY seq", on)
}

// logAndTell writes the log and the notices of a change.
func (s *Store) logAndTell(ctx context.Context, tx *sql.Tx, events []store.QualityEvent, notices []store.Notice) error {
	for _, e := range events {
		if err := insert(ctx, tx, "INSERT INTO quality_event (at, who, what, target, detail, version) VALUES (?, ?, ?, ?, ?, ?)",
			rules.QualityEventValues(e, instant)...); err != nil {
			return err
		}
	}
	for _, n := range notices {
		if _, err := s.tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// Announce tells the webhooks; see [store.Notices].
func (s *Store) Announce(ctx context.Context, n store.Notice) (told bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		told, err = s.tell(ctx, tx, n)
		return err
	})
	return told && err == nil, err
}

// tell stores a notice with its deliveries and jobs; false when its key was used before.
func (s *Store) tell(ctx context.Context, tx *sql.Tx, n store.Notice) (bool, error) {
	id, err := rules.NewID()
	if err != nil {
		return false, err
	}
	now := instant(s.now())
	_, err = one(ctx, tx, value[string], `INSERT INTO notice (id, key, type, data, created) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING RETURNING id`, id, given(n.Key), rules.Text(n.Type), rules.Text(n.Data), now)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	hooks, err := all(ctx, tx, value[string], "SELECT id FROM webhook WHERE owner = '' ORDER BY created, id")
	if err != nil {
		return false, err
	}
	jobs := make([]store.Job, len(hooks))
	for i, hook := range hooks {
		if jobs[i], err = notify(ctx, tx, hook, id, n.Type, now); err != nil {
			return false, err
		}
	}
	return true, s.enqueue(ctx, tx, jobs)
}

func notify(ctx context.Context, tx *sql.Tx, hook, notice, kind string, now int64) (store.Job, error) {
	id, err := rules.NewID()
	if err != nil {
		return store.Job{}, err
	}
	return store.Job{Kind: store.Deliver, ID: id}, insert(ctx, tx, "INSERT INTO delivery (id, webhook, notice, type, created) VALUES (?, ?, ?, ?, ?)",
		id, hook, notice, rules.Text(kind), now)
}

// Told says whether a key was used; see [store.Notices].
func (s *Store) Told(ctx context.Context, key string) (bool, error) {
	n, err := one(ctx, s.db, value[int], "SELECT count(*) FROM notice WHERE key = ?", rules.Text(key))
	return n > 0, err
}

// Notice finds one; see [store.Notices].
func (s *Store) Notice(ctx context.Context, id string) (store.Notice, error) {
	return one(ctx, s.db, func(row scanner) (store.Notice, error) { return rules.ReadNotice(row, moment) },
		"SELECT id, coalesce(key, ''), type, data, created FROM notice WHERE id = ?", id)
}
