package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const creditColumns = `id, version, state, reference, supplier, lot, capa, digest, currency, claimed, accepted, recovered, claims, units,
	created_at, changed_at, note`

// AddCredit keeps a chargeback; see [store.Credits].
func (s *Store) AddCredit(ctx context.Context, c store.Credit, claims []string, e []store.QualityEvent, n []store.Notice) error {
	c.Version = 1
	if len(onlyIDs(claims)) < len(claims) {
		return store.ErrNotFound
	}
	return conflict(s.inTx(ctx, "add credit", func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO credits ("+creditColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
			rules.CreditValues(c, rules.Time)...); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, "INSERT INTO credit_claims (claim, credit) SELECT c.id, $2 FROM unnest($1::uuid[]) AS n (id) JOIN claims c ON c.id = n.id", claims, c.ID)
		if err != nil {
			return err
		}
		if int(tag.RowsAffected()) != len(claims) {
			return store.ErrNotFound
		}
		return s.logAndTell(ctx, tx, rules.On(c.ID, c.Version, e), n)
	}))
}

// Credit finds one; see [store.Credits].
func (s *Store) Credit(ctx context.Context, id string) (store.Credit, error) {
	return find(ctx, s, "credit", scanCredit, "SELECT "+creditColumns+" FROM credits WHERE id = $1", rules.Text(id))
}

func scanCredit(row pgx.CollectableRow) (store.Credit, error) {
	return rules.ReadCredit(row, rules.Time)
}

// Credits lists them; see [store.Credits].
func (s *Store) Credits(ctx context.Context, f store.CreditFilter) ([]store.Credit, error) {
	if err := rules.CheckLimit(f.Limit); err != nil {
		return nil, err
	}
	q := &query{}
	q.equal("state", string(f.State))
	q.equal("supplier", f.Supplier)
	q.equal("capa", f.CAPA)
	q.between("created_at", f.From, f.Until)
	if f.After != "" {
		q.where("id > %s", rules.Text(f.After))
	}
	limit := q.arg(f.Limit)
	return listOf(ctx, s, "credits", scanCredit, "SELECT "+creditColumns+" FROM credits WHERE "+q.sql()+" ORDER BY id LIMIT "+limit, q.args...)
}

// ChangeCredit moves one on; see [store.Credits].
func (s *Store) ChangeCredit(ctx context.Context, c store.Credit, e []store.QualityEvent, n []store.Notice) error {
	return s.inTx(ctx, "change credit", func(ctx context.Context, tx pgx.Tx) error {
		err := mustChange(ctx, tx, `UPDATE credits SET version = version + 1, state = $3, digest = $4, accepted = $5, recovered = $6, changed_at = $7,
			note = $8 WHERE id = $1 AND version = $2`, rules.CreditChange(c, rules.Time)...)
		if errors.Is(err, store.ErrNotFound) {
			if _, err := only(ctx, tx, pgx.RowTo[string], "SELECT id FROM credits WHERE id = $1", c.ID); err != nil {
				return err
			}
			return store.ErrConflict
		}
		if err != nil {
			return err
		}
		if c.State == store.CreditVoid {
			if _, err := tx.Exec(ctx, "DELETE FROM credit_claims WHERE credit = $1", c.ID); err != nil {
				return err
			}
		}
		return s.logAndTell(ctx, tx, rules.On(c.ID, c.Version+1, e), n)
	})
}

// CreditOf finds what claims are charged with; see [store.Credits].
func (s *Store) CreditOf(ctx context.Context, claims []string) (map[string]string, error) {
	pairs, err := listOf(ctx, s, "credits of claims", pgx.RowTo[[2]string], "SELECT ARRAY[claim::text, credit] FROM credit_claims WHERE claim = ANY($1::uuid[])", onlyIDs(claims))
	out := make(map[string]string, len(pairs))
	for _, p := range pairs {
		out[p[0]] = p[1]
	}
	return out, err
}
