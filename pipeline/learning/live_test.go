package learning_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
)

// toy classifies by a function; it tells when it is used after it was closed.
type toy struct {
	digest string
	answer func(c claim.Claim) map[string]claim.AxisPrediction
	wait   chan struct{} // if set, answers wait for it
	closed atomic.Bool
	late   atomic.Bool
	calls  atomic.Int64
}

func newToy(digest string) *toy {
	return &toy{digest: digest, answer: func(claim.Claim) map[string]claim.AxisPrediction {
		return map[string]claim.AxisPrediction{"severity": {Label: digest, Probability: 0.75}}
	}}
}

func (f *toy) Model() *models.Model { return &models.Model{Digest: f.digest} }
func (f *toy) Spaces() []string     { return []string{"s"} }
func (f *toy) Classify(_ context.Context, c claim.Claim, _ pipeline.Source) (store.Outcome, error) {
	f.calls.Add(1)
	if f.wait != nil {
		<-f.wait
	}
	if f.closed.Load() {
		f.late.Store(true)
	}
	return store.Outcome{Prediction: claim.Prediction{Model: f.digest, Axes: f.answer(c)}}, nil
}

func (f *toy) opened() learning.Opened {
	return learning.Opened{Classifier: f, Close: func() error {
		if f.closed.Swap(true) {
			return errors.New("closed twice")
		}
		return nil
	}}
}

func TestClaimsUnderWayFinishWithTheModelTheyBeganWith(t *testing.T) {
	old, next := newToy("old"), newToy("next")
	old.wait = make(chan struct{})
	live := learning.NewLive(old.opened(), func(err error) { t.Error(err) })
	answer := make(chan string)
	go func() {
		out, err := live.Classify(context.Background(), claim.Claim{}, nil)
		if err != nil {
			t.Error(err)
		}
		answer <- out.Prediction.Model
	}()
	for old.calls.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	live.Swap(next.opened())
	out, err := live.Classify(t.Context(), claim.Claim{}, nil)
	check(t, err)
	if out.Prediction.Model != "next" || old.closed.Load() {
		t.Errorf("answered by %s while the old one is closed: %v", out.Prediction.Model, old.closed.Load())
	}
	close(old.wait)
	if got := <-answer; got != "old" {
		t.Errorf("the claim under way was answered by %s", got)
	}
	for n := 0; !old.closed.Load(); n++ {
		if n == 1000 {
			t.Fatal("the old model is never closed")
		}
		time.Sleep(time.Millisecond)
	}
	live.Close()
	if !next.closed.Load() || old.late.Load() {
		t.Errorf("closed %v, used after it was closed %v", next.closed.Load(), old.late.Load())
	}
	if _, err := live.Classify(t.Context(), claim.Claim{}, nil); !errors.Is(err, learning.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestManySwapsUnderLoad(t *testing.T) {
	var all []*toy
	first := newToy("m0")
	all = append(all, first)
	live := learning.NewLive(first.opened(), func(err error) { t.Error(err) })
	stop := make(chan struct{})
	var work sync.WaitGroup
	for range 8 {
		work.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := live.Classify(context.Background(), claim.Claim{}, nil); err != nil {
					t.Error(err)
				}
				_ = live.Model().Digest
			}
		})
	}
	for i := range 200 {
		next := newToy(fmt.Sprint("m", i+1))
		all = append(all, next)
		live.Swap(next.opened())
	}
	close(stop)
	work.Wait()
	live.Close()
	for _, f := range all {
		if !f.closed.Load() || f.late.Load() {
			t.Errorf("%s: closed %v, used after it %v", f.digest, f.closed.Load(), f.late.Load())
		}
	}
}

// shelfOf opens toys by digest.
type shelfOf map[string]*toy

func (s shelfOf) open(_ context.Context, digest string) (learning.Opened, error) {
	f, ok := s[digest]
	if !ok {
		return learning.Opened{}, fmt.Errorf("model %q: %w", digest, store.ErrNotFound)
	}
	return newToyLike(f).opened(), nil
}

// newToyLike is the toy opened again.
func newToyLike(f *toy) *toy { return &toy{digest: f.digest, answer: f.answer, wait: f.wait} }

func digest(n int) string { return fmt.Sprintf("sha256:%064x", n) }

func register(t *testing.T, s store.Store, digests ...string) {
	t.Helper()
	for i, d := range digests {
		check(t, s.AddModel(t.Context(), store.Model{Digest: d, Name: d, Archive: "sha256:none", At: time.Now().Add(time.Duration(i) * time.Second)}))
	}
}

func TestEveryProcessFollowsPromotions(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		one, two := digest(1), digest(2)
		shelf := shelfOf{one: newToy(one), "": newToy("started")}
		register(t, s, one, two)
		var followers []*learning.Follower
		for range 2 {
			followers = append(followers, &learning.Follower{Store: s, Live: learning.NewLive(newToy("started").opened(), nil), Open: shelf.open, Log: slog.New(slog.DiscardHandler)})
		}
		want := func(settled bool, model string) {
			t.Helper()
			for _, f := range followers {
				got, err := f.Check(t.Context())
				check(t, err)
				if got != settled || f.Live.Model().Digest != model {
					t.Errorf("settled %v on %s, want %v on %s", got, f.Live.Model().Digest, settled, model)
				}
			}
		}
		r := learning.Registry{Store: s, Now: time.Now}
		promote := func(model string) {
			t.Helper()
			_, err := r.Promote(t.Context(), store.Promotion{Model: model})
			check(t, err)
		}
		want(false, "started")
		promote(one)
		want(true, one)
		want(true, one)
		promote(two) // which cannot be opened here
		if _, err := followers[0].Check(t.Context()); err == nil || followers[0].Live.Model().Digest != one {
			t.Errorf("a model that cannot be opened: %v, in use is %s", err, followers[0].Live.Model().Digest)
		}
		promote("")
		want(true, "started")
		for _, f := range followers {
			f.Live.Close()
		}
	})
}
