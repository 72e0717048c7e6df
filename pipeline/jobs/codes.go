package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
)

// How a reader of codes makes way for classification: it stands still in its one place while
// claims wait for a free one, and after a time gives the job back, lest it look dead.
const (
	codesPause  = time.Second
	codesWait   = 30 * time.Second
	codesSnooze = time.Minute
	// codesTime bounds one claim: twenty photos of the largest size, and the wait before.
	codesTime = codesWait + 2*time.Minute
)

type codesWorker struct {
	river.WorkerDefaults[readCodesArgs]
	cfg Config
}

// Timeout is longer than that of a classification, since nobody waits for it.
func (w *codesWorker) Timeout(*river.Job[readCodesArgs]) time.Duration { return codesTime }

// Work reads the claim's codes once there is no backlog. A claim that was erased is no error.
func (w *codesWorker) Work(ctx context.Context, job *river.Job[readCodesArgs]) error {
	free, err := w.free(ctx)
	if err != nil {
		return err
	}
	if !free {
		return river.JobSnooze(codesSnooze)
	}
	err = w.cfg.Codes.ReadCodes(ctx, job.Args.Claim)
	if err == nil || late(err) {
		return nil
	}
	w.cfg.Logger.WarnContext(ctx, "codes not read", slog.String("claim", job.Args.Claim), slog.Int("attempt", job.Attempt), slog.Any("error", err))
	return err
}

// free waits until no more claims are queued than are under way at once, at most codesWait: to
// wait for none at all would be to wait for ever where claims come all day.
func (w *codesWorker) free(ctx context.Context) (bool, error) {
	for waited := time.Duration(0); ; waited += codesPause {
		n, _, err := w.cfg.Store.Waiting(ctx)
		if err != nil {
			return false, fmt.Errorf("waiting claims: %w", err)
		}
		if n <= w.cfg.Claims {
			return true, nil
		}
		if waited >= codesWait {
			return false, nil
		}
		select {
		case <-time.After(codesPause):
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}
