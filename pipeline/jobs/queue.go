package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/defekt/defekt/pipeline/store"
)

// Queue makes jobs; it works none.
type Queue[Tx any] struct{ client *river.Client[Tx] }

// NewQueue makes a queue on a database that [Migrate] has prepared.
func NewQueue[Tx any](driver riverdriver.Driver[Tx]) (*Queue[Tx], error) {
	client, err := river.NewClient(driver, &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	return &Queue[Tx]{client}, nil
}

// Insert makes the jobs within a store's transaction.
func (q *Queue[Tx]) Insert(ctx context.Context, tx Tx, jobs []store.Job) error {
	params := make([]river.InsertManyParams, len(jobs))
	for i, j := range jobs {
		a, err := args(j)
		if err != nil {
			return err
		}
		params[i].Args = a
	}
	if len(params) == 0 {
		return nil
	}
	if _, err := q.client.InsertManyTx(ctx, tx, params); err != nil {
		return fmt.Errorf("enqueue: %w", err)
	}
	return nil
}

// How often, and how far apart, a migration is tried.
const (
	migrateTries = 10
	migratePause = 300 * time.Millisecond
)

// Migrate brings River's tables up to date; safe to call again, and when several processes
// start at once: River does not lock, so the slower ones fail, wait and find it done.
func Migrate[Tx any](ctx context.Context, driver riverdriver.Driver[Tx]) error {
	m, err := rivermigrate.New(driver, nil)
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	for try := 1; ; try++ {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		if err == nil {
			return nil
		}
		if try == migrateTries {
			return fmt.Errorf("migrate the queue: %w", err)
		}
		select {
		case <-time.After(migratePause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
