package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/defekt/defekt/pipeline/similar"
	"github.com/defekt/defekt/pipeline/store"
)

// clusters keeps the clusters of the claims' texts. It is one piece of upkeep, not two, since
// of one piece only one run goes on at a time over all processes, as a keeper needs it.
type clusters struct {
	keeper    *similar.Keeper
	regrouped time.Time
}

func newClusters(s store.Store, space string, log *slog.Logger) (*clusters, error) {
	k, err := similar.NewKeeper(similar.KeeperConfig{Store: s, Space: space, Log: log})
	return &clusters{keeper: k, regrouped: time.Now()}, err
}

// tend takes in the claims that were classified since; every hour it groups all anew, which
// also finds those that came in late.
func (c *clusters) tend(ctx context.Context) error {
	if time.Since(c.regrouped) < regroupEvery {
		_, err := c.keeper.Step(ctx)
		return err
	}
	c.regrouped = time.Now()
	_, err := c.keeper.Regroup(ctx)
	return err
}
