package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
)

// learner is what a server or worker does about models beside classifying: it follows
// promotions, runs a shadow, and re-scores history.
type learner struct {
	live     *learning.Live
	follower *learning.Follower
	shadower *learning.Shadower
	rescorer *learning.Rescorer

	stop context.CancelFunc
	done sync.WaitGroup
}

// learnerConfig is what a learner needs.
type learnerConfig struct {
	Store  store.Store
	Opener *modelOpener
	Photos pipeline.Source
	// PerSecond is the most claims that are re-scored a second.
	PerSecond float64
	Log       *slog.Logger
	// Changed, if set, is told after another model took over.
	Changed func(ctx context.Context, model string)
}

// newLearner opens the model that was promoted last, or, when none was, the one that the
// program is started with. A promoted model that cannot be opened is an error: another one must
// not answer in its place unsaid.
func newLearner(ctx context.Context, cfg learnerConfig) (*learner, error) {
	current, err := cfg.Opener.registry().Current(ctx)
	if err != nil {
		return nil, err
	}
	first, err := cfg.Opener.open(ctx, current)
	if err != nil {
		if current == "" {
			return nil, err
		}
		return nil, withHint(fmt.Errorf("the promoted model: %w", err), "check that --blobs is the place that 'defekt models promote' was given, or go back: defekt models rollback")
	}
	l := &learner{live: learning.NewLive(first, func(err error) { cfg.Log.Warn("closing a model", slog.Any("error", err)) })}
	l.follower = &learning.Follower{Store: cfg.Store, Live: l.live, Open: cfg.Opener.open, Log: cfg.Log, Changed: cfg.Changed}
	l.shadower = learning.NewShadower(learning.ShadowConfig{Store: cfg.Store, Open: cfg.Opener.open, Photos: cfg.Photos, Log: cfg.Log})
	l.rescorer = learning.NewRescorer(learning.RescoreConfig{
		Store: cfg.Store, Live: l.live, Settled: l.follower.Check, Locked: cfg.Store.Locked, Photos: cfg.Photos, PerSecond: cfg.PerSecond, Log: cfg.Log,
	})
	return l, nil
}

// start begins to follow promotions, to run shadows and, in processes that classify (worker), to
// re-score history, all in the background.
func (l *learner) start(ctx context.Context, worker bool) {
	ctx, l.stop = context.WithCancel(ctx)
	l.done.Go(func() { l.follower.Run(ctx) })
	l.done.Go(func() { l.shadower.Run(ctx) })
	if worker {
		l.done.Go(func() { l.rescorer.Run(ctx) })
	}
}

// close ends what start began and lets go of the model.
func (l *learner) close() {
	if l.stop != nil {
		l.stop()
		l.done.Wait()
	}
	l.live.Close()
}

// finished is told of each claim that was answered by a job here; it never waits.
func (l *learner) finished(id string, _ claim.Prediction) { l.shadower.Offer(id) }

// claims tells of claims that were answered as they came in, too.
func (l *learner) claims(s store.Claims) store.Claims { return answeredAtOnce{s, l.shadower.Offer} }

type answeredAtOnce struct {
	store.Claims
	offer func(id string)
}

// Accept stores a claim; see store.Claims.
func (c answeredAtOnce) Accept(ctx context.Context, n store.New) (store.Claim, bool, error) {
	got, created, err := c.Claims.Accept(ctx, n)
	if err == nil && created && n.Outcome != nil {
		c.offer(got.ID)
	}
	return got, created, err
}

// tender keeps the clusters of the texts' space of the model in use: another model may bring
// another space.
type tender struct {
	store    store.Store
	live     *learning.Live
	log      *slog.Logger
	space    string
	clusters *clusters
}

// tend does a piece of clustering; one runs at a time, as jobs.Upkeep has it.
func (t *tender) tend(ctx context.Context) error {
	if space := t.live.Spaces()[0]; t.clusters == nil || space != t.space {
		c, err := newClusters(t.store, space, t.log)
		if err != nil {
			return err
		}
		t.clusters, t.space = c, space
	}
	return t.clusters.tend(ctx)
}
