package drift

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// classifier answers a label with these probabilities, by true label.
type classifier [][]float64

func (c classifier) answer(rng *rand.Rand, truth int) int {
	u := rng.Float64()
	for a, p := range c[truth] {
		if u -= p; u < 0 {
			return a
		}
	}
	return len(c[truth]) - 1
}

func models() (a, b classifier) {
	return classifier{{.85, .10, .03, .02}, {.12, .80, .05, .03}, {.05, .15, .75, .05}, {.10, .05, .15, .70}},
		classifier{{.70, .05, .20, .05}, {.05, .90, .03, .02}, {.02, .08, .88, .02}, {.30, .05, .05, .60}}
}

func letters() []string { return []string{"dent", "scratch", "crack", "rust"} }

func draw(rng *rand.Rand, shares []float64) int {
	return classifier{shares}.answer(rng, 0)
}

func confusionOf(rng *rand.Rand, c classifier, n int, shares []float64) Confusion {
	out := Confusion{Labels: letters(), Counts: make([][]int, 4)}
	for l := range out.Counts {
		out.Counts[l] = make([]int, 4)
	}
	for range n {
		t := draw(rng, shares)
		out.Counts[t][c.answer(rng, t)]++
	}
	return out
}

// TestCorrectedIntervalsCover draws the labelled sample, the claims and both models' answers
// again and again, with other shares than the labelled sample has.
func TestCorrectedIntervalsCover(t *testing.T) {
	const runs = 240
	covered, all := [3]int{}, 0
	model, _ := models()
	for run := range uint64(runs) {
		rng := rand.New(rand.NewPCG(run, 5))
		kind := run % 3
		shares := [][]float64{{.4, .3, .2, .1}, {.2, .2, .2, .4}, {.7, .25, .05, 0}}[kind]
		c := confusionOf(rng, model, 400, []float64{.4, .3, .2, .1})
		truth, by := make([]int, 4), make([]int, 4)
		for range 1000 {
			l := draw(rng, shares)
			truth[l]++
			by[model.answer(rng, l)]++
		}
		for l, x := range correct(t, c, by, run).Labels {
			covered[kind] += one(x.Corrected.Low <= float64(truth[l]) && float64(truth[l]) <= x.Corrected.High)
		}
		all += 4
	}
	each := float64(all) / 3
	share := float64(covered[0]+covered[1]+covered[2]) / float64(all)
	t.Logf("95 %% intervals of corrected counts hold the true count in %.3f of %d cases (same shares %.3f, others %.3f, one label gone %.3f)", share, all,
		float64(covered[0])/each, float64(covered[1])/each, float64(covered[2])/each)
	if share < 0.93 || share > 0.98 {
		t.Errorf("coverage %.3f is not within .93 to .98", share)
	}
}

func correct(t *testing.T, c Confusion, answers []int, seed uint64) *Prevalence {
	t.Helper()
	p, err := Correct(context.Background(), c, answers, 0.95, seed)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestNewModelIsNoNewDefect gives the same claims to two models that confuse differently.
func TestNewModelIsNoNewDefect(t *testing.T) {
	const runs = 30
	first, second := models()
	counted, corrected, overlap := 0.0, 0.0, 0
	for run := range uint64(runs) {
		rng := rand.New(rand.NewPCG(run, 6))
		labelled, shares := []float64{.4, .3, .2, .1}, []float64{.75, .1, .05, .1}
		a, b := confusionOf(rng, first, 2000, labelled), confusionOf(rng, second, 2000, labelled)
		by, byOther := make([]int, 4), make([]int, 4)
		for range 2000 {
			l := draw(rng, shares)
			by[first.answer(rng, l)]++
			byOther[second.answer(rng, l)]++
		}
		p, q := correct(t, a, by, run), correct(t, b, byOther, run)
		for l := range by {
			x, y := p.Labels[l].Corrected, q.Labels[l].Corrected
			overlap += one(x.Low <= y.High && y.Low <= x.High)
			counted += math.Abs(float64(by[l]-byOther[l])) / (4 * runs)
			corrected += math.Abs(x.Value-y.Value) / (4 * runs)
		}
	}
	t.Logf("two models' counts of the same 2,000 claims differ by %.0f claims a label as counted, by %.0f corrected; intervals overlap in %.3f", counted, corrected, float64(overlap)/(4*runs))
	if corrected > counted/2 || overlap < 4*runs*97/100 {
		t.Error("the corrected counts do not agree")
	}
}

func TestCorrectRefusesAndWarns(t *testing.T) {
	c := Confusion{Labels: []string{"dent", "scratch"}, Counts: [][]int{{8, 1}, {0, 0}}}
	for _, bad := range []struct {
		c       Confusion
		answers []int
	}{{c, []int{1}}, {c, []int{1, 2, 3}}, {Confusion{Labels: c.Labels, Counts: c.Counts[:1]}, []int{1, 2}}, {Confusion{Labels: c.Labels, Counts: [][]int{{0, 0}, {0, 0}}}, []int{1, 2}}} {
		if _, err := Correct(context.Background(), bad.c, bad.answers, 0.95, 1); err == nil {
			t.Errorf("%+v accepted", bad)
		}
	}
	p := correct(t, c, []int{30, 5}, 1)
	if len(p.Warnings) != 2 || p.Labels[1].Corrected.High != 0 || p.Labels[0].Corrected.Value != 35 {
		t.Errorf("%+v", p)
	}
}
