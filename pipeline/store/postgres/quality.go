package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddCAPA keeps a corrective action; see [store.CorrectiveActions].
func (s *Store) AddCAPA(ctx context.Context, c store.CAPA, e []store.QualityEvent, n []store.Notice) error {
	c.Version = 1
	values, err := rules.CAPAValues(c, rules.Time)
	if err != nil {
		return err
	}
	return conflict(s.inTx(ctx, "add corrective action", func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO capas (id, version, state, kind, name, label, owner, supplier, opened_at, document)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, values...); err != nil {
			return err
		}
		return s.logAndTell(ctx, tx, rules.On(c.ID, c.Version, e), n)
	}))
}

// CAPA finds one; see [store.CorrectiveActions].
func (s *Store) CAPA(ctx context.Context, id string) (store.CAPA, error) {
	return find(ctx, s, "corrective action", scanCAPA, "SELECT document FROM capas WHERE id = $1", rules.Text(id))
}

func scanCAPA(row pgx.CollectableRow) (store.CAPA, error) { return rules.ReadCAPA(row) }

// CAPAs lists them, newest first; see [store.CorrectiveActions].
func (s *Store) CAPAs(ctx context.Context, f store.CAPAFilter) ([]store.CAPA, error) {
	if err := rules.CheckLimit(f.Limit); err != nil {
		return nil, err
	}
	q := &query{}
	q.equal("id", f.ID)
	q.equal("state", string(f.State))
	q.equal("owner", f.Owner)
	q.equal("supplier", f.Supplier)
	if f.Cause != nil {
		q.where("kind = %s AND name = %s AND label = %s", rules.Text(f.Cause.Kind), rules.Text(f.Cause.Name), rules.Text(f.Cause.Label))
	}
	q.between("opened_at", f.From, f.Until)
	if f.After != "" {
		q.where("id < %s", rules.Text(f.After))
	}
	limit := q.arg(f.Limit)
	return listOf(ctx, s, "corrective actions", scanCAPA, "SELECT document FROM capas WHERE "+q.sql()+" ORDER BY id DESC LIMIT "+limit, q.args...)
}

// ChangeCAPA moves one on; see [store.CorrectiveActions].
func (s *Store) ChangeCAPA(ctx context.Context, c store.CAPA, e []store.QualityEvent, n []store.Notice) error {
	return s.inTx(ctx, "change corrective action", func(ctx context.Context, tx pgx.Tx) error {
		was, err := only(ctx, tx, scanCAPA, "SELECT document FROM capas WHERE id = $1 FOR UPDATE", rules.Text(c.ID))
		if err != nil {
			return err
		}
		now, err := rules.ChangedCAPA(was, c)
		if err != nil {
			return err
		}
		values, err := rules.CAPAValues(now, rules.Time)
		if err != nil {
			return err
		}
		if err := mustChange(ctx, tx, `UPDATE capas SET version = $2, state = $3, kind = $4, name = $5, label = $6, owner = $7, supplier = $8,
			opened_at = $9, document = $10 WHERE id = $1`, values...); err != nil {
			return err
		}
		return s.logAndTell(ctx, tx, rules.On(now.ID, now.Version, e), n)
	})
}

// QualityLog lists what was done; see [store.CorrectiveActions].
func (s *Store) QualityLog(ctx context.Context, on string) ([]store.QualityEvent, error) {
	return listOf(ctx, s, "quality log", func(row pgx.CollectableRow) (store.QualityEvent, error) {
		return rules.ReadQualityEvent(row, rules.Time)
	},
		"SELECT at, who, what, target, detail, version FROM quality_events WHERE target = $1 ORDER BY seq", rules.Text(on))
}

// logAndTell writes the log and the notices of a change.
func (s *Store) logAndTell(ctx context.Context, tx pgx.Tx, events []store.QualityEvent, notices []store.Notice) error {
	for _, e := range events {
		if _, err := tx.Exec(ctx, "INSERT INTO quality_events (at, who, what, target, detail, version) VALUES ($1, $2, $3, $4, $5, $6)",
			rules.QualityEventValues(e, rules.Time)...); err != nil {
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
	err = s.inTx(ctx, "announce", func(ctx context.Context, tx pgx.Tx) error {
		told, err = s.tell(ctx, tx, n)
		return err
	})
	return told && err == nil, err
}

// tell stores a notice with its deliveries and jobs; false when its key was used before.
func (s *Store) tell(ctx context.Context, tx pgx.Tx, n store.Notice) (bool, error) {
	id, err := rules.NewID()
	if err != nil {
		return false, err
	}
	var key *string
	if n.Key != "" {
		k := rules.Text(n.Key)
		key = &k
	}
	now := s.now()
	_, err = only(ctx, tx, pgx.RowTo[string], `INSERT INTO notices (id, key, type, data, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING RETURNING id`, id, key, rules.Text(n.Type), rules.Text(n.Data), now)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	hooks, err := all(ctx, tx, pgx.RowTo[string], "SELECT id FROM webhooks WHERE owner = '' ORDER BY id FOR KEY SHARE")
	if err != nil {
		return false, err
	}
	jobs := make([]store.Job, len(hooks))
	for i, h := range hooks {
		if jobs[i], err = notify(ctx, tx, h, id, n.Type, now); err != nil {
			return false, err
		}
	}
	return true, s.enqueue(ctx, tx, jobs)
}

func notify(ctx context.Context, tx pgx.Tx, hook, notice, kind string, now time.Time) (store.Job, error) {
	id, err := rules.NewID()
	if err != nil {
		return store.Job{}, err
	}
	_, err = tx.Exec(ctx, "INSERT INTO deliveries (id, webhook, notice, type, created_at) VALUES ($1, $2, $3, $4, $5)", id, hook, notice, rules.Text(kind), now)
	return store.Job{Kind: store.Deliver, ID: id}, err
}

// Told says whether a key was used; see [store.Notices].
func (s *Store) Told(ctx context.Context, key string) (bool, error) {
	return find(ctx, s, "told", pgx.RowTo[bool], "SELECT EXISTS (SELECT FROM notices WHERE key = $1)", rules.Text(key))
}

// Notice finds one; see [store.Notices].
func (s *Store) Notice(ctx context.Context, id string) (store.Notice, error) {
	return find(ctx, s, "notice", func(row pgx.CollectableRow) (store.Notice, error) { return rules.ReadNotice(row, rules.Time) },
		"SELECT id, coalesce(key, ''), type, data, created_at FROM notices WHERE id = $1", rules.Text(id))
}
