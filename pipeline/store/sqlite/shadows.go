package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// SetShadow puts a model beside the live one; see [store.Shadows].
func (s *Store) SetShadow(ctx context.Context, sh store.Shadow) error {
	if err := rules.CheckShadow(sh); err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM shadow"); err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
		if sh.Model == "" {
			return nil
		}
		return change(ctx, tx, "INSERT INTO shadow (id, model, share, who, since) SELECT 1, digest, ?, ?, ? FROM model WHERE digest = ?",
			sh.Share, rules.Text(sh.By), instant(sh.Since), rules.Text(sh.Model))
	})
}

// Shadow gives what runs beside the live model; see [store.Shadows].
func (s *Store) Shadow(ctx context.Context) (store.Shadow, error) {
	return one(ctx, s.db, func(row scanner) (store.Shadow, error) { return rules.ReadShadow(row, moment) },
		"SELECT model, share, who, since FROM shadow")
}

// AddShadowRun keeps a run; see [store.Shadows].
func (s *Store) AddShadowRun(ctx context.Context, r store.ShadowRun) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		seq, err := one(ctx, tx, value[int64], `INSERT INTO shadow_run (claim, live, shadow, at, axes, differ)
			SELECT seq, ?, ?, ?, ?, ? FROM claim WHERE id = ? ON CONFLICT DO NOTHING RETURNING seq`,
			rules.Text(r.Live), rules.Text(r.Shadow), instant(r.At), r.Axes, len(r.Differ), r.Claim)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, d := range r.Differ {
			live, shadow, err := rules.WriteAnswer(d)
			if err != nil {
				return err
			}
			if err := insert(ctx, tx, "INSERT INTO shadow_difference (run, axis, live, shadow) VALUES (?, ?, ?, ?)", seq, rules.Text(d.Axis), live, shadow); err != nil {
				return err
			}
		}
		return nil
	})
}

// ShadowCounts sums up the runs; see [store.Shadows].
func (s *Store) ShadowCounts(ctx context.Context, shadow string) (out []store.ShadowCounts, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		out, err = all(ctx, tx, func(row scanner) (store.ShadowCounts, error) {
			return rules.ReadShadowCounts(row, shadow, moment)
		}, `SELECT live, count(*), sum(differ > 0), min(at), max(at) FROM shadow_run WHERE shadow = ?
			GROUP BY live ORDER BY max(at) DESC, live`, rules.Text(shadow))
		if err != nil {
			return err
		}
		axes, err := all(ctx, tx, func(r scanner) (a rules.AxisCount, err error) {
			err = r.Scan(&a.Live, &a.Axis, &a.N)
			return a, err
		}, `SELECT r.live, d.axis, count(*) FROM shadow_run r JOIN shadow_difference d ON d.run = r.seq
			WHERE r.shadow = ? GROUP BY r.live, d.axis`, rules.Text(shadow))
		rules.AddAxisCounts(out, axes)
		return err
	})
	return out, err
}

// ShadowRuns lists runs that differ; see [store.Shadows].
func (s *Store) ShadowRuns(ctx context.Context, shadow, axis string, limit int) ([]store.ShadowRun, error) {
	rows, err := all(ctx, s.db, func(row scanner) (rules.ShadowRow, error) { return rules.ReadShadowRow(row, moment) },
		`WITH found AS (SELECT r.* FROM shadow_run r WHERE r.shadow = :shadow AND r.differ > 0
			AND (:axis = '' OR EXISTS (SELECT 1 FROM shadow_difference d WHERE d.run = r.seq AND d.axis = :axis))
			ORDER BY r.at DESC, r.seq DESC LIMIT :limit)
		SELECT f.seq, c.id, f.live, f.shadow, f.at, f.axes, d.axis, d.live, d.shadow
		FROM found f JOIN claim c ON c.seq = f.claim JOIN shadow_difference d ON d.run = f.seq ORDER BY f.at DESC, f.seq DESC, d.axis`,
		sql.Named("shadow", rules.Text(shadow)), sql.Named("axis", rules.Text(axis)), sql.Named("limit", limit))
	if err != nil {
		return nil, err
	}
	return rules.ShadowRuns(rows)
}
