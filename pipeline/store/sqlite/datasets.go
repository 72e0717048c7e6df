package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AssignSplits places claims for good; see [store.Datasets].
func (s *Store) AssignSplits(ctx context.Context, splits map[string]string) (map[string]string, error) {
	out := make(map[string]string, len(splits))
	err := s.write(ctx, func(tx *sql.Tx) error {
		for id, split := range splits {
			if _, err := tx.ExecContext(ctx, "INSERT INTO dataset_split (claim, split) SELECT seq, ? FROM claim WHERE id = ? ON CONFLICT DO NOTHING", rules.Text(split), id); err != nil {
				return fmt.Errorf("sqlite: %w", err)
			}
			kept, err := one(ctx, tx, value[string], "SELECT d.split FROM dataset_split d JOIN claim c ON c.seq = d.claim WHERE c.id = ?", id)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out[id] = kept
		}
		return nil
	})
	return out, err
}

// Splits gives all that were placed; see [store.Datasets].
func (s *Store) Splits(ctx context.Context) (map[string]string, error) {
	list, err := all(ctx, s.db, func(r scanner) (v [2]string, err error) {
		err = r.Scan(&v[0], &v[1])
		return v, err
	}, "SELECT c.id, d.split FROM dataset_split d JOIN claim c ON c.seq = d.claim")
	out := make(map[string]string, len(list))
	for _, v := range list {
		out[v[0]] = v[1]
	}
	return out, err
}

// AddDataset keeps a version; see [store.Datasets].
func (s *Store) AddDataset(ctx context.Context, d store.Dataset) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return insert(ctx, tx, "INSERT INTO dataset ("+rules.DatasetColumns+") VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rules.DatasetValues(d, instant)...)
	})
}

// Datasets lists the versions; see [store.Datasets].
func (s *Store) Datasets(ctx context.Context) ([]store.Dataset, error) {
	return all(ctx, s.db, func(row scanner) (store.Dataset, error) { return rules.ReadDataset(row, moment) },
		"SELECT "+rules.DatasetColumns+" FROM dataset ORDER BY at DESC, digest")
}
