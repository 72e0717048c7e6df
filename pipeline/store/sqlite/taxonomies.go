package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddTaxonomy adds a version; see [store.Taxonomies].
func (s *Store) AddTaxonomy(ctx context.Context, v store.TaxonomyVersion, before string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		latest, err := one(ctx, tx, value[string], "SELECT ref FROM taxonomy ORDER BY seq DESC LIMIT 1")
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if latest != rules.Text(before) {
			return store.ErrConflict
		}
		done, err := tx.ExecContext(ctx, "INSERT INTO taxonomy (ref, document, mapping, who, why, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			rules.Text(v.Ref), rules.Text(v.Document), rules.Text(v.Mapping), rules.Text(v.By), rules.Text(v.Why), instant(v.At))
		if err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(store.ErrConflict, err)
		}
		return nil
	})
}

// Taxonomies lists all versions; see [store.Taxonomies].
func (s *Store) Taxonomies(ctx context.Context) ([]store.TaxonomyVersion, error) {
	return all(ctx, s.db, func(r scanner) (v store.TaxonomyVersion, err error) {
		var at int64
		err = r.Scan(&v.Ref, &v.Document, &v.Mapping, &v.By, &v.Why, &at)
		v.At = moment(at)
		return v, err
	}, "SELECT ref, document, mapping, who, why, at FROM taxonomy ORDER BY seq")
}
