package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddTaxonomy adds a version; see [store.Taxonomies]. The lock makes publications take turns:
// the next one must see the last.
func (s *Store) AddTaxonomy(ctx context.Context, v store.TaxonomyVersion, before string) error {
	return s.inTx(ctx, "add taxonomy", func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "LOCK TABLE taxonomies IN EXCLUSIVE MODE"); err != nil {
			return err
		}
		latest, err := only(ctx, tx, pgx.RowTo[string], "SELECT ref FROM taxonomies ORDER BY seq DESC LIMIT 1")
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if latest != rules.Text(before) {
			return store.ErrConflict
		}
		done, err := tx.Exec(ctx, "INSERT INTO taxonomies ("+rules.TaxonomyColumns+") VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
			rules.TaxonomyValues(v, rules.Time)...)
		if err == nil && done.RowsAffected() == 0 {
			err = store.ErrConflict
		}
		return err
	})
}

// Taxonomies lists all versions; see [store.Taxonomies].
func (s *Store) Taxonomies(ctx context.Context) ([]store.TaxonomyVersion, error) {
	return listOf(ctx, s, "taxonomies", func(row pgx.CollectableRow) (store.TaxonomyVersion, error) {
		return rules.ReadTaxonomy(row, rules.Time)
	},
		"SELECT "+rules.TaxonomyColumns+" FROM taxonomies ORDER BY seq")
}
