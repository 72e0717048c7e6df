package postgres

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// placed is a claim with its side of the split.
type placed struct{ ID, Split string }

func bySplit(list []placed) map[string]string {
	out := make(map[string]string, len(list))
	for _, p := range list {
		out[p.ID] = p.Split
	}
	return out
}

// AssignSplits places claims for good; see [store.Datasets].
func (s *Store) AssignSplits(ctx context.Context, splits map[string]string) (out map[string]string, err error) {
	var ids, names []string
	for _, id := range slices.Sorted(maps.Keys(splits)) { // in one order, so that two that place the same claims do not lock each other out
		if isID(id) {
			ids, names = append(ids, id), append(names, rules.Text(splits[id]))
		}
	}
	err = s.inTx(ctx, "assign splits", func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO dataset_splits (claim, split) SELECT c.id, w.split
			FROM unnest($1::uuid[], $2::text[]) w (id, split) JOIN claims c ON c.id = w.id ORDER BY c.id ON CONFLICT DO NOTHING`, ids, names); err != nil {
			return err
		}
		list, err := all(ctx, tx, pgx.RowToStructByPos[placed], "SELECT claim::text, split FROM dataset_splits WHERE claim = ANY($1::uuid[])", ids)
		out = bySplit(list)
		return err
	})
	return out, err
}

// Splits gives all that were placed; see [store.Datasets].
func (s *Store) Splits(ctx context.Context) (map[string]string, error) {
	list, err := listOf(ctx, s, "splits", pgx.RowToStructByPos[placed], "SELECT claim::text, split FROM dataset_splits")
	return bySplit(list), err
}

// AddDataset keeps a version; see [store.Datasets].
func (s *Store) AddDataset(ctx context.Context, d store.Dataset) error {
	return s.inTx(ctx, "add dataset", func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO datasets ("+rules.DatasetColumns+") VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", rules.DatasetValues(d, rules.Time)...)
		return err
	})
}

// Datasets lists the versions; see [store.Datasets].
func (s *Store) Datasets(ctx context.Context) ([]store.Dataset, error) {
	return listOf(ctx, s, "datasets", func(row pgx.CollectableRow) (store.Dataset, error) { return rules.ReadDataset(row, rules.Time) },
		"SELECT "+rules.DatasetColumns+" FROM datasets ORDER BY at DESC, digest")
}
