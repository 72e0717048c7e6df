package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/store"
)

type classifyWorker struct {
	river.WorkerDefaults[classifyArgs]
	cfg Config
}

// Work classifies the claim. One that is finished or erased is no error: this try came late.
func (w *classifyWorker) Work(ctx context.Context, job *river.Job[classifyArgs]) error {
	id := job.Args.Claim
	started := w.cfg.Now()
	err := w.classify(ctx, id)
	w.cfg.Observe(started.Sub(job.CreatedAt), w.cfg.Now().Sub(started), err)
	if err == nil {
		return nil
	}
	w.cfg.Logger.WarnContext(ctx, "classification failed", slog.String("claim", id), slog.Int("attempt", job.Attempt), slog.Any("error", err))
	if job.Attempt < job.MaxAttempts {
		return err
	}
	if failed := w.cfg.Store.Fail(ctx, id, err.Error()); failed != nil && !late(failed) {
		return errors.Join(err, failed)
	}
	return err
}

func (w *classifyWorker) classify(ctx context.Context, id string) error {
	c, err := w.cfg.Store.Claim(ctx, id)
	if late(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.State != store.Queued {
		return nil
	}
	outcome, err := w.cfg.Classifier.Classify(ctx, c.Claim, w.cfg.Photos)
	if err != nil {
		return err
	}
	if problem, unread := outcome.Prediction.Unread(); unread {
		return problem
	}
	outcome.Prediction.ID = c.ID
	w.cfg.Stages.Time(pipeline.StageStore, func() { err = w.cfg.Store.Finish(ctx, id, outcome) })
	switch {
	case late(err):
		return nil
	case err != nil:
		return err
	}
	w.cfg.Finished(id, outcome.Prediction)
	return nil
}

// late says that another try was faster, or that the claim was erased meanwhile.
func late(err error) bool {
	return errors.Is(err, store.ErrFinished) || errors.Is(err, store.ErrNotFound)
}

type tendWorker struct {
	river.WorkerDefaults[tendArgs]
	cfg Config
}

// upkeepTime bounds a piece of upkeep that does not say how long it may take.
const upkeepTime = 5 * time.Minute

// Timeout is the piece's own.
func (w *tendWorker) Timeout(job *river.Job[tendArgs]) time.Duration {
	for _, u := range w.cfg.Upkeep {
		if u.Name == job.Args.What && u.Timeout > 0 {
			return u.Timeout
		}
	}
	return upkeepTime
}

// Work does the piece of upkeep.
func (w *tendWorker) Work(ctx context.Context, job *river.Job[tendArgs]) error {
	for _, u := range w.cfg.Upkeep {
		if u.Name == job.Args.What {
			if err := u.Do(ctx); err != nil {
				return fmt.Errorf("upkeep %s: %w", u.Name, err)
			}
			return nil
		}
	}
	return nil // of an older or newer version of the program
}
