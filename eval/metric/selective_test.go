package metric

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRiskCoverage(t *testing.T) {
	r := Rank([]float64{0.9, 0.8, 0.8, 0.7, 0.6}, []bool{true, false, true, true, false})
	want := []RiskPoint{{0.2, 0, 0.9}, {0.6, 1.0 / 3, 0.8}, {0.8, 0.25, 0.7}, {1, 0.4, 0.6}}
	if got := r.RiskCoverage(100); !slices.Equal(got, want) {
		t.Errorf("curve %v, want %v", got, want)
	}
	if got := r.RiskCoverage(2); len(got) != 2 || got[1].Coverage != 1 {
		t.Errorf("two points: %v", got)
	}
	c := r.CoverageAtRisk(0.3, 0.95)
	if c.Coverage != 0.8 || c.Confidence != 0.7 || c.Safe != 0 {
		t.Errorf("coverage at 30 %% risk: %+v", c)
	}
	confidence, correct := draw(5000, 0, 3)
	long := Rank(confidence, correct)
	if points := long.RiskCoverage(100); len(points) > 100 || points[len(points)-1].Coverage != 1 {
		t.Errorf("%d points", len(points))
	}
}

// The risk that is promised for further rows must be kept in 95 % of samples. A row stated
// at p is right with p, so that those from p on are wrong in (1-p)/2 of cases.
func TestSafeCoverageKeepsItsPromise(t *testing.T) {
	broken, given := 0, 0.0
	const runs, risk = 400, 0.1
	for s := range uint64(runs) {
		c := Rank(draw(500, 0, s)).CoverageAtRisk(risk, 0.95)
		given += c.Safe / runs
		if c.Safe > 0 && (1-c.SafeConfidence)/2 > risk {
			broken++
		}
	}
	if broken > 30 { // 5 % of 400, and two standard errors more
		t.Errorf("the risk was exceeded in %d of %d runs", broken, runs)
	}
	t.Logf("exceeded in %d of %d runs, mean coverage %.3f", broken, runs, given)
	if given < 0.08 { // 0.4 is what could be given were the risk known
		t.Errorf("mean coverage promised %.2f", given)
	}
}

// AURC and its kin: the intervals must hold the mean over many samples, which the drawn
// figures estimate without much bias, in 93-97 % of samples.
func TestSelectiveIntervals(t *testing.T) {
	for n, runs := range map[int]int{200: 150, 3000: 30} { // the longer is weighed in groups
		truth := [3]float64{}
		for s := range uint64(runs) {
			r := Rank(draw(5000, 0.05, 1e6+s))
			truth[0] += r.AURC() / float64(runs)
			truth[1] += (r.AURC() - r.BestAURC()) / float64(runs)
			truth[2] += r.AUGRC() / float64(runs)
		}
		held := [3]int{}
		for s := range uint64(runs) {
			found, ok := Rank(draw(n, 0.05, s)).ResampleSelective(100, s, 0.95)
			if !ok {
				t.Fatal("no interval")
			}
			for i := range found {
				if found[i].Contains(truth[i]) {
					held[i]++
				}
			}
		}
		for i, name := range []string{"AURC", "E-AURC", "AUGRC"} {
			share := float64(held[i]) / float64(runs)
			t.Logf("%s, n = %d: coverage %.3f", name, n, share)
			if math.Abs(share-0.95) > 0.02+3*math.Sqrt(0.05*0.95/float64(runs)) {
				t.Errorf("%s, n = %d: coverage %.3f", name, n, share)
			}
		}
	}
}

func TestCosts(t *testing.T) {
	// Elkan 2001, table 2: refuse or approve a transaction; here with plain numbers. Truth
	// first: bad, good; answers: refuse, approve.
	c := Costs{0, 10, 1, 0}
	near(t, "mean", c.Mean(Counts{3, 1, 2, 4}), (10+2)/10.0, 1e-12)
	// p* = (1-0) / (1-0 + 10-0).
	at, ok := c.Threshold(0, []float64{0.5, 0.5})
	if !ok {
		t.Fatal("no threshold")
	}
	near(t, "threshold", at, 1.0/11, 1e-12)
	for p, want := range map[float64]int{at + 0.01: 0, at - 0.01: 1} {
		if answer, _ := c.Cheapest([]float64{p, 1 - p}); answer != want {
			t.Errorf("at %.3f the cheapest answer is %d, want %d", p, answer, want)
		}
	}
	if _, cost := c.Cheapest([]float64{0.05, 0.95}); math.Abs(cost-0.5) > 1e-12 {
		t.Errorf("expected cost %g, want 0.5", cost)
	}
	if _, ok := (Costs{0, 0, 0, 0}).Threshold(0, []float64{0.5, 0.5}); ok {
		t.Error("a threshold without costs")
	}
}

// One seed, one interval; more rows, shorter ones.
func TestResampleRepeats(t *testing.T) {
	c := Counts{40, 3, 5, 20}
	kappa := func(c Counts, out []float64) { out[0] = c.Kappa() }
	a, _ := Resample(c, 500, 7, 0.95, kappa, 1)
	b, _ := Resample(c, 500, 7, 0.95, kappa, 1)
	other, _ := Resample(c, 500, 8, 0.95, kappa, 1)
	if a[0] != b[0] || a[0] == other[0] {
		t.Errorf("intervals %v, %v, %v", a, b, other)
	}
	for i := range c {
		c[i] *= 100
	}
	long, _ := Resample(c, 500, 7, 0.95, kappa, 1)
	if ratio := (a[0].High - a[0].Low) / (long[0].High - long[0].Low); ratio < 8 || ratio > 12 {
		t.Errorf("100 times the rows make the interval %.1f times shorter, want about 10", ratio)
	}
	if _, ok := Resample(c, 0, 1, 0.95, kappa, 1); ok[0] {
		t.Error("an interval from no draws")
	}
	if r := rand.New(rand.NewPCG(1, 1)); gamma(1e6, r) < 9e5 {
		t.Error("gamma of a large shape is off")
	}
}
