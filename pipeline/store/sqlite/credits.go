package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const creditColumns = `id, version, state, reference, supplier, lot, capa, digest, currency, claimed, accepted, recovered, claims, units,
	created, changed, note`

// AddCredit keeps a chargeback; see [store.Credits].
func (s *Store) AddCredit(ctx context.Context, c store.Credit, claims []string, e []store.QualityEvent, n []store.Notice) error {
	c.Version = 1
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := insert(ctx, tx, "INSERT INTO credit ("+creditColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			rules.CreditValues(c, instant)...); err != nil {
			return err
		}
		for _, id := range claims {
			if _, err := one(ctx, tx, value[int64], "SELECT seq FROM claim WHERE id = ?", id); err != nil {
				return err
			}
			if err := insert(ctx, tx, "INSERT INTO credit_claim (claim, credit) VALUES (?, ?)", id, c.ID); err != nil {
				return err
			}
		}
		return s.logAndTell(ctx, tx, rules.On(c.ID, c.Version, e), n)
	})
}

// Credit finds one; see [store.Credits].
func (s *Store) Credit(ctx context.Context, id string) (store.Credit, error) {
	return one(ctx, s.db, scanCredit, "SELECT "+creditColumns+" FROM credit WHERE id = ?", id)
}

func scanCredit(row scanner) (store.Credit, error) { return rules.ReadCredit(row, moment) }

// Credits lists them; see [store.Credits].
func (s *Store) Credits(ctx context.Context, f store.CreditFilter) ([]store.Credit, error) {
	if err := rules.CheckLimit(f.Limit); err != nil {
		return nil, err
	}
	c := &conditions{}
	c.equal("state", string(f.State))
	c.equal("supplier", f.Supplier)
	c.equal("capa", f.CAPA)
	c.between("created", f.From, f.Until)
	if f.After != "" {
		c.where("id > ?", f.After)
	}
	return all(ctx, s.db, scanCredit, "SELECT "+creditColumns+" FROM credit"+c.sql(" WHERE ")+" ORDER BY id LIMIT ?", append(c.args, f.Limit)...)
}

// ChangeCredit moves one on; see [store.Credits].
func (s *Store) ChangeCredit(ctx context.Context, c store.Credit, e []store.QualityEvent, n []store.Notice) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		err := change(ctx, tx, `UPDATE credit SET version = version + 1, state = ?3, digest = ?4, accepted = ?5, recovered = ?6, changed = ?7, note = ?8
			WHERE id = ?1 AND version = ?2`, rules.CreditChange(c, instant)...)
		if errors.Is(err, store.ErrNotFound) {
			if _, err := one(ctx, tx, value[string], "SELECT id FROM credit WHERE id = ?", c.ID); err != nil {
				return err
			}
			return store.ErrConflict
		}
		if err != nil {
			return err
		}
		if c.State == store.CreditVoid {
			if _, err := tx.ExecContext(ctx, "DELETE FROM credit_claim WHERE credit = ?", c.ID); err != nil {
				return err
			}
		}
		return s.logAndTell(ctx, tx, rules.On(c.ID, c.Version+1, e), n)
	})
}

// CreditOf finds what claims are charged with; see [store.Credits].
func (s *Store) CreditOf(ctx context.Context, claims []string) (map[string]string, error) {
	ids, err := list(claims)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	_, err = all(ctx, s.db, func(row scanner) (struct{}, error) {
		var claim, credit string
		err := row.Scan(&claim, &credit)
		out[claim] = credit
		return struct{}{}, err
	}, "SELECT claim, credit FROM credit_claim WHERE claim IN (SELECT value FROM json_each(?))", ids)
	return out, err
}
