package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// Config says how a store works. The zero value of a field takes its default.
type Config struct {
	// Enqueue must put the jobs into the queue within tx and nothing else. It may be called
	// again in a new transaction when the first one failed. Default: jobs are dropped, which
	// is only right for tools that read.
	Enqueue func(ctx context.Context, tx pgx.Tx, jobs []store.Job) error
	// Now gives the time of what is stored. Default: time.Now.
	Now func() time.Time
	// RetryFor is how long a call goes on trying when the database cannot be reached, is
	// restarting or had to undo the transaction; then [store.ErrBusy]. Default: 3 s. A call
	// that may have done its work is not tried again, except Accept, which can look.
	RetryFor time.Duration
	// CallTimeout bounds one call with all its attempts; then [store.ErrBusy]. Default: 20 s.
	CallTimeout time.Duration
	// ScanTimeout is the same for the few calls that look at every unit. Default: 2 min.
	ScanTimeout time.Duration
	// Search tunes Nearest.
	Search Search
}

// Search tunes how nearest vectors are found. .ci/bench-similar measures what the defaults give
// with 200,000 claims of 192 dimensions; IndexFrom and ExactRows are estimates.
type Search struct {
	// IndexFrom is the number of vectors from which [Store.Maintain] gives a space an index;
	// below it every search is exact. Default: 10,000.
	IndexFrom int
	// ExactRows is the number of matching vectors up to which a filtered search looks at each
	// of them, index or not. Default: 6,000.
	ExactRows int
	// FarRows is the same for a filter that keeps nothing near the query, where the index
	// would miss much. Default: 50,000.
	FarRows int
	// Effort is the number of candidates that the index keeps while it searches without a
	// filter (hnsw.ef_search), at most 1000: more finds more and takes longer. Default: 160.
	Effort int
	// ScanTuples is the number of vectors the index visits for a filtered search before it
	// gives up (hnsw.max_scan_tuples) and all matching ones are looked at. Default: 20,000.
	ScanTuples int
	// IndexMemoryMB is the memory for making an index; a graph that does not fit is made much
	// more slowly. Default: 512.
	IndexMemoryMB int
}

func (c Config) withDefaults() Config {
	if c.Enqueue == nil {
		c.Enqueue = func(context.Context, pgx.Tx, []store.Job) error { return nil }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	def(&c.RetryFor, 3*time.Second)
	def(&c.CallTimeout, 20*time.Second)
	def(&c.ScanTimeout, 2*time.Minute)
	def(&c.Search.IndexFrom, 10_000)
	def(&c.Search.ExactRows, 6_000)
	def(&c.Search.FarRows, 50_000)
	def(&c.Search.Effort, 160)
	def(&c.Search.ScanTuples, 20_000)
	def(&c.Search.IndexMemoryMB, 512)
	return c
}

func def[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// Store is a [store.Store] on Postgres. Safe for concurrent use, also by several processes.
type Store struct {
	pool *pgxpool.Pool
	cfg  Config

	mu     sync.Mutex
	spaces map[string]space // never changes once a space is there
	valid  map[int]bool     // spaces known to have an index

	locks    rules.Locks
	arrivals group[incoming, store.Claim]
	ends     group[ending, struct{}]
}

var _ store.Store = (*Store)(nil)

// New makes a store on a pool of [OpenPool], which it owns from now on.
func New(pool *pgxpool.Pool, cfg Config) *Store {
	s := &Store{pool: pool, cfg: cfg.withDefaults(), spaces: map[string]space{}, valid: map[int]bool{}}
	s.arrivals.run = s.acceptTogether
	s.ends.run = s.finishTogether
	return s
}

// Close waits for the calls under way and ends the connections.
func (s *Store) Close() error {
	s.pool.Close()
	return nil
}

// now is the time as the database keeps it.
func (s *Store) now() time.Time { return rules.Time(s.cfg.Now()) }
