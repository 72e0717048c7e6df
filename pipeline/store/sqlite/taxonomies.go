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
		done, err := tx.ExecContext(ctx, "INSERT INTO taxonomy ("+rules.TaxonomyColumns+") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			rules.TaxonomyValues(v, instant)...)
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
	return all(ctx, s.db, func(row scanner) (store.TaxonomyVersion, error) { return rules.ReadTaxonomy(row, moment) },
		"SELECT "+rules.TaxonomyColumns+" FROM taxonomy ORDER BY seq")
}
