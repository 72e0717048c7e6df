package review_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

const (
	streams      = 200
	streamClaims = 2500
)

// TestEstimateIsFair: over 200 streams of claims whose uncertain ones are wrong more often and
// are looked at first, the random slice's interval holds the model's true accuracy in at least
// 93 %, and what people happened to decide does not tell it.
func TestEstimateIsFair(t *testing.T) {
	held, naive, width := 0, 0, 0.0
	for i := range streams {
		rng := rand.New(rand.NewPCG(2026, uint64(i)))
		truth, slice, decided := stream(t, rng, uint64(i))
		e := review.Estimate(slice, review.EstimateConfig{Axis: "severity"})
		if e.N < 100 {
			t.Fatalf("stream %d: %d of %d slice items count", i, e.N, len(slice))
		}
		if e.Low <= truth && truth <= e.High {
			held++
		}
		width += e.High - e.Low
		if metric.Wilson(decided[0], decided[1], 0.95).Contains(truth) {
			naive++
		}
	}
	t.Logf("the truth lies within the slice's 95 %% interval in %d of %d streams (mean width %.3f); within that of all decided claims in %d", held, streams, width/streams, naive)
	if held < streams*93/100 {
		t.Errorf("%d of %d, want 93 %%", held, streams)
	}
	if naive > streams/2 {
		t.Errorf("the streams have no bias to overcome: %d of %d", naive, streams)
	}
}

// stream simulates claims, the planner's draws, and people who get through half of what waits.
// It gives the model's accuracy over all claims, the slice, and hits and number of all decided.
func stream(t *testing.T, rng *rand.Rand, seed uint64) (truth float64, slice []store.SettledReview, decided [2]float64) {
	c := newClock()
	planner := must(review.NewPlanner(review.PlanConfig{SliceShare: 0.15, DoubleShare: -1, Seed: seed + 1, Now: c.now}))(t)
	skill := 0.5 + 0.45*rng.Float64() // of the model
	right := map[string]bool{}
	var queue []*store.SettledReview
	hits := 0
	for n := range streamClaims {
		p := 1 - (1-skill)*2*rng.Float64() // confidence; it knows what it does not know
		id := fmt.Sprint(n)
		right[id] = rng.Float64() < p
		if right[id] {
			hits++
		}
		pred := claim.Prediction{Axes: map[string]claim.AxisPrediction{"severity": {Label: "major", Probability: p, Abstained: p < skill}}}
		c.pass(time.Minute)
		for _, r := range planner.Plan(id, claim.Claim{}, pred) {
			r.Claim = id
			queue = append(queue, &store.SettledReview{Review: store.Review{ID: id, NewReview: r, State: store.ReviewOpen, CreatedAt: c.now()}})
		}
	}
	work(rng, queue, right, &decided)
	for _, s := range queue {
		if slices.Contains(s.Review.Reasons, store.ReasonRandom) {
			slice = append(slice, *s)
		}
	}
	return float64(hits) / streamClaims, slice, decided
}

// work decides half of the queue as the hand-out would: some of it in the slice's order, the
// rest by rank. A few are left open by somebody who does not come back.
func work(rng *rand.Rand, queue []*store.SettledReview, right map[string]bool, decided *[2]float64) {
	byRank := slices.Clone(queue)
	slices.SortStableFunc(byRank, func(a, b *store.SettledReview) int {
		return int(max(-1, min(1, (b.Review.Rank-a.Review.Rank)*1e9)))
	})
	next := map[bool]int{}
	for range len(queue) / 2 {
		fromSlice := rng.Float64() < 0.3
		list := byRank
		if fromSlice {
			list = queue
		}
		i := next[fromSlice]
		for i < len(list) && (list[i].Review.State != store.ReviewOpen || list[i].Review.Holder != "" ||
			fromSlice && !slices.Contains(list[i].Review.Reasons, store.ReasonRandom)) {
			i++
		}
		next[fromSlice] = i
		if i == len(list) {
			continue
		}
		s := list[i]
		if rng.Float64() < 0.01 {
			s.Review.Holder = "gone"
			continue
		}
		label := "minor"
		decided[1]++
		if right[s.Review.ID] {
			label = "major"
			decided[0]++
		}
		s.Review.State, s.Decision = store.ReviewSettled, store.ReviewDecision{Labels: severity(label)}
	}
}

// TestEstimateCounts: what counts as hit, missing, undecided and behind.
func TestEstimateCounts(t *testing.T) {
	item := func(abstained bool, answer string) store.SettledReview {
		s := store.SettledReview{Review: store.Review{State: store.ReviewOpen}}
		s.Review.Suggested = map[string]store.Suggestion{"severity": {Label: "major", Abstained: abstained}}
		if answer != "open" {
			s.Review.State, s.Decision.Labels = store.ReviewSettled, severity(answer)
		}
		return s
	}
	slice := []store.SettledReview{item(false, "major"), item(true, "minor"), item(false, ""), item(false, "open"), item(false, "major"), {}}
	got := review.Estimate(slice, review.EstimateConfig{Axis: "severity"})
	if got.Hits != 2 || got.N != 3 || got.Undecided != 1 || got.Missing != 1 || got.Behind != 0 || got.Value != 2.0/3 {
		t.Errorf("%+v", got)
	}
	waiting := append(slices.Clone(slice[:3]), item(false, "open"), item(false, "open"), item(false, "open"), item(true, "open"))
	if cut := review.Estimate(waiting, review.EstimateConfig{Axis: "severity"}); cut.N != 2 || cut.Missing != 0 || cut.Behind != 4 {
		t.Errorf("it counts too far: %+v", cut)
	}
	got = review.Estimate(slice, review.EstimateConfig{Axis: "severity", Covered: true})
	if got.Hits != 2 || got.N != 2 || got.Missing != 1 || got.Behind != 0 {
		t.Errorf("%+v", got)
	}
	if want := metric.Wilson(2, 3, 0.95).Low; got.Low != want || got.High != 1 {
		t.Errorf("interval %g..%g, want %g..1", got.Low, got.High, want)
	}
	if none := review.Estimate(nil, review.EstimateConfig{Axis: "severity"}); none.Low != 0 || none.High != 1 {
		t.Errorf("of nothing: %+v", none)
	}
}
