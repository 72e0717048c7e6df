package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// Store is what jobs need of a store.
type Store interface {
	Claim(ctx context.Context, id string) (store.Claim, error)
	Finish(ctx context.Context, id string, o store.Outcome) error
	Fail(ctx context.Context, id, reason string) error
	Requeue(ctx context.Context, id string) error
	Locked(ctx context.Context, name string, do func(ctx context.Context) error) error
	Waiting(ctx context.Context) (n int, oldest time.Time, err error)
}

// Classifier decides one claim, reading photos from the source.
type Classifier interface {
	Classify(ctx context.Context, c claim.Claim, photos pipeline.Source) (store.Outcome, error)
}

// CodeReader reads the codes on a stored claim's photos.
type CodeReader interface {
	// ReadCodes must keep what it reads, and may be called again for the same claim. That the
	// claim is gone is [store.ErrNotFound].
	ReadCodes(ctx context.Context, claim string) error
}

// Upkeep is a piece of periodic work.
type Upkeep struct {
	// Name tells pieces apart, 2 or more characters.
	Name  string
	Every time.Duration
	// Timeout bounds one run; 0 means 5 minutes. A run whose worker died counts as going on
	// until then, so it should be no longer than it must.
	Timeout time.Duration
	Do      func(ctx context.Context) error
}

// Config is what a runner needs. Fields without a default must be set.
type Config struct {
	Store      Store
	Classifier Classifier
	Photos     pipeline.Source // of stored claims, by blob digest
	// Post and Sender deliver webhooks; without a Sender they are left to other workers.
	Post   Post
	Sender Sender
	// Codes reads codes on photos, one claim at a time, and makes way while more claims are
	// queued than Claims. Without it, that is left to other workers.
	Codes  CodeReader
	Upkeep []Upkeep
	Logger *slog.Logger
	// Claims is the number of claims under way at once. Default: 8.
	Claims int
	// Deliveries is the number of webhook messages under way at once. Default: 8.
	Deliveries int
	// Timeout bounds one try of a job. Default: 1 minute.
	Timeout time.Duration
	// Rescue is the age at which a running job is taken from a worker that must have died;
	// above Timeout. Default: 2 minutes.
	Rescue time.Duration
	// Poll is how often the database is asked for jobs where it cannot tell of them (SQLite).
	// Default: 100 ms.
	Poll time.Duration
	// Jitter spreads retries, in [0, 1). Default: math/rand/v2.
	Jitter func() float64
	// Now is the clock. Default: time.Now.
	Now func() time.Time
	// Finished, if set, is told of each outcome that this runner stored.
	Finished func(id string, p claim.Prediction)
	// Stages, if set, is told how long it takes to store an outcome.
	Stages pipeline.Observe
	// Observe, if set, is told of each classification: how long the claim had waited, how long
	// it took, and the error, if any.
	Observe func(waited, took time.Duration, err error)
}

func (c *Config) defaults() error {
	if c.Store == nil || c.Classifier == nil || c.Photos == nil || c.Logger == nil {
		return errors.New("jobs: store, classifier, photos and logger must be set")
	}
	setDefault(&c.Claims, 8)
	setDefault(&c.Deliveries, 8)
	setDefault(&c.Timeout, time.Minute)
	setDefault(&c.Rescue, 2*time.Minute)
	setDefault(&c.Poll, 100*time.Millisecond)
	if c.Rescue <= c.Timeout {
		return fmt.Errorf("jobs: rescue after %s must be above the timeout of %s", c.Rescue, c.Timeout)
	}
	if c.Sender != nil && c.Post == nil {
		return errors.New("jobs: a sender needs a store of deliveries")
	}
	if c.Jitter == nil {
		c.Jitter = rand.Float64
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Finished == nil {
		c.Finished = func(string, claim.Prediction) {}
	}
	if c.Observe == nil {
		c.Observe = func(time.Duration, time.Duration, error) {}
	}
	return nil
}

func setDefault[T int | time.Duration](v *T, to T) {
	if *v <= 0 {
		*v = to
	}
}

// Runner works jobs until it is stopped.
type Runner[Tx any] struct {
	cfg    Config
	client *river.Client[Tx]
}

// New makes a runner; Start starts it.
func New[Tx any](driver riverdriver.Driver[Tx], cfg Config) (*Runner[Tx], error) {
	if err := cfg.defaults(); err != nil {
		return nil, err
	}
	r := &Runner[Tx]{cfg: cfg}
	cfg.Upkeep = append(cfg.Upkeep, Upkeep{Name: "settle", Every: time.Minute, Do: r.settle})
	workers := river.NewWorkers()
	river.AddWorker(workers, &classifyWorker{cfg: cfg})
	river.AddWorker(workers, &tendWorker{cfg: cfg})
	queues := map[string]river.QueueConfig{queueClaims: {MaxWorkers: cfg.Claims}, queueTending: {MaxWorkers: 1}}
	if cfg.Sender != nil {
		river.AddWorker(workers, &deliverWorker{cfg: cfg})
		queues[queueWebhooks] = river.QueueConfig{MaxWorkers: cfg.Deliveries}
	}
	if cfg.Codes != nil {
		river.AddWorker(workers, &codesWorker{cfg: cfg})
		queues[queueCodes] = river.QueueConfig{MaxWorkers: 1}
	}
	var err error
	r.client, err = river.NewClient(driver, &river.Config{
		Queues: queues, Workers: workers, Logger: cfg.Logger, PeriodicJobs: periodic(cfg.Upkeep), RetryPolicy: backoff{cfg.Now},
		DiscardedJobRetentionPeriod: keepDead,
		JobTimeout:                  cfg.Timeout, RescueStuckJobsAfter: cfg.Rescue, FetchCooldown: minFetch(cfg.Poll), FetchPollInterval: cfg.Poll,
	})
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return r, nil
}

// keepDead is how long River's cleaner leaves a dead job, which is the handle of a failed
// claim: for good. River's own word for that, -1, is unknown to its SQLite driver (0.31),
// which deletes every dead job at the next cleaning, half a minute later.
const keepDead = 100 * 365 * 24 * time.Hour

// minFetch is the shortest pause between two fetches: a tenth of the poll, at least the
// millisecond that River wants.
func minFetch(poll time.Duration) time.Duration { return max(poll/10, time.Millisecond) }

// Start begins to work in the background, until ctx ends or Stop is called.
func (r *Runner[Tx]) Start(ctx context.Context) error { return r.client.Start(ctx) }

// Stop lets jobs under way finish until ctx ends, then cancels them: they go back to the
// queue.
func (r *Runner[Tx]) Stop(ctx context.Context) error {
	err := r.client.Stop(ctx)
	if err == nil || ctx.Err() == nil {
		return err
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), hardStop)
	defer cancel()
	return r.client.StopAndCancel(last)
}

// hardStop bounds the wait for jobs that were cancelled.
const hardStop = 5 * time.Second

func periodic(upkeep []Upkeep) []*river.PeriodicJob {
	out := make([]*river.PeriodicJob, len(upkeep))
	for i, u := range upkeep {
		make := func() (river.JobArgs, *river.InsertOpts) { return tendArgs{u.Name}, nil }
		out[i] = river.NewPeriodicJob(river.PeriodicInterval(u.Every), make, &river.PeriodicJobOpts{ID: u.Name})
	}
	return out
}
