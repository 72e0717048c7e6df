package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// SetShadow puts a model beside the live one; see [store.Shadows].
func (s *Store) SetShadow(ctx context.Context, sh store.Shadow) error {
	if err := rules.CheckShadow(sh); err != nil {
		return err
	}
	return s.inTx(ctx, "set shadow", func(ctx context.Context, tx pgx.Tx) error {
		if sh.Model == "" {
			_, err := tx.Exec(ctx, "DELETE FROM shadow")
			return err
		}
		return mustChange(ctx, tx, `INSERT INTO shadow (id, model, share, who, since) SELECT 1, digest, $2, $3, $4 FROM models WHERE digest = $1
			ON CONFLICT (id) DO UPDATE SET model = EXCLUDED.model, share = EXCLUDED.share, who = EXCLUDED.who, since = EXCLUDED.since`,
			rules.Text(sh.Model), sh.Share, rules.Text(sh.By), rules.Time(sh.Since))
	})
}

// Shadow gives what runs beside the live model; see [store.Shadows].
func (s *Store) Shadow(ctx context.Context) (store.Shadow, error) {
	return find(ctx, s, "shadow", func(row pgx.CollectableRow) (store.Shadow, error) { return rules.ReadShadow(row, rules.Time) },
		"SELECT model, share, who, since FROM shadow")
}

// AddShadowRun keeps a run; see [store.Shadows].
func (s *Store) AddShadowRun(ctx context.Context, r store.ShadowRun) error {
	if !isID(r.Claim) {
		return nil
	}
	return s.inTx(ctx, "add shadow run", func(ctx context.Context, tx pgx.Tx) error {
		seq, err := only(ctx, tx, pgx.RowTo[int64], `INSERT INTO shadow_runs (claim, live, shadow, at, axes, differ)
			SELECT id, $2, $3, $4, $5, $6 FROM claims WHERE id = $1 ON CONFLICT DO NOTHING RETURNING seq`,
			r.Claim, rules.Text(r.Live), rules.Text(r.Shadow), rules.Time(r.At), r.Axes, len(r.Differ))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil || len(r.Differ) == 0 {
			return err
		}
		b := &pgx.Batch{}
		for _, d := range r.Differ {
			live, shadow, err := rules.WriteAnswer(d)
			if err != nil {
				return err
			}
			b.Queue("INSERT INTO shadow_differences (run, axis, live, shadow) VALUES ($1, $2, $3, $4)", seq, rules.Text(d.Axis), live, shadow)
		}
		return tx.SendBatch(ctx, b).Close()
	})
}

// ShadowCounts sums up the runs; see [store.Shadows].
func (s *Store) ShadowCounts(ctx context.Context, shadow string) ([]store.ShadowCounts, error) {
	out, err := listOf(ctx, s, "shadow counts", func(row pgx.CollectableRow) (store.ShadowCounts, error) {
		return rules.ReadShadowCounts(row, shadow, rules.Time)
	}, `SELECT live, count(*), count(*) FILTER (WHERE differ > 0), min(at), max(at) FROM shadow_runs WHERE shadow = $1
		GROUP BY live ORDER BY max(at) DESC, live`, rules.Text(shadow))
	if err != nil {
		return nil, err
	}
	axes, err := listOf(ctx, s, "shadow counts", pgx.RowToStructByPos[rules.AxisCount], `SELECT r.live, d.axis, count(*)
		FROM shadow_runs r JOIN shadow_differences d ON d.run = r.seq WHERE r.shadow = $1 GROUP BY r.live, d.axis`, rules.Text(shadow))
	rules.AddAxisCounts(out, axes)
	return out, err
}

// ShadowRuns lists runs that differ; see [store.Shadows].
func (s *Store) ShadowRuns(ctx context.Context, shadow, axis string, limit int) ([]store.ShadowRun, error) {
	rows, err := listOf(ctx, s, "shadow runs", func(row pgx.CollectableRow) (rules.ShadowRow, error) {
		return rules.ReadShadowRow(row, rules.Time)
	}, `WITH found AS (SELECT r.* FROM shadow_runs r WHERE r.shadow = $1 AND r.differ > 0
			AND ($2::text = '' OR EXISTS (SELECT 1 FROM shadow_differences d WHERE d.run = r.seq AND d.axis = $2))
			ORDER BY r.at DESC, r.seq DESC LIMIT $3)
		SELECT f.seq, f.claim::text, f.live, f.shadow, f.at, f.axes, d.axis, d.live, d.shadow
		FROM found f JOIN shadow_differences d ON d.run = f.seq ORDER BY f.at DESC, f.seq DESC, d.axis`,
		rules.Text(shadow), rules.Text(axis), limit)
	if err != nil {
		return nil, err
	}
	return rules.ShadowRuns(rows)
}
