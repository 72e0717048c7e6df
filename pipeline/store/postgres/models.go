package postgres

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const modelColumns = "digest, name, archive, bytes, data, taxonomy, gate, passed, who, at"

// AddModel registers a model; see [store.Models].
func (s *Store) AddModel(ctx context.Context, m store.Model) error {
	return s.inTx(ctx, "add model", func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO models ("+modelColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"+
			" ON CONFLICT (digest) DO UPDATE SET gate = excluded.gate, passed = excluded.passed WHERE excluded.gate <> ''",
			rules.Text(m.Digest), rules.Text(m.Name), rules.Text(m.Archive), m.Bytes, rules.Text(m.Data), rules.Text(m.Taxonomy),
			rules.Text(string(m.Gate)), m.Passed, rules.Text(m.By), rules.Time(m.At))
		return err
	})
}

// Model finds a model; see [store.Models].
func (s *Store) Model(ctx context.Context, digest string) (store.Model, error) {
	return find(ctx, s, "model", scanModel, "SELECT "+modelColumns+" FROM models WHERE digest = $1", rules.Text(digest))
}

// Models lists all models; see [store.Models].
func (s *Store) Models(ctx context.Context) ([]store.Model, error) {
	return listOf(ctx, s, "models", scanModel, "SELECT "+modelColumns+" FROM models ORDER BY at DESC, digest")
}

func scanModel(row pgx.CollectableRow) (m store.Model, err error) {
	var gate string
	if err := row.Scan(&m.Digest, &m.Name, &m.Archive, &m.Bytes, &m.Data, &m.Taxonomy, &gate, &m.Passed, &m.By, &m.At); err != nil {
		return store.Model{}, err
	}
	if gate != "" {
		m.Gate = json.RawMessage(gate)
	}
	m.At = rules.Time(m.At)
	return m, nil
}

const promotionColumns = "id, at, model, before, back, auto, who, why"

// promoteLock makes promotions take turns: the next one must see the last.
const promoteLock = "LOCK TABLE promotions IN EXCLUSIVE MODE"

// Promote adds a promotion; see [store.Models].
func (s *Store) Promote(ctx context.Context, p store.Promotion) (store.Promotion, error) {
	p.Model, p.Before, p.By, p.Why = rules.Text(p.Model), rules.Text(p.Before), rules.Text(p.By), rules.Text(p.Why)
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
		_, err = tx.Exec(ctx, "INSERT INTO promotions ("+promotionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			p.ID, p.At, p.Model, p.Before, p.Back, p.Auto, p.By, p.Why)
		return err
	})
	if err != nil {
		return store.Promotion{}, err
	}
	return p, nil
}

const livePromotion = "SELECT " + promotionColumns + " FROM promotions ORDER BY seq DESC LIMIT 1"

// LiveModel gives the last promotion; see [store.Models].
func (s *Store) LiveModel(ctx context.Context) (store.Promotion, error) {
	return find(ctx, s, "live model", scanPromotion, livePromotion)
}

// Promotions lists the newest; see [store.Models].
func (s *Store) Promotions(ctx context.Context, limit int) ([]store.Promotion, error) {
	return listOf(ctx, s, "promotions", scanPromotion, "SELECT "+promotionColumns+" FROM promotions ORDER BY seq DESC LIMIT $1", limit)
}

func scanPromotion(row pgx.CollectableRow) (p store.Promotion, err error) {
	err = row.Scan(&p.ID, &p.At, &p.Model, &p.Before, &p.Back, &p.Auto, &p.By, &p.Why)
	p.At = rules.Time(p.At)
	return p, err
}
