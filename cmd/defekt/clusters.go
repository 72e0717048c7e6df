package main

import (
	"context"
	"log/slog"
	"sync"

	"github.com/defekt/defekt/pipeline/similar"
	"github.com/defekt/defekt/pipeline/store"
)

// clusters keeps the clusters of the claims' texts; its upkeep jobs run one at a time.
type clusters struct {
	mu     sync.Mutex
	keeper *similar.Keeper
	log    *slog.Logger
}

func newClusters(s store.Store, space string, log *slog.Logger) (*clusters, error) {
	k, err := similar.NewKeeper(similar.KeeperConfig{Store: s, Space: space, Log: log})
	return &clusters{keeper: k, log: log}, err
}

// join takes in the claims that were classified since.
func (c *clusters) join(ctx context.Context) error { return c.tend(ctx, c.keeper.Step) }

// again groups all claims anew.
func (c *clusters) again(ctx context.Context) error { return c.tend(ctx, c.keeper.Regroup) }

func (c *clusters) tend(ctx context.Context, do func(context.Context) (similar.Stepped, error)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	did, err := do(ctx)
	if err == nil && (did.Added > 0 || did.Forgotten > 0 || did.Regrouped) {
		c.log.InfoContext(ctx, "clusters", slog.Int("added", did.Added), slog.Int("forgotten", did.Forgotten),
			slog.Bool("regrouped", did.Regrouped), slog.Int("clusters", did.Clusters), slog.Int("emerging", did.Emerging))
	}
	return err
}
