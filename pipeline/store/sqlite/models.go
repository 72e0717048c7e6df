package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const modelColumns = "digest, name, archive, bytes, data, taxonomy, gate, passed, who, at"

// AddModel registers a model; see [store.Models].
func (s *Store) AddModel(ctx context.Context, m store.Model) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return insert(ctx, tx, "INSERT INTO model ("+modelColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"+
			" ON CONFLICT (digest) DO UPDATE SET gate = excluded.gate, passed = excluded.passed WHERE excluded.gate <> ''",
			rules.Text(m.Digest), rules.Text(m.Name), rules.Text(m.Archive), m.Bytes, rules.Text(m.Data), rules.Text(m.Taxonomy),
			rules.Text(string(m.Gate)), m.Passed, rules.Text(m.By), instant(m.At))
	})
}

// Model finds a model; see [store.Models].
func (s *Store) Model(ctx context.Context, digest string) (store.Model, error) {
	return one(ctx, s.db, scanModel, "SELECT "+modelColumns+" FROM model WHERE digest = ?", rules.Text(digest))
}

// Models lists all models; see [store.Models].
func (s *Store) Models(ctx context.Context) ([]store.Model, error) {
	return all(ctx, s.db, scanModel, "SELECT "+modelColumns+" FROM model ORDER BY at DESC, digest")
}

func scanModel(r scanner) (m store.Model, err error) {
	var (
		gate string
		at   int64
	)
	if err := r.Scan(&m.Digest, &m.Name, &m.Archive, &m.Bytes, &m.Data, &m.Taxonomy, &gate, &m.Passed, &m.By, &at); err != nil {
		return store.Model{}, err
	}
	if gate != "" {
		m.Gate = json.RawMessage(gate)
	}
	m.At = moment(at)
	return m, nil
}

const promotionColumns = "id, at, model, before, back, auto, who, why"

// Promote adds a promotion; see [store.Models].
func (s *Store) Promote(ctx context.Context, p store.Promotion) (store.Promotion, error) {
	err := s.write(ctx, func(tx *sql.Tx) error {
		last, err := livePromotion(ctx, tx)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if p.Before = rules.Text(p.Before); last.Model != p.Before {
			return store.ErrConflict
		}
		if p.Model = rules.Text(p.Model); p.Model != "" {
			if _, err := one(ctx, tx, value[int], "SELECT 1 FROM model WHERE digest = ?", p.Model); err != nil {
				return err
			}
		}
		if p.ID, err = rules.NewID(); err != nil {
			return err
		}
		p.At, p.By, p.Why = s.now(), rules.Text(p.By), rules.Text(p.Why)
		return insert(ctx, tx, "INSERT INTO promotion ("+promotionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			p.ID, instant(p.At), p.Model, p.Before, p.Back, p.Auto, p.By, p.Why)
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
	return one(ctx, q, scanPromotion, "SELECT "+promotionColumns+" FROM promotion ORDER BY seq DESC LIMIT 1")
}

// Promotions lists the newest; see [store.Models].
func (s *Store) Promotions(ctx context.Context, limit int) ([]store.Promotion, error) {
	return all(ctx, s.db, scanPromotion, "SELECT "+promotionColumns+" FROM promotion ORDER BY seq DESC LIMIT ?", limit)
}

func scanPromotion(r scanner) (p store.Promotion, err error) {
	var at int64
	err = r.Scan(&p.ID, &at, &p.Model, &p.Before, &p.Back, &p.Auto, &p.By, &p.Why)
	p.At = moment(at)
	return p, err
}
