package similar

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// now is when the looks of these tests are.
var now = start.Add(365 * day)

// drawTimes gives the times of a Poisson process with a rate a day, from days ago up to now.
func drawTimes(rng *rand.Rand, rate float64, from, until float64) []time.Time {
	var out []time.Time
	for at := from - rng.ExpFloat64()/rate; at > until; at -= rng.ExpFloat64() / rate {
		out = append(out, now.Add(-time.Duration(at*float64(day))))
	}
	return out
}

// TestEmergingFalseAlarms draws looks at 20 steady clusters and counts those with any mark.
func TestEmergingFalseAlarms(t *testing.T) {
	const looks = 500
	rng := rand.New(rand.NewPCG(1, 1))
	for name, surge := range map[string]float64{"steady house": 1, "busy week in the whole house": 3} {
		marked := 0
		for range looks {
			var groups [][]time.Time
			for range 20 {
				rate := 0.05 + rng.Float64()
				groups = append(groups, slices.Concat(drawTimes(rng, rate, 200, 7), drawTimes(rng, rate*surge, 7, 0)))
			}
			all := append(slices.Concat(groups...), drawTimes(rng, 10, 200, 7)...)
			all = append(all, drawTimes(rng, 10*surge, 7, 0)...)
			if slices.Contains(Growth{}.Emerging(now, groups, all), true) {
				marked++
			}
		}
		// 0.05 and three standard errors.
		if share := float64(marked) / looks; share > 0.05+3*math.Sqrt(0.05*0.95/looks) {
			t.Errorf("%s: %.3f of looks marked a cluster, at most 0.05 may", name, share)
		} else {
			t.Logf("%s: %.4f of looks marked a cluster", name, share)
		}
	}
}

// TestEmergingPower asks that what grows is seen.
func TestEmergingPower(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	const looks = 300
	seen := map[string]int{}
	for range looks {
		house := drawTimes(rng, 20, 200, 0)
		old := slices.Concat(drawTimes(rng, 0.5, 200, 7), drawTimes(rng, 4, 7, 0))
		young := drawTimes(rng, 1.5, 7, 0)
		groups := [][]time.Time{old, young}
		for range 18 {
			groups = append(groups, drawTimes(rng, 0.5, 200, 0))
		}
		marks := Growth{}.Emerging(now, groups, slices.Concat(append(groups, house)...))
		for i, name := range []string{"eight times its rate", "new, three in two days"} {
			if marks[i] {
				seen[name]++
			}
		}
	}
	for name, n := range seen {
		t.Logf("%s: seen in %d of %d looks", name, n, looks)
	}
	if seen["eight times its rate"] < looks*95/100 || seen["new, three in two days"] < looks*90/100 {
		t.Errorf("seen: %v of %d", seen, looks)
	}
}

func TestEmergingNeedsAPast(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	young := drawTimes(rng, 5, 6, 0)
	if got := (Growth{}).Emerging(now, [][]time.Time{young}, young); got[0] {
		t.Error("all claims are of this week, yet one cluster of them is emerging")
	}
	if got := (Growth{}).Emerging(now, [][]time.Time{nil, {now.Add(day)}}, nil); got[0] || got[1] {
		t.Error("no claims, or claims of tomorrow, are emerging")
	}
	house := drawTimes(rng, 5, 200, 0)
	four := []time.Time{now, now.Add(-1), now.Add(-2), now.Add(-3)}
	if got := (Growth{}).Emerging(now, [][]time.Time{four}, append(house, four...)); got[0] {
		t.Error("four claims are emerging, five are the least")
	}
}

// TestTails checks against gonum and against counting.
func TestTails(t *testing.T) {
	for _, c := range []struct {
		k, n int
		p    float64
	}{{1, 1, 0.3}, {3, 10, 0.125}, {10, 10, 0.5}, {7, 40, 0.1}} {
		want := distuv.Binomial{N: float64(c.n), P: c.p}.Survival(float64(c.k) - 1)
		if got := binomialTail(c.k, c.n, c.p); math.Abs(got-want) > 1e-9 {
			t.Errorf("binomial tail of %v is %g, gonum says %g", c, got, want)
		}
	}
	// 2 or 3 of 3 drawn out of 4 marked and 6 others: (6*6 + 4) / 120.
	if got := hypergeometricTail(2, 3, 4, 10); math.Abs(got-40.0/120) > 1e-12 {
		t.Errorf("hypergeometric tail is %g", got)
	}
	if got := hypergeometricTail(0, 3, 4, 10); math.Abs(got-1) > 1e-12 {
		t.Errorf("hypergeometric tail from 0 is %g", got)
	}
}
