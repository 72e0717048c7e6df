package bench

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/sourcegraph/conc/pool"
)

// Lanes calls do once for each of 0..items-1, in that order of starting, from the given
// number of goroutines, and gives the wall time. The first error ends it; so does ctx.
func Lanes(ctx context.Context, lanes, items int, do func(ctx context.Context, item int) error) (time.Duration, error) {
	start := time.Now()
	p := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError()
	var next atomic.Int64
	for range lanes {
		p.Go(func(ctx context.Context) error {
			for {
				item := int(next.Add(1)) - 1
				if item >= items {
					return nil
				}
				if err := context.Cause(ctx); err != nil {
					return err
				}
				if err := do(ctx, item); err != nil {
					return err
				}
			}
		})
	}
	err := p.Wait()
	return time.Since(start), err
}
