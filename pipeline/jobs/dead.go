package jobs

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/defekt/defekt/pipeline/store"
)

// Dead is a job that was given up.
type Dead struct {
	ID   string
	Kind store.JobKind
	// On is the id of the claim, or for Deliver of the delivery.
	On       string
	Attempts int
	Error    string // the last one
	At       time.Time
}

// maxDead is the number of dead jobs that are listed.
const maxDead = 1000

// Dead lists the dead jobs, the latest first, at most limit.
func (r *Runner[Tx]) Dead(ctx context.Context, limit int) ([]Dead, error) {
	return r.list(ctx, limit, classifyArgs{}.Kind(), deliverArgs{}.Kind(), readCodesArgs{}.Kind())
}

func (r *Runner[Tx]) list(ctx context.Context, limit int, kinds ...string) ([]Dead, error) {
	params := river.NewJobListParams().States(rivertype.JobStateDiscarded).Kinds(kinds...).OrderBy(river.JobListOrderByID, river.SortOrderDesc).First(min(max(limit, 1), maxDead))
	list, err := r.client.JobList(ctx, params)
	if err != nil {
		return nil, fmt.Errorf("list dead jobs: %w", err)
	}
	out := make([]Dead, len(list.Jobs))
	for i, j := range list.Jobs {
		out[i] = dead(j)
	}
	return out, nil
}

func dead(j *rivertype.JobRow) Dead {
	kind, on := jobOf(j)
	d := Dead{ID: strconv.FormatInt(j.ID, 10), Kind: kind, On: on, Attempts: j.Attempt}
	if j.FinalizedAt != nil {
		d.At = j.FinalizedAt.UTC()
	}
	if n := len(j.Errors); n > 0 {
		d.Error = j.Errors[n-1].Error
	}
	return d
}

// Retry gives a dead job another try, whatever its attempts: store.ErrNotFound when there
// is no such job, store.ErrConflict when it is not dead. A claim that failed is queued
// again; its dead job goes first, lest settle take the new try for the old one.
func (r *Runner[Tx]) Retry(ctx context.Context, id string) error {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	return r.alone(ctx, n, func(ctx context.Context) error { return r.retry(ctx, n) })
}

// alone keeps a retry and the settling of the same dead job apart, in all processes.
func (r *Runner[Tx]) alone(ctx context.Context, n int64, do func(ctx context.Context) error) error {
	return r.cfg.Store.Locked(ctx, "dead job "+strconv.FormatInt(n, 10), do)
}

func (r *Runner[Tx]) retry(ctx context.Context, n int64) error {
	j, err := r.client.JobGet(ctx, n)
	if errors.Is(err, river.ErrNotFound) {
		return store.ErrNotFound
	}
	if err != nil {
		return err
	}
	if j.State != rivertype.JobStateDiscarded {
		return store.ErrConflict
	}
	d := dead(j)
	if d.Kind != store.Classify {
		_, err = r.client.JobRetry(ctx, n)
		return err
	}
	if err := r.settleOne(ctx, d); err != nil {
		return err
	}
	// Who deletes the job owns the retry: a second one finds nothing.
	if _, err := r.client.JobDelete(ctx, n); errors.Is(err, river.ErrNotFound) {
		return store.ErrConflict
	} else if err != nil {
		return err
	}
	return r.cfg.Store.Requeue(ctx, d.On)
}

// settle marks the claims of dead jobs failed. The last try does so itself unless its
// worker died in it.
func (r *Runner[Tx]) settle(ctx context.Context) error {
	list, err := r.list(ctx, maxDead, classifyArgs{}.Kind())
	if err != nil {
		return err
	}
	for _, d := range list {
		c, err := r.cfg.Store.Claim(ctx, d.On)
		if errors.Is(err, store.ErrNotFound) || err == nil && c.State != store.Queued {
			continue // settled long ago, as nearly all are
		}
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(d.ID, 10, 64)
		if err != nil {
			return err
		}
		if err := r.alone(ctx, n, func(ctx context.Context) error { return r.settleStill(ctx, n, d) }); err != nil {
			return err
		}
	}
	return nil
}

// settleStill settles a job that is still dead: since the list was read, somebody may have
// sent it again, and that try must not be failed.
func (r *Runner[Tx]) settleStill(ctx context.Context, n int64, d Dead) error {
	j, err := r.client.JobGet(ctx, n)
	if errors.Is(err, river.ErrNotFound) || err == nil && j.State != rivertype.JobStateDiscarded {
		return nil
	}
	if err != nil {
		return err
	}
	return r.settleOne(ctx, d)
}

func (r *Runner[Tx]) settleOne(ctx context.Context, d Dead) error {
	reason := d.Error
	if reason == "" {
		reason = "the worker died " + strconv.Itoa(d.Attempts) + " times"
	}
	if err := r.cfg.Store.Fail(ctx, d.On, reason); err != nil && !late(err) {
		return err
	}
	return nil
}
