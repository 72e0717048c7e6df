package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// RankReviews moves items within the queue; see [store.Reviews].
func (s *Store) RankReviews(ctx context.Context, ranks []store.ReviewRank) (changed int, err error) {
	list, err := rules.Ranks(ranks)
	if err != nil {
		return 0, err
	}
	for part := range slices.Chunk(list, rules.RanksAtOnce) {
		n := 0
		err := s.write(ctx, func(tx *sql.Tx) error {
			n, err = rankReviews(ctx, tx, part)
			return err
		})
		if err != nil {
			return changed, err
		}
		changed += n
	}
	return changed, nil
}

func rankReviews(ctx context.Context, tx *sql.Tx, ranks []store.ReviewRank) (changed int, err error) {
	for _, r := range ranks {
		done, err := tx.ExecContext(ctx, "UPDATE review SET rank = ?3 WHERE id = ?1 AND state = 'open' AND rank = ?2 AND rank <> ?3", r.ID, r.Was, r.Rank)
		if err != nil {
			return 0, fmt.Errorf("sqlite: %w", explain(err))
		}
		n, err := done.RowsAffected()
		if err != nil {
			return 0, fmt.Errorf("sqlite: %w", err)
		}
		changed += int(n)
	}
	return changed, nil
}
