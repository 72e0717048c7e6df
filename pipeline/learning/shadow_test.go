package learning_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
)

// answered stores a claim with the answer of a model.
func answered(t *testing.T, s store.Store, text, model, label string) string {
	t.Helper()
	c, _, err := s.Accept(t.Context(), store.New{Claim: claim.Claim{ID: "r", Text: text}, Outcome: &store.Outcome{Prediction: claim.Prediction{
		Model: model, Axes: map[string]claim.AxisPrediction{"severity": {Label: label, Probability: 0.5}, "symptom": {Label: "leak", Probability: 0.5}}}}})
	check(t, err)
	return c.ID
}

func TestShadowsAnswerAShareAndSayWhereTheyDiffer(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		shadow := digest(2)
		register(t, s, shadow)
		f := newToy(shadow)
		f.answer = func(c claim.Claim) map[string]claim.AxisPrediction {
			return map[string]claim.AxisPrediction{"severity": {Label: c.Text, Probability: 0.25}, "symptom": {Label: "leak", Abstained: c.Text == "major"}}
		}
		w := learning.NewShadower(learning.ShadowConfig{Store: s, Open: shelfOf{shadow: f}.open, Photos: pipeline.Files{}, Log: slog.New(slog.DiscardHandler), Every: 10 * time.Millisecond, Queue: 1000})
		ctx, cancel := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { w.Run(ctx) })
		defer func() { cancel(); done.Wait() }()
		w.Offer(answered(t, s, "minor", "live", "minor")) // before a shadow is set
		check(t, s.SetShadow(t.Context(), store.Shadow{Model: shadow, Share: 1, Since: time.Now()}))
		same := answered(t, s, "minor", "live", "minor")
		other := answered(t, s, "major", "live", "minor")
		own := answered(t, s, "major", shadow, "minor") // of the shadow itself, promoted meanwhile
		var counts []store.ShadowCounts
		for n := 0; len(counts) == 0 || counts[0].Claims < 2; n++ {
			if n == 1000 {
				t.Fatalf("counts %+v", counts)
			}
			for _, id := range []string{same, other, own} {
				w.Offer(id)
			}
			time.Sleep(10 * time.Millisecond)
			var err error
			counts, err = s.ShadowCounts(t.Context(), shadow)
			check(t, err)
		}
		if c := counts[0]; len(counts) != 1 || c.Claims != 2 || c.Differ != 1 || c.Axes["severity"] != 1 || c.Axes["symptom"] != 1 {
			t.Errorf("counts %+v", counts)
		}
		runs, err := s.ShadowRuns(t.Context(), shadow, "severity", 10)
		check(t, err)
		if len(runs) != 1 || runs[0].Claim != other || runs[0].Axes != 2 || runs[0].Differ[0].Live.Label != "minor" || runs[0].Differ[0].Shadow.Label != "major" || !runs[0].Differ[1].Shadow.Abstained {
			t.Errorf("runs %+v", runs)
		}
	})
}

// stuck is a store whose claims never come.
type stuck struct{ share float64 }

func (s stuck) Claim(ctx context.Context, _ string) (store.Claim, error) {
	<-ctx.Done()
	return store.Claim{}, errors.New("stuck")
}
func (s stuck) Shadow(context.Context) (store.Shadow, error) {
	return store.Shadow{Model: "m", Share: s.share}, nil
}
func (stuck) AddShadowRun(context.Context, store.ShadowRun) error { return nil }

func TestOfferingNeverWaitsAndTakesTheShare(t *testing.T) {
	for _, share := range []float64{0.1, 1} {
		w := learning.NewShadower(learning.ShadowConfig{Store: stuck{share}, Open: shelfOf{"m": newToy("m")}.open, Photos: pipeline.Files{}, Log: slog.New(slog.DiscardHandler), Queue: 5})
		ctx, cancel := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { w.Run(ctx) })
		const n = 20_000
		began := time.Now()
		for w.Missed() == 0 { // until the shadow runs and its queue is full
			w.Offer(fmt.Sprint("warm up ", time.Now().UnixNano()))
			if time.Since(began) > 10*time.Second {
				t.Fatal("no claim is taken")
			}
		}
		before := w.Missed()
		for i := range n {
			w.Offer(fmt.Sprintf("0199f0e0-0000-7000-8000-%012d", i))
		}
		got := float64(w.Missed()-before) / n
		if got < share-0.01 || got > share+0.01 {
			t.Errorf("a share of %.3f instead of %g is offered", got, share)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("offering took %s while the shadow is stuck", took)
		}
		cancel()
		done.Wait()
	}
}
