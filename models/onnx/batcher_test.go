package onnx

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/defekt/defekt/pipeline/claim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newTestBatcher(t *testing.T, c BatchConfig, run func(context.Context, []int) ([]int, error)) *Batcher[int, int] {
	t.Helper()
	b, err := NewBatcher(c, run)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// record doubles its items and notes the sizes and the times of the batches.
type record struct {
	mu    sync.Mutex
	took  time.Duration
	sizes []int
	begun []time.Duration
	start time.Time
}

func (r *record) run(_ context.Context, in []int) ([]int, error) {
	r.mu.Lock()
	r.sizes = append(r.sizes, len(in))
	r.begun = append(r.begun, time.Since(r.start))
	r.mu.Unlock()
	time.Sleep(r.took)
	out := make([]int, len(in))
	for i, v := range in {
		out[i] = 2 * v
	}
	return out, nil
}

func TestBatchStartsWhenFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &record{start: time.Now()}
		b := newTestBatcher(t, BatchConfig{MaxSize: 4, MaxDelay: time.Second}, r.run)
		out, err := b.SubmitAll(context.Background(), []int{1, 2, 3, 4})
		if diff := cmp.Diff([]int{2, 4, 6, 8}, out); err != nil || diff != "" {
			t.Error(err, diff)
		}
		if diff := cmp.Diff([]time.Duration{0}, r.begun); diff != "" {
			t.Errorf("a full batch must not wait: %s", diff)
		}
		_ = b.Close()
	})
}

func TestBatchStartsAfterMaxDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &record{start: time.Now()}
		b := newTestBatcher(t, BatchConfig{MaxSize: 4, MaxDelay: 10 * time.Millisecond}, r.run)
		var wg sync.WaitGroup
		for i, after := range []time.Duration{0, 4, 9, 11} {
			wg.Go(func() {
				time.Sleep(after * time.Millisecond)
				if got, err := b.Submit(context.Background(), i); err != nil || got != 2*i {
					t.Errorf("item %d: %d, %v", i, got, err)
				}
			})
		}
		wg.Wait()
		if diff := cmp.Diff([]int{3, 1}, r.sizes); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]time.Duration{10 * time.Millisecond, 21 * time.Millisecond}, r.begun); diff != "" {
			t.Error(diff)
		}
		_ = b.Close()
	})
}

func TestBatchWithoutDelayTakesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &record{start: time.Now(), took: time.Second}
		b := newTestBatcher(t, BatchConfig{MaxSize: 8}, r.run)
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = b.Submit(context.Background(), 1) })
		synctest.Wait() // the first is running alone; five more queue up behind it
		for i := range 5 {
			wg.Go(func() { _, _ = b.Submit(context.Background(), i) })
		}
		wg.Wait()
		if diff := cmp.Diff([]int{1, 5}, r.sizes); diff != "" {
			t.Error(diff)
		}
		_ = b.Close()
	})
}

func TestRunnersRunAtTheSameTimeAndDoNotShareOutABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &record{start: time.Now(), took: time.Second}
		b := newTestBatcher(t, BatchConfig{MaxSize: 4, MaxDelay: time.Millisecond, Runners: 2, Queue: 8}, r.run)
		if _, err := b.SubmitAll(context.Background(), make([]int, 8)); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]int{4, 4}, r.sizes); diff != "" {
			t.Error(diff)
		}
		if got := time.Since(r.start); got != time.Second {
			t.Errorf("took %v, two runners need 1s", got)
		}
		_ = b.Close()
	})
}

func TestFullQueueMakesSubmitWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		b := newTestBatcher(t, BatchConfig{MaxSize: 1, Queue: 1}, func(_ context.Context, in []int) ([]int, error) {
			<-release
			return in, nil
		})
		ctx := context.Background()
		var done atomic.Int32
		var wg sync.WaitGroup
		for i := range 2 { // one runs, one fills the queue
			wg.Go(func() { _, _ = b.Submit(ctx, i); done.Add(1) })
		}
		synctest.Wait()
		late, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if _, err := b.Submit(late, 3); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the third must wait until its context ends: %v", err)
		}
		close(release)
		wg.Wait()
		if items, _ := b.Stats(); items != 2 {
			t.Errorf("%d items ran, want 2", items)
		}
		_ = b.Close()
	})
}

func TestCancelledItemIsSkippedAndAnsweredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &record{start: time.Now(), took: time.Second}
		b := newTestBatcher(t, BatchConfig{MaxSize: 4}, r.run)
		cause := errors.New("claim withdrawn")
		ctx, cancel := context.WithCancelCause(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = b.Submit(context.Background(), 1) })
		synctest.Wait()
		wg.Go(func() {
			if _, err := b.Submit(ctx, 2); !errors.Is(err, cause) {
				t.Errorf("error %v, want the cause", err)
			}
			if got := time.Since(r.start); got != 100*time.Millisecond {
				t.Errorf("answered after %v", got)
			}
		})
		time.Sleep(100 * time.Millisecond)
		cancel(cause)
		wg.Wait()
		_ = b.Close()
		if diff := cmp.Diff([]int{1}, r.sizes); diff != "" {
			t.Errorf("the cancelled item ran: %s", diff)
		}
	})
}

func TestOneBadItemDoesNotFailItsNeighbours(t *testing.T) {
	bad := errors.New("bad item")
	for name, fail := range map[string]func() error{
		"error":      func() error { return bad },
		"panic":      func() error { panic("boom") },
		"no results": func() error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newTestBatcher(t, BatchConfig{MaxSize: 4, MaxDelay: time.Millisecond}, func(_ context.Context, in []int) ([]int, error) {
					if slices.Contains(in, 13) {
						return nil, fail()
					}
					return in, nil
				})
				var wg sync.WaitGroup
				for _, i := range []int{11, 12, 13, 14} {
					wg.Go(func() {
						got, err := b.Submit(context.Background(), i)
						if i != 13 && (err != nil || got != i) {
							t.Errorf("item %d: %d, %v", i, got, err)
						}
						if i == 13 && err == nil {
							t.Error("the bad item got a result")
						}
						if i == 13 && name != "error" && claim.AsProblem(err, "").Code != claim.CodeInternal {
							t.Errorf("code of %v", err)
						}
					})
				}
				wg.Wait()
				_ = b.Close()
			})
		})
	}
}

func TestCloseFinishesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &record{start: time.Now(), took: time.Second}
		b := newTestBatcher(t, BatchConfig{MaxSize: 1, Queue: 8}, r.run)
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				if got, err := b.Submit(context.Background(), i); err != nil || got != 2*i {
					t.Errorf("item %d: %d, %v", i, got, err)
				}
			})
		}
		synctest.Wait()
		for range 2 {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}
		wg.Wait()
		if _, err := b.Submit(context.Background(), 1); !errors.Is(err, ErrClosed) {
			t.Errorf("submit after close: %v", err)
		}
	})
}

func TestManyCallersGetTheirOwnResults(t *testing.T) {
	r := &record{}
	b := newTestBatcher(t, BatchConfig{MaxSize: 7, Runners: 3, Queue: 5}, r.run)
	var wg sync.WaitGroup
	for g := range 20 {
		wg.Go(func() {
			for i := range 100 {
				v := g*1000 + i
				if got, err := b.Submit(context.Background(), v); err != nil || got != 2*v {
					t.Errorf("%d: %d, %v", v, got, err)
					return
				}
			}
		})
	}
	wg.Wait()
	_ = b.Close()
	if items, batches := b.Stats(); items != 2000 || batches > items {
		t.Errorf("%d items in %d batches", items, batches)
	}
}

func TestBatchesSayWhyTheyStarted(t *testing.T) {
	double := func(_ context.Context, in []int) ([]int, error) {
		if len(in) > 1 && in[0] < 0 {
			return nil, errors.New("bad neighbour")
		}
		return make([]int, len(in)), nil
	}
	for name, c := range map[string]struct {
		delay time.Duration
		items []int
		want  []Reason
	}{
		"full":  {0, []int{1, 2}, []Reason{Full}},
		"late":  {time.Second, []int{1}, []Reason{Late}},
		"idle":  {0, []int{1}, []Reason{Idle}},
		"alone": {time.Second, []int{-1, 2}, []Reason{Full, Alone, Alone}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got []Reason
				hold := make(chan struct{})
				b := newTestBatcher(t, BatchConfig{MaxSize: 2, MaxDelay: c.delay, Observe: func(_ int, r Reason) { <-hold; got = append(got, r) }}, double)
				var wg sync.WaitGroup
				for _, item := range append([]int{0}, c.items...) { // the first one holds the runner until all others wait
					wg.Go(func() { _, _ = b.Submit(t.Context(), item) })
					time.Sleep(2 * c.delay)
					synctest.Wait()
				}
				close(hold)
				wg.Wait()
				if err := b.Close(); err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(c.want, got[1:]); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestBatchConfigRefusesNonsense(t *testing.T) {
	for _, c := range []BatchConfig{{MaxSize: -1}, {MaxSize: 5000}, {MaxDelay: -1}, {MaxDelay: time.Hour}, {Queue: -1}, {Runners: -1}} {
		if _, err := NewBatcher(c, (&record{}).run); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}
