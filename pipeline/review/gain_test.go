package review_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/acquire"
	"github.com/defekt/defekt/pipeline/store"
)

// taught is a queue of two kinds of claim: many that look alike, whose answers are as good as
// thrown by dice, and a few of another kind that the model is nearly as unsure of.
type taught struct {
	store   store.Store
	planner *review.Planner
	few     map[string]bool // ids of items
}

func teach(t testing.TB, s store.Store, claims int) taught {
	t.Helper()
	planner, err := review.NewPlanner(review.PlanConfig{SliceShare: -1, DoubleShare: -1})
	if err != nil {
		t.Fatal(err)
	}
	out := taught{s, planner, map[string]bool{}}
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range claims {
		few := i%10 == 9
		p, v := 0.40+0.04*float64(i)/float64(claims), []float32{1, 0.01 * float32(rng.NormFloat64()), 0}
		if few {
			p, v = 0.45, []float32{0, 0.01 * float32(rng.NormFloat64()), 1}
		}
		pred := claim.Prediction{Model: "sha256:m", Axes: map[string]claim.AxisPrediction{"severity": {
			Label: "major", Probability: p, Abstained: true, Alternatives: []claim.Alternative{{Label: "minor", Probability: 0.40}},
		}}}
		cl := claim.Claim{ID: fmt.Sprint("ref", i), Text: "it leaks"}
		id := fmt.Sprint(i)
		accepted, _, err := s.Accept(t.Context(), store.New{Claim: cl, Outcome: &store.Outcome{Prediction: pred,
			Vectors: []store.Vector{{Space: "text", Values: v}}, Reviews: out.planner.Plan(id, cl, pred)}})
		if err != nil {
			t.Fatal(err)
		}
		items, err := s.ReviewsOf(t.Context(), accepted.ID)
		if err != nil || len(items) != 1 {
			t.Fatalf("%d items, %v", len(items), err)
		}
		if few {
			out.few[items[0].ID] = true
		}
	}
	return out
}

// slack is what a rank may differ by: the time between plan and store, in half-lives.
const slack = 0.01

// first lists the first n items of the queue.
func (w taught) first(t *testing.T, n int) []store.Review {
	t.Helper()
	return must(w.store.OpenReviews(t.Context(), store.ReviewFilter{States: []store.ReviewState{store.ReviewOpen}}, n))(t)
}

// decideOne decides one of the few.
func (w taught) decideOne(t *testing.T) {
	t.Helper()
	for _, r := range w.first(t, 40) {
		if !w.few[r.ID] {
			continue
		}
		d := store.ReviewDecision{ID: uuid.NewString(), Reviewer: "anna", At: time.Now(), Labels: severity("major"), Role: store.RoleLook}
		r.State, r.Final = store.ReviewSettled, d.ID
		if err := w.store.ChangeReview(t.Context(), r, []store.ReviewDecision{d}, nil); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("none of the few waits")
}

func (w taught) favour(t *testing.T, batch int) int {
	t.Helper()
	return must(w.planner.Favour(t.Context(), review.GainConfig{Reviews: w.store, Claims: w.store, Vectors: w.store,
		Choose: acquire.Config{Batch: batch}}))(t)
}

// TestFavour: after it the first of the queue are of both kinds; what nobody favours any more
// falls back; versions stay, so that no answer under way is lost.
func TestFavour(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		q := teach(t, w.store, 40)
		before := map[string]store.Review{}
		few := 0
		for i, r := range q.first(t, 40) {
			before[r.ID] = r
			if i < 6 && q.few[r.ID] {
				few++
			}
		}
		if few != 0 {
			t.Fatalf("%d of the few were among the first before: nothing to show", few)
		}
		if n := q.favour(t, 6); n != 6 {
			t.Fatalf("%d favoured, want 6", n)
		}
		for i, r := range q.first(t, 40) {
			raised := 0.0
			if i < 6 {
				raised = 2
			}
			if d := r.Rank - before[r.ID].Rank; math.Abs(d-raised) > slack {
				t.Errorf("place %d rose by %g, want %g", i, d, raised)
			}
			if i < 6 && q.few[r.ID] {
				few++
			}
			if r.Version != before[r.ID].Version {
				t.Errorf("the version of place %d went from %d to %d", i, before[r.ID].Version, r.Version)
			}
		}
		if few == 0 {
			t.Error("all of the first six look alike, as before")
		}
		ranks := map[string]float64{}
		for _, r := range q.first(t, 40) {
			ranks[r.ID] = r.Rank
		}
		q.favour(t, 6)
		for _, r := range q.first(t, 40) {
			if math.Abs(r.Rank-ranks[r.ID]) > slack {
				t.Errorf("done twice it gives another rank: %g after %g", r.Rank, ranks[r.ID])
			}
		}
		q.decideOne(t)
		q.favour(t, 1)
		raised := 0
		for _, r := range q.first(t, 40) {
			if r.Rank > before[r.ID].Rank+slack {
				raised++
				if q.few[r.ID] {
					t.Error("a decision on one of the few did not make another of them less worth knowing")
				}
			}
		}
		if raised != 1 {
			t.Errorf("%d are still raised, want 1", raised)
		}
	})
}

// BenchmarkFavour ranks 2,000 items.
func BenchmarkFavour(b *testing.B) {
	onStores(b, func(b *testing.B, w world) {
		q := teach(b, w.store, 2000)
		for b.Loop() {
			if _, err := q.planner.Favour(b.Context(), review.GainConfig{Reviews: w.store, Claims: w.store, Vectors: w.store}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestFavourRefuses: what cannot be, and a queue without anything.
func TestFavourRefuses(t *testing.T) {
	w := sqliteWorld(t)
	p := must(review.NewPlanner(review.PlanConfig{}))(t)
	good := review.GainConfig{Reviews: w.store, Claims: w.store, Vectors: w.store}
	if n, err := p.Favour(t.Context(), good); n != 0 || err != nil {
		t.Errorf("of nothing: %d, %v", n, err)
	}
	for name, change := range map[string]func(*review.GainConfig){
		"no store": func(c *review.GainConfig) { c.Reviews = nil },
		"ahead":    func(c *review.GainConfig) { c.Ahead = acquire.MaxCandidates + 1 },
		"worth":    func(c *review.GainConfig) { c.Worth = 0.5 },
		"no worth": func(c *review.GainConfig) { c.Worth = math.NaN() },
		"rule":     func(c *review.GainConfig) { c.Choose.Rule = "best" },
	} {
		bad := good
		change(&bad)
		if _, err := p.Favour(t.Context(), bad); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
