package learning

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Promoted tells which model was promoted last.
type Promoted interface {
	LiveModel(ctx context.Context) (store.Promotion, error)
}

// Follower brings this process to the model that was promoted last. Every process has its own.
type Follower struct {
	Store Promoted
	Live  *Live
	Open  Opener
	Log   *slog.Logger
	// Changed, if set, is told after each swap.
	Changed func(ctx context.Context, model string)

	mu sync.Mutex
}

// FollowEvery is how often a process looks for a promotion.
const FollowEvery = 2 * time.Second

// Check asks which model was promoted last and swaps to it if another one is in use. It costs
// one look-up while nothing changes. After an error the model in use stays. settled is true
// when a model was ever promoted and is the one in use now.
func (f *Follower) Check(ctx context.Context) (settled bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, err := f.Store.LiveModel(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("which model was promoted: %w", err)
	}
	if p.Model == f.Live.Model().Digest {
		return true, nil
	}
	next, err := f.Open(ctx, p.Model)
	if err != nil {
		return false, fmt.Errorf("open promoted model %s: %w", short(p.Model), err)
	}
	if p.Model == "" && next.Model().Digest == f.Live.Model().Digest {
		return true, closeOpened(next)
	}
	before := f.Live.Model().Digest
	f.Live.Swap(next)
	f.Log.InfoContext(ctx, "model changed", slog.String("from", before), slog.String("to", next.Model().Digest), slog.String("by", p.By), slog.String("why", p.Why))
	if f.Changed != nil {
		f.Changed(ctx, next.Model().Digest)
	}
	return true, nil
}

func closeOpened(o Opened) error {
	if o.Close == nil {
		return nil
	}
	return o.Close()
}

// failEvery is the pause after a failed look, so that a model that cannot be opened does not
// fill the log.
const failEvery = 30 * time.Second

// Run looks for promotions until ctx ends.
func (f *Follower) Run(ctx context.Context) {
	wait := FollowEvery
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = FollowEvery
		if _, err := f.Check(ctx); err != nil && ctx.Err() == nil {
			f.Log.ErrorContext(ctx, "following promotions", slog.Any("error", err))
			wait = failEvery
		}
	}
}
