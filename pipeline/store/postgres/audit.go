package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

func note(ctx context.Context, tx pgx.Tx, e store.Entry) error {
	_, err := tx.Exec(ctx, "INSERT INTO audit (at, who, what, target, detail) VALUES ($1, $2, $3, $4, $5)",
		rules.Time(e.At), rules.Text(e.By), rules.Text(e.What), rules.Text(e.On), rules.Text(e.Detail))
	return err
}

// Note adds an entry; see [store.Audit].
func (s *Store) Note(ctx context.Context, e store.Entry) error {
	return s.inTx(ctx, "note", func(ctx context.Context, tx pgx.Tx) error { return note(ctx, tx, e) })
}

// Trail lists the entries on an id; see [store.Audit]. Those of one microsecond come in the
// order in which they were written.
func (s *Store) Trail(ctx context.Context, on string) (trail []store.Entry, err error) {
	return listOf(ctx, s, "trail", scanEntry, "SELECT at, who, what, target, detail FROM audit WHERE target = $1 ORDER BY at, seq", rules.Text(on))
}

func scanEntry(row pgx.CollectableRow) (e store.Entry, err error) {
	err = row.Scan(&e.At, &e.By, &e.What, &e.On, &e.Detail)
	e.At = rules.Time(e.At)
	return e, err
}
