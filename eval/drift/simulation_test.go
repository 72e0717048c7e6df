package drift

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// tests are those of [Compare] without the intervals beside them, which take the time.
func tests(t *testing.T, before, after Side, o Options) *Result {
	t.Helper()
	b, a := &before.Sample.Axes[0], &after.Sample.Axes[0]
	ctx := context.Background()
	labels := func(x, y []int32) *LabelShift {
		test, err := testTable(ctx, counts(a.Labels, b.Labels, x), counts(a.Labels, a.Labels, y), o.Permutations, o.Seed)
		if err != nil {
			t.Fatal(err)
		}
		return &LabelShift{Test: test, Labels: make([]Label, 1)}
	}
	shares := func(x, y ratio) *Shift {
		s, err := shareShift(ctx, x, y, o)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	r := &Result{Level: o.Alarm, Axes: []Axis{{
		Answers: labels(b.Chosen, a.Chosen), Truths: labels(b.Truth, a.Truth), Confidence: meanShift(confidences(b), confidences(a), o),
		Abstentions: shares(held(b), held(a)), Accuracy: shares(hits(b), hits(a)),
	}}}
	var err error
	if r.Embedding, err = compareVectors(ctx, before, after, o); err != nil {
		t.Fatal(err)
	}
	r.alarms()
	return r
}

// TestFalseAlarms draws both sides from one world: how often does each test say that they
// differ at 5 %, and how often is there any alarm? Over 20,000 runs each test is at .046 to
// .050; 4,000 runs of exactly 5 % may show up to .060 (three standard errors).
func TestFalseAlarms(t *testing.T) {
	const runs = 4000
	alarms := map[string]int{}
	for run := range uint64(runs) {
		rng := rand.New(rand.NewPCG(run, 41))
		before := usual().side("b", 80, 0, january(), rng)
		after := usual().side("a", 60, 0, january(), rng)
		before.Vectors, after.Vectors = normals(rng, 30), normals(rng, 40)
		o := quick()
		o.Seed, o.Permutations = run, 99
		r := tests(t, before, after, o)
		a := r.Axes[0]
		for what, p := range map[string]float64{
			"answers": a.Answers.Test.P, "truths": a.Truths.Test.P, "confidence": a.Confidence.Test.P,
			"abstentions": a.Abstentions.Test.P, "accuracy": a.Accuracy.Test.P, "embedding": r.Embedding.Test.P,
		} {
			alarms[what] += one(p <= 0.05)
		}
		alarms["any of the six, corrected"] += one(len(r.Alarms) > 0)
	}
	for what, n := range alarms {
		share := float64(n) / runs
		t.Logf("%-26s false alarms in %.3f of %d runs", what, share, runs)
		if limit := map[bool]float64{true: 0.055, false: 0.060}[strings.HasPrefix(what, "any")]; share > limit {
			t.Errorf("%s: %.3f false alarms, above %.3f", what, share, limit)
		}
	}
}

func normals(rng *rand.Rand, n int) [][]float32 {
	out := make([][]float32, n)
	for i := range out {
		out[i] = []float32{float32(rng.NormFloat64()), float32(rng.ExpFloat64())}
	}
	return out
}

// TestVariationIntervalCovers: the interval holds the true total variation as often as it
// says, though the plain figure is biased upward.
func TestVariationIntervalCovers(t *testing.T) {
	for _, c := range []struct{ before, after []float64 }{
		{[]float64{.5, .3, .15, .05}, []float64{.5, .3, .15, .05}},
		{[]float64{.5, .3, .15, .05}, []float64{.4, .3, .2, .1}},
		{[]float64{.5, .3, .15, .05}, []float64{.2, .3, .3, .2}},
	} {
		const runs = 100
		covered, mean := 0, 0.0
		for run := range uint64(runs) {
			rng := rand.New(rand.NewPCG(run, 51))
			b, a := make([]int, 4), make([]int, 4)
			for range 150 {
				b[draw(rng, c.before)]++
				a[draw(rng, c.after)]++
			}
			o := quick()
			o.Seed = run
			tv, _, err := effects(context.Background(), b, a, o)
			if err != nil {
				t.Fatal(err)
			}
			truth := variation(c.before, c.after)
			covered += one(tv.Low <= truth+1e-12 && truth <= tv.High)
			mean += tv.Value / runs
		}
		t.Logf("total variation %.2f: measured %.3f on average, interval holds it in %.3f of %d runs", variation(c.before, c.after), mean, float64(covered)/runs, runs)
		if covered < runs*90/100 {
			t.Errorf("total variation %.2f is held in %d of %d", variation(c.before, c.after), covered, runs)
		}
	}
}

// TestHypergeometric compares the draws' mean and variance with the formulas.
func TestHypergeometric(t *testing.T) {
	for _, c := range [][3]int{{5, 7, 6}, {1, 100, 50}, {400, 600, 300}, {3, 0, 2}, {50000, 200000, 100000}} {
		red, white, k := c[0], c[1], c[2]
		rng := rand.New(rand.NewPCG(7, 7))
		const n = 4000
		sum, squares := 0.0, 0.0
		for range n {
			v := float64(hypergeometric(rng, red, white, k))
			sum, squares = sum+v, squares+v*v
		}
		all := float64(red + white)
		mean := float64(k) * float64(red) / all
		variance := mean * float64(white) / all * (all - float64(k)) / (all - 1)
		got := sum / n
		if math.Abs(got-mean) > 4.5*math.Sqrt(variance/n)+1e-9 || math.Abs(squares/n-got*got-variance) > 0.12*variance+1e-6 {
			t.Errorf("%v: mean %g, want %g; variance %g, want %g", c, got, mean, squares/n-got*got, variance)
		}
	}
}
