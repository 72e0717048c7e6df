package similar

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

// Store is what a Keeper needs of a store; see package store for the contracts.
type Store interface {
	List(ctx context.Context, f store.Filter, p store.Page) (claims []store.Claim, next string, err error)
	VectorsOf(ctx context.Context, id string) ([]store.Vector, error)
	Clusters(ctx context.Context, space string) ([]store.Cluster, error)
	Members(ctx context.Context, space string) (map[string]string, error)
	ChangeClusters(ctx context.Context, space string, c store.ClusterChange) error
}

// KeeperConfig is what a Keeper is made of.
type KeeperConfig struct {
	// Store is required.
	Store Store
	// Space names the vectors to compare; required. Claims without a vector in it are
	// compared by their words.
	Space string
	// Clusters says how to group.
	Clusters Config
	// Lookback is how old a finished claim may be, by when it came in, for Step to take it in;
	// default 24 hours. Older ones come in with the next Regroup.
	Lookback time.Duration
	// Most is the number of new claims that one Step takes in, so that a burst is worked off in
	// pieces and leaves the machine to others; default 500. The newest come first. Regroup takes
	// all.
	Most int
	// Now is the clock; default time.Now. NewID gives cluster ids; default UUIDs of version 7.
	Now   func() time.Time
	NewID func() string
	// Log defaults to none.
	Log *slog.Logger
}

// Keeper keeps the clusters of one space in a store up to date. One process at a time may do
// so for a space (a unique job); others only read. Not safe for concurrent use.
//
// The board in memory follows the store: a step begins by comparing both, so that claims erased
// meanwhile are forgotten, and begins anew from the store after any error.
type Keeper struct {
	cfg   KeeperConfig
	board *Board // nil: to be loaded
}

// NewKeeper makes a keeper; nothing is read yet. The error is an [ErrConfig].
func NewKeeper(cfg KeeperConfig) (*Keeper, error) {
	if cfg.Store == nil || cfg.Space == "" {
		return nil, fmt.Errorf("%w: a keeper needs a store and a space", ErrConfig)
	}
	set(&cfg.Lookback, day)
	set(&cfg.Most, 500)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.NewID == nil {
		cfg.NewID = newID
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Keeper{cfg: cfg}, cfg.Clusters.Validate()
}

// newID panics only when the system has no randomness left.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Stepped is what a step did.
type Stepped struct {
	// Added is the number of new claims, Forgotten that of erased ones.
	Added, Forgotten int
	// Regrouped says that all claims were grouped anew.
	Regrouped bool
	// Clusters and Emerging are how many there are now.
	Clusters, Emerging int
}

// Step takes in the claims that were finished of late and groups anew when enough came in.
// Everything it changes is one transaction; after an error nothing has changed. Repeating a
// step does nothing.
func (k *Keeper) Step(ctx context.Context) (Stepped, error) { return k.step(ctx, false) }

// Regroup reads all claims and groups them anew, whether or not that is due.
func (k *Keeper) Regroup(ctx context.Context) (Stepped, error) { return k.step(ctx, true) }

func (k *Keeper) step(ctx context.Context, regroup bool) (done Stepped, err error) {
	defer func() {
		if err != nil {
			k.board = nil // memory may be ahead of the store now
			err = fmt.Errorf("clusters of %s: %w", k.cfg.Space, err)
		}
	}()
	members, err := k.cfg.Store.Members(ctx, k.cfg.Space)
	if err != nil {
		return done, err
	}
	c := newCollector()
	now := k.cfg.Now()
	fresh, err := k.follow(ctx, c, members, now, regroup, &done)
	if err != nil {
		return done, err
	}
	if !regroup {
		fresh = fresh[max(len(fresh)-k.cfg.Most, 0):]
	}
	for _, it := range fresh {
		if regroup {
			c.add(k.board.take(it))
		} else {
			c.add(k.board.Add(it, now))
		}
		done.Added++
	}
	if regroup || k.board.Due() {
		c.add(k.board.Regroup(now))
		done.Regrouped = true
	}
	c.add(k.board.Watch(now))
	for _, cluster := range k.board.Clusters() {
		done.Clusters++
		if cluster.Emerging {
			done.Emerging++
		}
	}
	if change := c.change(); len(change.Put)+len(change.Member) > 0 {
		if err := k.cfg.Store.ChangeClusters(ctx, k.cfg.Space, change); err != nil {
			return done, err
		}
	}
	if done.Added > 0 || done.Forgotten > 0 || done.Regrouped {
		k.cfg.Log.LogAttrs(ctx, slog.LevelInfo, "clusters", slog.String("space", k.cfg.Space), slog.Int("added", done.Added),
			slog.Int("forgotten", done.Forgotten), slog.Bool("regrouped", done.Regrouped),
			slog.Int("clusters", done.Clusters), slog.Int("emerging", done.Emerging))
	}
	return done, nil
}

// follow brings the board to where the store is and gives the claims that are no members yet,
// in the order in which they came.
func (k *Keeper) follow(ctx context.Context, c *collector, members map[string]string, now time.Time, all bool, done *Stepped) ([]Item, error) {
	if k.board != nil && !k.matches(members) {
		k.board = nil // another process kept the clusters meanwhile
	}
	if k.board == nil {
		return k.load(ctx, c, members, now)
	}
	for id := range k.board.Members() {
		if _, ok := members[id]; !ok {
			c.add(k.board.Remove(id, now))
			done.Forgotten++
		}
	}
	if all {
		return k.read(ctx, time.Time{}, k.board.Has, 0)
	}
	return k.read(ctx, now.Add(-k.cfg.Lookback), k.board.Has, k.cfg.Most)
}

// matches says whether all members of the store stand on the board where the store has them.
func (k *Keeper) matches(members map[string]string) bool {
	own := k.board.Members()
	for id, cluster := range members {
		if at, ok := own[id]; !ok || at != cluster {
			return false
		}
	}
	return true
}

// load makes the board of what the store has and gives the claims that are no members.
func (k *Keeper) load(ctx context.Context, c *collector, members map[string]string, now time.Time) ([]Item, error) {
	board, err := NewBoard(k.cfg.Space, k.cfg.Clusters, k.cfg.NewID)
	if err != nil {
		return nil, err
	}
	clusters, err := k.cfg.Store.Clusters(ctx, k.cfg.Space)
	if err != nil {
		return nil, err
	}
	items, err := k.read(ctx, time.Time{}, func(string) bool { return false }, 0)
	if err != nil {
		return nil, err
	}
	c.add(board.Restore(clusters, members, items, now))
	k.board = board
	var fresh []Item
	for _, it := range items {
		if !board.Has(it.ID) {
			fresh = append(fresh, it)
		}
	}
	return fresh, nil
}
