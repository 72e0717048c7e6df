package review

import (
	"context"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Forecast says how long what waits will take.
type Forecast struct {
	// Waiting is the number of items, Decided that of answers that stand within the window,
	// PerDay their pace.
	Waiting, Decided int
	PerDay           float64
	// Empty is when the queue is empty at this pace if nothing comes in; zero when nobody
	// works on it, or when that is more than maxForecast away.
	Empty time.Time
}

// maxForecast is the farthest that a pace of days says anything about.
const maxForecast = 366 * 24 * time.Hour

// Predict extrapolates the answers given within a window before now, positive. Answers to
// known items count for nothing, since these wait for ever.
func Predict(ctx context.Context, reviews store.Reviews, now time.Time, window time.Duration) (Forecast, error) {
	counts, err := reviews.ReviewCounts(ctx)
	if err != nil {
		return Forecast{}, err
	}
	f := Forecast{}
	for _, c := range counts {
		if c.Reason == "" {
			f.Waiting += c.N
		}
	}
	all, err := store.Gather(store.EachDecision(ctx, reviews, store.DecisionFilter{From: now.Add(-window), Until: now}))
	if err != nil {
		return Forecast{}, err
	}
	for _, d := range Standing(all) {
		if d.Role != store.RoleKnown {
			f.Decided++
		}
	}
	if f.Decided == 0 {
		return f, nil
	}
	f.PerDay = float64(f.Decided) / (window.Hours() / 24)
	if left := float64(f.Waiting) / f.PerDay * 24 * float64(time.Hour); left <= float64(maxForecast) {
		f.Empty = now.Add(time.Duration(left))
	}
	return f, nil
}

// Firm is the time before which no answer can be taken back any more: what was settled then
// may be exported.
func (q *Queue) Firm() time.Time { return q.now().Add(-q.cfg.UndoWindow) }
