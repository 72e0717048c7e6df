package drift

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/defekt/defekt/eval/sample"
)

// exact is claims of two labels with the probabilities of a model that is exactly calibrated
// where both are equally frequent.
func exact(rng *rand.Rand, n int, share float64) (*sample.Axis, int) {
	a := &sample.Axis{ID: "symptom", Labels: []string{"dent", "rust"}, Parents: []int32{-1, -1}, Classes: []int32{0, 1}}
	rust := 0
	for range n {
		truth := one(rng.Float64() < share)
		rust += truth
		x := rng.NormFloat64() + float64(2*truth) - 1
		p := 1 / (1 + math.Exp(-2*x))
		a.Truth, a.Chosen, a.Confidence = append(a.Truth, int32(truth)), append(a.Chosen, int32(one(p > 0.5))), append(a.Confidence, 1)
		a.Probabilities = append(a.Probabilities, float32(1-p), float32(p))
	}
	return a, rust
}

func TestReestimateCovers(t *testing.T) {
	const runs = 100
	covered, off := 0, 0.0
	for run := range uint64(runs) {
		a, rust := exact(rand.New(rand.NewPCG(run, 61)), 800, 0.1)
		p, err := Reestimate(context.Background(), a, []int{500, 500}, 0.95, 100, run)
		if err != nil {
			t.Fatal(err)
		}
		got := p.Labels[1].Corrected
		covered += one(got.Low <= float64(rust) && float64(rust) <= got.High)
		off += (got.Value - float64(rust)) / runs
	}
	t.Logf("the interval holds the true count in %d of %d runs, the estimate is off by %.1f of 80 on average", covered, runs, off)
	if covered < 88 || math.Abs(off) > 5 {
		t.Errorf("covered %d of %d, off by %.1f", covered, runs, off)
	}
}

func TestConfusionOfAndAnswers(t *testing.T) {
	a := &sample.Axis{Labels: []string{"dent", "rust"}, Truth: []int32{0, 0, 1, -2, -1}, Chosen: []int32{0, 1, -1, 1, 1}}
	c, n := ConfusionOf(a), AnswersOf(a)
	if c.Counts[0][0] != 1 || c.Counts[0][1] != 1 || c.Counts[1][2] != 1 || n[0] != 1 || n[1] != 3 || n[2] != 1 {
		t.Errorf("confusion %v, answers %v", c.Counts, n)
	}
	if _, err := Reestimate(context.Background(), a, []int{1, 2}, 0.95, 100, 1); err == nil {
		t.Error("counts for classes that are not there")
	}
}
