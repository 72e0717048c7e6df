package learning_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
)

func rescorer(s store.Store, live *learning.Live, settled bool, rate float64) *learning.Rescorer {
	return learning.NewRescorer(learning.RescoreConfig{Store: s, Live: live, Photos: pipeline.Files{}, Log: slog.New(slog.DiscardHandler), Page: 7, PerSecond: rate,
		Settled: func(context.Context) (bool, error) { return settled, nil }})
}

func TestHistoryIsRescoredAfterAnyNumberOfInterruptions(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		const n = 40
		for range n {
			answered(t, s, "x", "old", "minor")
		}
		f := newToy("new")
		live := learning.NewLive(f.opened(), nil)
		check(t, rescorer(s, live, false, 0).Tend(t.Context()))
		if f.calls.Load() != 0 {
			t.Error("claims are re-scored though nothing was promoted")
		}
		for i := 0; ; i++ { // each run is a process that is killed after three claims
			ctx, cancel := context.WithCancel(t.Context())
			left := 3
			_, err := rescorer(s, live, true, 0).All(ctx, func(string) {
				if left--; left == 0 {
					cancel()
				}
			})
			cancel()
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) || i > n {
				t.Fatal(err)
			}
		}
		stale, done, err := s.CountStale(t.Context(), "new")
		check(t, err)
		if stale != 0 || done != n || f.calls.Load() > n+n/3+1 {
			t.Errorf("%d of %d left after %d answers", stale, done, f.calls.Load())
		}
		trend, err := s.Trend(t.Context(), "severity", time.Time{}, time.Time{})
		check(t, err)
		days := learning.Days(trend)
		total := map[string]int{}
		for _, d := range days {
			total[d.Model+" "+d.Label] += d.N
		}
		if total["old minor"] != n || total["new new"] != n {
			t.Errorf("trend %v: both models must tell of all %d claims", total, n)
		}
		live.Close()
	})
}

func TestRescoringKeepsToItsRateAndItsSlice(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		for range 30 {
			answered(t, s, "x", "old", "minor")
		}
		f := newToy("new")
		live := learning.NewLive(f.opened(), nil)
		defer live.Close()
		r := learning.NewRescorer(learning.RescoreConfig{Store: s, Live: live, Photos: pipeline.Files{}, Log: slog.New(slog.DiscardHandler), PerSecond: 20, Slice: 500 * time.Millisecond,
			Settled: func(context.Context) (bool, error) { return true, nil }})
		began := time.Now()
		check(t, r.Tend(t.Context()))
		if took, calls := time.Since(began), f.calls.Load(); calls < 1 || calls > 11 || took > 5*time.Second {
			t.Errorf("%d claims in %s, want at most 10 in half a second", calls, took)
		}
	})
}

// What cannot be read now keeps its answer, holds nobody up, and is tried again later.
func TestClaimsWhosePhotosDoNotComeKeepTheirAnswer(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		bad := answered(t, s, "bad", "old", "minor")
		good := answered(t, s, "good", "old", "minor")
		empty := answered(t, s, "empty", "old", "minor")
		f := newToy("new")
		well := false
		broken := unread{f, &well}
		live := learning.NewLive(learning.Opened{Classifier: broken}, nil)
		r := rescorer(s, live, true, 0)
		left, err := r.All(t.Context(), func(string) {})
		check(t, err)
		if left != 2 {
			t.Errorf("%d claims left, want two", left)
		}
		for id, want := range map[string]string{bad: "old", empty: "old", good: "new"} {
			c, err := s.Claim(t.Context(), id)
			check(t, err)
			if c.Prediction.Model != want {
				t.Errorf("claim %s is answered by %s, want %s", c.Claim.Text, c.Prediction.Model, want)
			}
		}
		well = true
		calls := f.calls.Load()
		check(t, r.Tend(t.Context())) // not before an hour has passed
		if f.calls.Load() != calls {
			t.Error("claims that failed are tried again at once")
		}
		left, err = r.All(t.Context(), func(string) {})
		check(t, err)
		if stale, _, err := s.CountStale(t.Context(), "new"); err != nil || stale != 0 {
			t.Errorf("%d stale, %d left, %v", stale, left, err)
		}
	})
}

// unread classifies with a toy and fails on some claims.
type unread struct {
	*toy
	well *bool
}

func (u unread) Classify(ctx context.Context, c claim.Claim, photos pipeline.Source) (store.Outcome, error) {
	out, err := u.toy.Classify(ctx, c, photos)
	if *u.well {
		return out, err
	}
	switch c.Text {
	case "bad":
		out.Prediction.Problems = []claim.Problem{{Code: claim.CodePhotoStore, Message: "disk"}}
	case "empty":
		out.Prediction.Axes = nil
		out.Prediction.Problems = []claim.Problem{{Code: claim.CodeInternal, Message: "panic"}}
	}
	return out, err
}

func TestRescoringStopsWhenTheModelChanges(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		for range 5 {
			answered(t, s, "x", "old", "minor")
		}
		live := learning.NewLive(newToy("new").opened(), nil)
		n := 0
		_, err := rescorer(s, live, true, 0).All(t.Context(), func(string) {
			if n++; n == 2 {
				live.Swap(newToy("newer").opened())
			}
		})
		if err == nil {
			t.Error("nobody is told that the model changed")
		}
		if stale, _, err := s.CountStale(t.Context(), "new"); err != nil || stale != 3 {
			t.Errorf("%d claims are not of the model of the pass, want the last three: %v", stale, err)
		}
		live.Close()
	})
}

// Of several processes one works at a time, and one that is killed holds up nobody.
func TestProcessesTakeTurns(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		const n = 30
		for range n {
			answered(t, s, "x", "old", "minor")
		}
		f := newToy("new")
		var done sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		defer func() { cancel(); done.Wait() }()
		for i := range 3 {
			r := learning.NewRescorer(learning.RescoreConfig{Store: s, Live: learning.NewLive(f.opened(), nil), Photos: pipeline.Files{}, Log: slog.New(slog.DiscardHandler),
				Slice: 50 * time.Millisecond, Pause: time.Millisecond, PerSecond: 200, Locked: s.Locked, Settled: func(context.Context) (bool, error) { return true, nil }})
			mine, kill := context.WithCancel(ctx)
			if i == 0 {
				time.AfterFunc(60*time.Millisecond, kill)
			}
			done.Go(func() { defer kill(); r.Run(mine) })
		}
		for k := 0; ; k++ {
			stale, _, err := s.CountStale(t.Context(), "new")
			check(t, err)
			if stale == 0 {
				break
			}
			if k == 1500 {
				t.Fatalf("%d claims are never re-scored", stale)
			}
			time.Sleep(20 * time.Millisecond)
		}
		if calls := f.calls.Load(); calls > n+3 { // the killed one's, and what was read before a turn
			t.Errorf("%d claims took %d answers", n, calls)
		}
	})
}
