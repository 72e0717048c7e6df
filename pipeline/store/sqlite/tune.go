package sqlite

import "context"

// tuneEvery is the number of writes between two looks at the tables' statistics.
const tuneEvery = 5000

// tune lets SQLite look at how many rows a typical value of each index has, if the tables
// have grown much. Without that it would read half of all claims by label rather than a
// hundredth by batch. It reads at most a thousand rows of each index. Statistics never change
// an answer, so that a failure may wait for the next time.
func (s *Store) tune(ctx context.Context) {
	_, _ = s.db.ExecContext(ctx, "PRAGMA analysis_limit = 1000; PRAGMA optimize = 0x10002")
}
