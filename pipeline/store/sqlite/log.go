package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// cutPatience is how long cutting the log waits for readers; writers wait with it.
const cutPatience = 200 * time.Millisecond

// cutLog folds the write-ahead log into the file and empties it, since older pages with what
// was erased stand in it. It cannot while a reader needs these pages; then the next writer
// tries again. The claim is gone in any case, so this is no failure of an erasure.
func (s *Store) cutLog(ctx context.Context) {
	cut, err := s.tryCut(ctx)
	s.uncut.Store(err != nil || !cut)
}

func (s *Store) tryCut(ctx context.Context) (cut bool, err error) {
	err = s.patient(ctx, cutPatience, func(conn *sql.Conn) error {
		var busy, pages, moved int
		if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
			return fmt.Errorf("sqlite: cut the log: %w", err)
		}
		cut = busy == 0
		return nil
	})
	return cut, err
}
