package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// rankReviews waits for nobody: what another holds is passed over.
const rankReviews = `UPDATE reviews r SET rank = w.rank FROM (
		SELECT i.id, n.rank FROM unnest($1::uuid[], $2::float8[], $3::float8[]) n (id, was, rank) JOIN reviews i ON i.id = n.id
		WHERE i.state = 'open' AND i.rank = n.was AND i.rank <> n.rank FOR UPDATE OF i SKIP LOCKED) w
	WHERE r.id = w.id`

// RankReviews moves items within the queue; see [store.Reviews].
func (s *Store) RankReviews(ctx context.Context, ranks []store.ReviewRank) (changed int, err error) {
	list, err := rules.Ranks(ranks)
	if err != nil {
		return 0, err
	}
	for part := range slices.Chunk(list, rules.RanksAtOnce) {
		ids, was, to := make([]string, len(part)), make([]float64, len(part)), make([]float64, len(part))
		for i, r := range part {
			ids[i], was[i], to[i] = r.ID, r.Was, r.Rank
		}
		n := 0
		err := s.inTx(ctx, "rank reviews", func(ctx context.Context, tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, rankReviews, ids, was, to)
			n = int(tag.RowsAffected())
			return err
		})
		if err != nil {
			return changed, err
		}
		changed += n
	}
	return changed, nil
}
