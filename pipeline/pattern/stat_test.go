package pattern_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/defekt/defekt/pipeline/pattern"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance || math.IsNaN(got) {
		t.Errorf("%s is %g, want %g within %g", what, got, want, tolerance)
	}
}

func poisson(rng *rand.Rand, mu float64) int {
	n, p := -1, 1.0
	for limit := math.Exp(-mu); p > limit || n < 0; n++ {
		p *= rng.Float64()
	}
	return max(0, n)
}

func TestEBH(t *testing.T) {
	// By hand: 4 tests at 0.1 need e >= 40/k for the k-th largest.
	if got := pattern.EBH([]float64{1, 50, 22, 0}, 0.1); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("discoveries are %v, want 1 and 2", got)
	}
	if got := pattern.EBH([]float64{1, 30, 12, 0}, 0.1); len(got) != 0 {
		t.Errorf("discoveries are %v, want none", got)
	}
}

// TestEBHRate draws e-values 1/sqrt(p)/2 of uniform p: e-values of null tests.
func TestEBHRate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	false_, trials := 0.0, 400
	for range trials {
		e := make([]float64, 100)
		for i := range e {
			e[i] = 1 / math.Sqrt(rng.Float64()) / 2
			if i < 20 {
				e[i] = 200
			}
		}
		got := pattern.EBH(e, 0.1)
		wrong := 0
		for _, i := range got {
			if i >= 20 {
				wrong++
			}
		}
		if len(got) < 20 {
			t.Fatalf("%d discoveries, the 20 strong ones must be among them", len(got))
		}
		false_ += float64(wrong) / float64(len(got))
	}
	if share := false_ / float64(trials); share > 0.1 {
		t.Errorf("false share is %.3f, promised 0.1", share)
	}
}

func TestConfusion(t *testing.T) {
	c, err := pattern.NewConfusion([]string{"a", "b", "c"}, [][]int{{80, 10, 10}, {20, 70, 10}, {0, 0, 50}})
	if err != nil {
		t.Fatal(err)
	}
	truth := []float64{100, 200, 300}
	called := make([]float64, 3)
	for i, n := range truth {
		for j, r := range c.Rate[i] {
			called[j] += n * r
		}
	}
	for i, n := range c.Correct(called) {
		near(t, c.Labels[i], n, truth[i], 0.5)
	}
	if _, err := pattern.NewConfusion([]string{"a"}, [][]int{{0}}); !errors.Is(err, pattern.ErrInput) {
		t.Errorf("a label never seen: %v", err)
	}
	if _, err := pattern.NewConfusion([]string{"a", "b"}, [][]int{{1, 0}}); !errors.Is(err, pattern.ErrInput) {
		t.Errorf("a row missing: %v", err)
	}
}

// TestShrinkage draws ratios of 1 and a few of 5, and asks for order and for honesty of EB05.
func TestShrinkage(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	var counts []pattern.Count
	var truth []float64
	for i := range 1500 {
		ratio, mu := 1.0, math.Exp(rng.Float64()*5-3)
		if i%30 == 0 {
			ratio = 5
		}
		counts = append(counts, pattern.Count{Observed: poisson(rng, ratio*mu), Expected: mu})
		truth = append(truth, ratio)
	}
	s, err := pattern.FitShrinkage(counts)
	if err != nil {
		t.Fatal(err)
	}
	below := 0
	for i, c := range counts {
		if s.Estimate(c).Low <= truth[i] {
			below++
		}
	}
	if share := float64(below) / float64(len(counts)); share < 0.93 {
		t.Errorf("EB05 is below the truth for %.3f of groups, want 0.95", share)
	}
	// One claim where 0.02 are expected is no better news than 60 where 12 are.
	lucky, solid := s.Estimate(pattern.Count{Observed: 1, Expected: 0.02}), s.Estimate(pattern.Count{Observed: 60, Expected: 12})
	if lucky.Low >= solid.Low {
		t.Errorf("EB05 ranks 1 of 0.02 (%.2f) above 60 of 12 (%.2f)", lucky.Low, solid.Low)
	}
	if e := s.Estimate(pattern.Count{Observed: 5000, Expected: 1000}); math.Abs(e.Mean-5) > 0.3 {
		t.Errorf("with much data the ratio is %.2f, want 5", e.Mean)
	}
	if _, err := pattern.FitShrinkage(nil); !errors.Is(err, pattern.ErrInput) {
		t.Errorf("nothing to fit: %v", err)
	}
}

func TestPoissonInterval(t *testing.T) {
	low, high := pattern.PoissonInterval(10) // Garwood's table
	near(t, "low", low, 4.795, 0.001)
	near(t, "high", high, 18.390, 0.001)
	low, high = pattern.PoissonInterval(0)
	near(t, "low of 0", low, 0, 0)
	near(t, "high of 0", high, 3.689, 0.001)
}

func TestDiffer(t *testing.T) {
	near(t, "the same rate", pattern.Differ(10, 5, 10, 5), 1, 0)
	near(t, "8 of 8 on one of two equal sides", pattern.Differ(8, 1, 0, 1), 2*math.Pow(0.5, 8), 1e-12)
	near(t, "no claims", pattern.Differ(0, 1, 0, 1), 1, 0)
}

// TestCompleteness draws delays of known distribution, with recent failures cut off at now.
func TestCompleteness(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	const longest = 60
	var seen []pattern.Delay
	for range 40000 {
		days, room := rng.IntN(longest+1), rng.IntN(200)
		if days <= room {
			seen = append(seen, pattern.Delay{Days: days, Room: room})
		}
	}
	got, err := pattern.Completeness(seen)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []int{0, 10, 30, 60} {
		near(t, "completeness", got[x], float64(x+1)/(longest+1), 0.01)
	}
	if _, err := pattern.Completeness([]pattern.Delay{{Days: 5, Room: 4}}); !errors.Is(err, pattern.ErrInput) {
		t.Errorf("a delay longer than its room: %v", err)
	}
}

func TestWeibull(t *testing.T) {
	want := pattern.Weibull{Shape: 1.7, Scale: 90}
	var months []pattern.MonthRate
	for m := range 30 {
		mu := 50000 * (want.Cumulative(float64(m+1)) - want.Cumulative(float64(m)))
		months = append(months, pattern.MonthRate{Month: m, Units: 50000, Claims: int(math.Round(mu))})
	}
	got, err := pattern.FitWeibull(months)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "shape", got.Shape, want.Shape, 0.02)
	near(t, "scale", got.Scale, want.Scale, 1)
	near(t, "hazard is the slope", got.Hazard(10), (got.Cumulative(10.01)-got.Cumulative(9.99))/0.02, 1e-6)
	if _, err := pattern.FitWeibull(months[:1]); !errors.Is(err, pattern.ErrInput) {
		t.Errorf("one month: %v", err)
	}
}

func TestNevada(t *testing.T) {
	january, february := pattern.Day(18262), pattern.Day(18293) // 2020
	cohorts := []pattern.Cohort{{Units: 100, Since: january + 4}, {Units: 50, Since: january + 20}, {Units: 200, Since: february}, {Units: 999, Since: january, Stratum: "other"}}
	claims := []pattern.Claim{
		{Cohort: 0, Label: "x", Reported: january + 5},       // month 0
		{Cohort: 1, Label: "x", Reported: january + 20 + 31}, // month 1
		{Cohort: 2, Label: "x", Reported: february + 1},      // month 0 of February
		{Cohort: 2, Label: "y", Reported: february + 1},
		{Cohort: 3, Label: "x", Reported: january + 1},
	}
	now := january + 30 + 65 // January has lived 2 whole months, February 1
	rows, months := pattern.Nevada(cohorts, claims, "x", now, 12, func(c pattern.Cohort) bool { return c.Stratum == "" })
	if len(rows) != 2 || rows[0].Units != 150 || !slices.Equal(rows[0].Claims, []int{1, 1}) || !slices.Equal(rows[1].Claims, []int{1}) {
		t.Fatalf("rows are %+v", rows)
	}
	if len(months) != 2 || months[0].Units != 350 || months[0].Claims != 2 || months[1].Units != 150 {
		t.Fatalf("months are %+v", months)
	}
	near(t, "cumulative", months[1].Cumulative, 2000.0/350+1000.0/150, 1e-9)
}
