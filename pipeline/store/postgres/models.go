package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddModel registers a model; see [store.Models].
func (s *Store) AddModel(ctx context.Context, m store.Model) error {
	return s.inTx(ctx, "add model", func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO models ("+rules.ModelColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"+
			" ON CONFLICT (digest) DO UPDATE SET gate = excluded.gate, passed = excluded.passed WHERE excluded.gate <> ''",
			rules.ModelValues(m, rules.Time)...)
		return err
	})
}

// Model finds a model; see [store.Models].
func (s *Store) Model(ctx context.Context, digest string) (store.Model, error) {
	return find(ctx, s, "model", scanModel, "SELECT "+rules.ModelColumns+" FROM models WHERE digest = $1", rules.Text(digest))
}

// Models lists all models; see [store.Models].
func (s *Store) Models(ctx context.Context) ([]store.Model, error) {
	return listOf(ctx, s, "models", scanModel, "SELECT "+rules.ModelColumns+" FROM models ORDER BY at DESC, digest")
}

func scanModel(row pgx.CollectableRow) (store.Model, error) { return rules.ReadModel(row, rules.Time) }

// promoteLock makes promotions take turns: the next one must see the last.
const promoteLock = "LOCK TABLE promotions IN EXCLUSIVE MODE"

// Promote adds a promotion; see [store.Models].
func (s *Store) Promote(ctx context.Context, p store.Promotion) (store.Promotion, error) {
	p = rules.CleanPromotion(p)
	err := s.inTx(ctx, "promote", func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, promoteLock); err != nil {
			return err
		}
		last, err := only(ctx, tx, scanPromotion, livePromotion)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if last.Model != p.Before {
			return store.ErrConflict
		}
		if p.Model != "" {
			if _, err := only(ctx, tx, pgx.RowTo[int], "SELECT 1 FROM models WHERE digest = $1", p.Model); err != nil {
				return err
			}
		}
		if p.ID, err = rules.NewID(); err != nil {
			return err
		}
		p.At = s.now()
		_, err = tx.Exec(ctx, "INSERT INTO promotions ("+rules.PromotionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			rules.PromotionValues(p, rules.Time)...)
		return err
	})
	if err != nil {
		return store.Promotion{}, err
	}
	return p, nil
}

const livePromotion = "SELECT " + rules.PromotionColumns + " FROM promotions ORDER BY seq DESC LIMIT 1"

// LiveModel gives the last promotion; see [store.Models].
func (s *Store) LiveModel(ctx context.Context) (store.Promotion, error) {
	return find(ctx, s, "live model", scanPromotion, livePromotion)
}

// Promotions lists the newest; see [store.Models].
func (s *Store) Promotions(ctx context.Context, limit int) ([]store.Promotion, error) {
	return listOf(ctx, s, "promotions", scanPromotion, "SELECT "+rules.PromotionColumns+" FROM promotions ORDER BY seq DESC LIMIT $1", limit)
}

func scanPromotion(row pgx.CollectableRow) (store.Promotion, error) {
	return rules.ReadPromotion(row, rules.Time)
}
