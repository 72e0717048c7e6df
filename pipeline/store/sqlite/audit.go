package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// Note writes a line of the trail; see [store.Audit].
func (s *Store) Note(ctx context.Context, e store.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error { return note(ctx, tx, e) })
}

func note(ctx context.Context, tx *sql.Tx, e store.Entry) error {
	if _, err := tx.ExecContext(ctx, "INSERT INTO audit (at, who, what, target, detail) VALUES (?, ?, ?, ?, ?)",
		instant(e.At), rules.Text(e.By), rules.Text(e.What), rules.Text(e.On), rules.Text(e.Detail)); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return nil
}

// Trail lists what was done to something; see [store.Audit].
func (s *Store) Trail(ctx context.Context, on string) ([]store.Entry, error) {
	return all(ctx, s.db, func(r scanner) (e store.Entry, err error) {
		var at int64
		err = r.Scan(&at, &e.By, &e.What, &e.On, &e.Detail)
		e.At = moment(at)
		return e, err
	}, "SELECT at, who, what, target, detail FROM audit WHERE target = ? ORDER BY seq", rules.Text(on))
}
