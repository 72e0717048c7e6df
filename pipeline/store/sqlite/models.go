package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddModel registers a model; see [store.Models].
func (s *Store) AddModel(ctx context.Context, m store.Model) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return insert(ctx, tx, "INSERT INTO model ("+rules.ModelColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"+
			" ON CONFLICT (digest) DO UPDATE SET gate = excluded.gate, passed = excluded.passed WHERE excluded.gate <> ''",
			rules.ModelValues(m, instant)...)
	})
}

// Model finds a model; see [store.Models].
func (s *Store) Model(ctx context.Context, digest string) (store.Model, error) {
	return one(ctx, s.db, scanModel, "SELECT "+rules.ModelColumns+" FROM model WHERE digest = ?", rules.Text(digest))
}

// Models lists all models; see [store.Models].
func (s *Store) Models(ctx context.Context) ([]store.Model, error) {
	return all(ctx, s.db, scanModel, "SELECT "+rules.ModelColumns+" FROM model ORDER BY at DESC, digest")
}

func scanModel(row scanner) (store.Model, error) { return rules.ReadModel(row, moment) }

// Promote adds a promotion; see [store.Models].
func (s *Store) Promote(ctx context.Context, p store.Promotion) (store.Promotion, error) {
	p = rules.CleanPromotion(p)
	err := s.write(ctx, func(tx *sql.Tx) error {
		last, err := livePromotion(ctx, tx)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if last.Model != p.Before {
			return store.ErrConflict
		}
		if p.Model != "" {
			if _, err := one(ctx, tx, value[int], "SELECT 1 FROM model WHERE digest = ?", p.Model); err != nil {
				return err
			}
		}
		if p.ID, err = rules.NewID(); err != nil {
			return err
		}
		p.At = s.now()
		return insert(ctx, tx, "INSERT INTO promotion ("+rules.PromotionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			rules.PromotionValues(p, instant)...)
	})
	if err != nil {
		return store.Promotion{}, err
	}
	return p, nil
}

// LiveModel gives the last promotion; see [store.Models].
func (s *Store) LiveModel(ctx context.Context) (store.Promotion, error) {
	return livePromotion(ctx, s.db)
}

func livePromotion(ctx context.Context, q querier) (store.Promotion, error) {
	return one(ctx, q, scanPromotion, "SELECT "+rules.PromotionColumns+" FROM promotion ORDER BY seq DESC LIMIT 1")
}

// Promotions lists the newest; see [store.Models].
func (s *Store) Promotions(ctx context.Context, limit int) ([]store.Promotion, error) {
	return all(ctx, s.db, scanPromotion, "SELECT "+rules.PromotionColumns+" FROM promotion ORDER BY seq DESC LIMIT ?", limit)
}

func scanPromotion(row scanner) (store.Promotion, error) { return rules.ReadPromotion(row, moment) }
