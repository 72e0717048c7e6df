package compare

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// TestMcNemarAgainstStatsmodels reads what testdata/golden.py made.
func TestMcNemarAgainstStatsmodels(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Fixed, Broken int
		Exact, Mid    float64
	}
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) < 10 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for _, c := range cases {
		for _, turned := range []bool{false, true} {
			fixed, broken := c.Fixed, c.Broken
			if turned {
				fixed, broken = broken, fixed
			}
			m := mcnemar(100, fixed, broken, 50)
			if !(math.Abs(m.Exact-c.Exact) <= 1e-9 && math.Abs(m.MidP-c.Mid) <= 1e-9) {
				t.Errorf("%d against %d: exact %.12g, mid-p %.12g; statsmodels %.12g, %.12g", fixed, broken, m.Exact, m.MidP, c.Exact, c.Mid)
			}
		}
	}
}

// TestMcNemarPublished is the worked example of Fagerland, Lydersen, Laake (2013): of 21
// children 7 changed one way and 1 the other.
func TestMcNemarPublished(t *testing.T) {
	m := mcnemar(1, 7, 1, 12)
	if math.Abs(m.Exact-0.0703) > 5e-5 || math.Abs(m.MidP-0.0391) > 5e-5 {
		t.Errorf("exact %.4f, mid-p %.4f; the paper has 0.0703 and 0.0391", m.Exact, m.MidP)
	}
}

// TestAccuracyFalseAlarmsExactly sums the probability that two equally accurate models are
// told apart by accuracy, over all outcomes, for any rate of flips up to 80 %: at most 5.5 %
// at level 5 %. The interval here is the narrowest that a result can have.
func TestAccuracyFalseAlarmsExactly(t *testing.T) {
	worst := 0.0
	for _, n := range []int{5, 10, 20, 30, 50, 80, 120, 200} {
		rejects := make([]float64, n+1) // given the number of flips
		for m := 1; m <= n; m++ {
			up := distuv.Binomial{N: float64(m), P: 0.5}
			for fixed := range m + 1 {
				_, mid := flipTest(fixed, m-fixed)
				low, high := pairedShares(fixed, m-fixed, n, 0.05)
				if mid <= 0.05 && (low > 0 || high < 0) {
					rejects[m] += up.Prob(float64(fixed))
				}
			}
		}
		most, at := 0.0, 0.0
		for rate := 0.01; rate <= 0.8; rate += 0.01 {
			flips, sum := distuv.Binomial{N: float64(n), P: rate}, 0.0
			for m := 1; m <= n; m++ {
				sum += flips.Prob(float64(m)) * rejects[m]
			}
			if sum > most {
				most, at = sum, rate
			}
		}
		t.Logf("n = %3d: at most %.2f %% (when %.0f %% flip)", n, 100*most, 100*at)
		worst = max(worst, most)
	}
	if worst > 0.055 {
		t.Errorf("accuracy raises %.2f %% false alarms", 100*worst)
	}
}

// TestMinimalEffectIsShown: at the stated minimal effect, 80 % of samples show it.
func TestMinimalEffectIsShown(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for _, c := range []struct{ n, flips int }{{60, 0}, {60, 12}, {200, 30}, {1000, 150}, {1000, 20}, {5000, 900}} {
		effect := minimalAccuracyEffect(c.n, c.flips, 0.05)
		rate := max(float64(c.flips)/float64(c.n), effect)
		const runs = 4000
		shown := 0
		for range runs {
			flips := distuv.Binomial{N: float64(c.n), P: rate, Src: r}.Rand()
			fixed := int(distuv.Binomial{N: flips, P: (rate + effect) / (2 * rate), Src: r}.Rand())
			broken := int(flips) - fixed
			if _, mid := flipTest(fixed, broken); mid <= 0.05 {
				shown++
			}
		}
		// Four standard errors of 4,000 runs.
		if got := float64(shown) / runs; math.Abs(got-power) > 0.026 {
			t.Errorf("%d claims, %d flips: effect %.4f is shown by %.3f of samples", c.n, c.flips, effect, got)
		} else {
			t.Logf("%d claims, %d flips: %.2f points are shown by %.3f of samples", c.n, c.flips, 100*effect, got)
		}
	}
}
