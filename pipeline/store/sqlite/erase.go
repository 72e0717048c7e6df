package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
)

// Erase takes a claim away; see [store.Claims]. Jobs hold ids alone, so that none of the
// claim's content is left in them; they find nothing when their turn comes.
func (s *Store) Erase(ctx context.Context, id, by string) (orphans []string, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		c, err := rowByID(ctx, tx, id)
		if err != nil {
			return err
		}
		orphans, err = all(ctx, tx, value[string], `SELECT p.blob FROM photo p WHERE p.claim = ?
			AND NOT EXISTS (SELECT 1 FROM photo o WHERE o.blob = p.blob AND o.claim <> p.claim) ORDER BY p.blob`, c.seq)
		if err != nil {
			return err
		}
		if err := erase(ctx, tx, c); err != nil {
			return err
		}
		// Set before the commit, since after it nothing may fail.
		s.uncut.Store(true)
		return note(ctx, tx, store.Entry{At: s.now(), By: by, What: store.ClaimErased, On: id})
	})
	if err != nil {
		return nil, err
	}
	return orphans, nil
}

// erase deletes a claim's row; tables that refer to it follow by cascade.
func erase(ctx context.Context, tx *sql.Tx, c row) error {
	for _, statement := range []string{
		"INSERT INTO vector_gone (vector, space) SELECT seq, space FROM vector WHERE claim = :seq",
		`UPDATE cluster SET central = (SELECT json_group_array(value) FROM json_each(cluster.central) WHERE value <> :id)
			WHERE id IN (SELECT cluster FROM member WHERE claim = :seq)`,
		"UPDATE cluster SET size = max(size - 1, 0) WHERE id IN (SELECT cluster FROM member WHERE claim = :seq)",
		`DELETE FROM cluster WHERE id IN (SELECT cluster FROM member WHERE claim = :seq)
			AND NOT EXISTS (SELECT 1 FROM member WHERE member.cluster = cluster.id AND member.claim <> :seq)`,
		"DELETE FROM claim WHERE seq = :seq",
	} {
		if _, err := tx.ExecContext(ctx, statement, sql.Named("seq", c.seq), sql.Named("id", c.id)); err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
	}
	return nil
}
