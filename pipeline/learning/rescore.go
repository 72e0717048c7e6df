package learning

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/store"
)

// RescoreStore is what re-scoring needs of a store.
type RescoreStore interface {
	Stale(ctx context.Context, model, before string, limit int) ([]store.Claim, error)
	CountStale(ctx context.Context, model string) (stale, done int, err error)
	Rescore(ctx context.Context, id string, o store.Outcome) error
}

// RescoreConfig is what a rescorer needs. Fields without a default must be set.
type RescoreConfig struct {
	Store RescoreStore
	Live  *Live
	// Settled must tell whether a model was promoted and is the one in use here; nothing is
	// re-scored otherwise. [Follower.Check] does.
	Settled func(ctx context.Context) (bool, error)
	Photos  pipeline.Source
	Log     *slog.Logger
	// PerSecond is the most claims a second, so that those that just come in have the machine;
	// 0 for no limit.
	PerSecond float64
	// Slice is how long Tend works at most. Default: 10 s.
	Slice time.Duration
	// Locked must let one process at a time do what it is given, as [store.Locks] has it. Only
	// Run needs it. A lock, and not a job of the queue, since a job of a killed process counts
	// as running for as long as it might take.
	Locked func(ctx context.Context, name string, do func(ctx context.Context) error) error
	// Pause is the wait of Run between two turns. Default: 5 s.
	Pause time.Duration
	// Again is the pause after a pass that left claims behind which could not be re-scored.
	// Default: 1 hour.
	Again time.Duration
	// Page is the number of claims read at once, 1..store.MaxPage. Default: 100.
	Page int
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Rescorer brings stored claims to the model in use, the newest first. It keeps no state that a
// kill could lose: what is left is what the store says is of another model. Not safe for
// concurrent use; two processes at once do no harm, only work twice.
type Rescorer struct {
	cfg    RescoreConfig
	model  string // of the pass under way
	before string // the claim to go on behind
	left   int    // claims of this pass that could not be re-scored
	next   time.Time
}

// NewRescorer makes a rescorer.
func NewRescorer(cfg RescoreConfig) *Rescorer {
	if cfg.Slice <= 0 {
		cfg.Slice = 10 * time.Second
	}
	if cfg.Pause <= 0 {
		cfg.Pause = 5 * time.Second
	}
	if cfg.Again <= 0 {
		cfg.Again = time.Hour
	}
	if cfg.Page <= 0 {
		cfg.Page = 100
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Rescorer{cfg: cfg}
}

// rescoreLock names the lock under which one process re-scores.
const rescoreLock = "rescore"

// Run re-scores in the background until ctx ends, a slice of time at a turn.
func (r *Rescorer) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(r.cfg.Pause):
		}
		if err := r.turn(ctx); err != nil && ctx.Err() == nil {
			r.cfg.Log.WarnContext(ctx, "re-scoring", slog.Any("error", err))
		}
	}
}

// turn works for a slice if there is anything to do and no other process is at it.
func (r *Rescorer) turn(ctx context.Context) error {
	settled, err := r.cfg.Settled(ctx)
	if err != nil || !settled {
		return err
	}
	model := r.cfg.Live.Model().Digest
	if model == r.model && r.cfg.Now().Before(r.next) {
		return nil
	}
	if left, err := r.cfg.Store.Stale(ctx, model, "", 1); err != nil || len(left) == 0 {
		return err
	}
	if err := r.cfg.Locked(ctx, rescoreLock, r.Tend); !errors.Is(err, store.ErrBusy) {
		return err
	}
	return nil
}

// Tend works for a slice of time.
func (r *Rescorer) Tend(ctx context.Context) error {
	end := r.cfg.Now().Add(r.cfg.Slice)
	_, err := r.work(ctx, func() bool { return r.cfg.Now().Before(end) }, func(string) {})
	return err
}

// All works until nothing is left but what cannot be re-scored, and gives the number of these.
// done is told of each claim.
func (r *Rescorer) All(ctx context.Context, done func(id string)) (left int, err error) {
	r.next = time.Time{}
	finished, err := r.work(ctx, func() bool { return true }, done)
	if err == nil && !finished {
		err = errors.New("the model changed while claims were re-scored; run again")
	}
	return r.left, err
}

// work goes on with the pass while more says so; finished tells that the pass came to its end.
func (r *Rescorer) work(ctx context.Context, more func() bool, done func(id string)) (finished bool, err error) {
	settled, err := r.cfg.Settled(ctx)
	if err != nil || !settled {
		return false, err
	}
	model := r.cfg.Live.Model().Digest
	if model != r.model {
		r.model, r.before, r.left, r.next = model, "", 0, time.Time{}
	}
	if r.cfg.Now().Before(r.next) {
		return true, nil
	}
	for more() {
		page, err := r.cfg.Store.Stale(ctx, model, r.before, r.cfg.Page)
		if err != nil {
			return false, err
		}
		if len(page) == 0 {
			r.endPass(ctx)
			return true, nil
		}
		for _, c := range page {
			if !more() {
				return false, nil
			}
			same, err := r.one(ctx, c, model)
			if err != nil || !same {
				return false, err
			}
			r.before = c.ID
			done(c.ID)
		}
	}
	return false, nil
}

func (r *Rescorer) endPass(ctx context.Context) {
	if r.before != "" {
		r.cfg.Log.InfoContext(ctx, "history is re-scored", slog.String("model", r.model), slog.Int("left_as_they_were", r.left))
	}
	if r.left > 0 {
		r.next = r.cfg.Now().Add(r.cfg.Again)
	}
	r.before = ""
}

// one re-scores a claim; same is false when the model in use is another one by now. A claim
// whose photos our store does not give now keeps its answer, which was made with them; so does
// one that the new model has no answer to at all, since something failed.
func (r *Rescorer) one(ctx context.Context, c store.Claim, model string) (same bool, err error) {
	began := r.cfg.Now()
	out, err := r.cfg.Live.Classify(ctx, c.Claim, r.cfg.Photos)
	if err != nil {
		return false, fmt.Errorf("re-score claim %s: %w", c.ID, err)
	}
	if out.Prediction.Model != model {
		return false, nil
	}
	_, unread := out.Prediction.Unread()
	if unread || len(out.Prediction.Axes) == 0 && len(c.Prediction.Axes) > 0 {
		r.left++
		r.cfg.Log.WarnContext(ctx, "not re-scored", slog.String("claim", c.ID), slog.Any("problems", out.Prediction.Problems))
		return true, nil
	}
	out.Prediction.ID = c.ID
	err = r.cfg.Store.Rescore(ctx, c.ID, out)
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrConflict) {
		return false, fmt.Errorf("re-score claim %s: %w", c.ID, err)
	}
	return true, r.pause(ctx, began)
}

// pause keeps to the rate.
func (r *Rescorer) pause(ctx context.Context, began time.Time) error {
	if !(r.cfg.PerSecond > 0) {
		return ctx.Err()
	}
	wait := time.Duration(float64(time.Second)/r.cfg.PerSecond) - r.cfg.Now().Sub(began)
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(wait):
		return nil
	}
}
