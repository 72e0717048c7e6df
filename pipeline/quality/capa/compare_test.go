package capa

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/defekt/defekt/pipeline/store"
)

// One stratum is the plain conditional binomial test, whose tail and interval have closed forms
// (Clopper and Pearson 1934).
func TestCompareOneStratum(t *testing.T) {
	c := Compare([]Stratum{{Tally{40, 1000}, Tally{10, 800}}}, 1)
	p := 800.0 / 1800
	if want := (distuv.Binomial{N: 50, P: p}).CDF(10); math.Abs(c.P-want) > 1e-9 {
		t.Errorf("p is %g, want %g", c.P, want)
	}
	ratio := func(share float64) float64 { return share / (1 - share) * 1000 / 800 }
	low, high := ratio(distuv.Beta{Alpha: 10, Beta: 41}.Quantile(0.025)), ratio(distuv.Beta{Alpha: 11, Beta: 40}.Quantile(0.975))
	for name, v := range map[string][2]float64{"ratio": {c.Ratio, 10.0 / 800 / (40.0 / 1000)}, "low": {c.Low, low}, "high": {c.High, high}, "expected": {c.Expected, 32}} {
		if math.Abs(v[0]-v[1]) > 1e-6*v[1] {
			t.Errorf("%s is %g, want %g", name, v[0], v[1])
		}
	}
}

func TestCompareAtTheEdges(t *testing.T) {
	for name, c := range map[string]struct {
		strata []Stratum
		want   Comparison
	}{
		"nothing":             {nil, Comparison{Low: 0, High: MaxRatio, P: 1}},
		"no claim":            {[]Stratum{{Tally{0, 10}, Tally{0, 10}}}, Comparison{Before: Tally{0, 10}, After: Tally{0, 10}, High: MaxRatio, P: 1}},
		"one side has no age": {[]Stratum{{Tally{9, 10}, Tally{0, 0}}}, Comparison{High: MaxRatio, P: 1}},
	} {
		if got := Compare(c.strata, 1); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	none := Compare([]Stratum{{Tally{0, 10}, Tally{7, 10}}}, 1)
	if none.Ratio != MaxRatio || none.High != MaxRatio || none.Low < 1 || math.Abs(none.P-1) > 1e-9 {
		t.Errorf("no claim before: %+v", none)
	}
	all := Compare([]Stratum{{Tally{7, 10}, Tally{0, 10}}}, 1)
	if all.Ratio != 0 || all.Low != 0 || all.High > 1 || math.Abs(all.P-1.0/128) > 1e-12 {
		t.Errorf("no claim after: %+v", all)
	}
}

// The approximation for many claims must agree with the exact distribution where both exist.
func TestCompareNearTheLimit(t *testing.T) {
	exact := Compare([]Stratum{{Tally{600, 9000}, Tally{400, 7000}}, {Tally{550, 5000}, Tally{440, 4500}}}, 1)
	m := model{[]Stratum{{Tally{600, 9000}, Tally{400, 7000}}, {Tally{550, 5000}, Tally{440, 4500}}}, 1990, 840}
	if down, _ := m.normal(1); math.Abs(down-exact.P) > 1e-3 {
		t.Errorf("normal %g, exact %g", down, exact.P)
	}
	large := Compare([]Stratum{{Tally{6000, 9000}, Tally{4000, 7000}}}, 1)
	if want := (4000.0 / 7000) / (6000.0 / 9000); math.Abs(large.Ratio-want) > 1e-6 || large.Low > want || large.High < want {
		t.Errorf("many claims: %+v", large)
	}
}

// Young units must not pass for good ones: with no change at all, but only young units after the
// fix, the raw rates differ four times and the stratified test sees nothing.
func TestCompareLikeAges(t *testing.T) {
	strata := []Stratum{
		{Tally{10, 10_000}, Tally{10, 10_000}},
		{Tally{90, 10_000}, Tally{0, 0}},
	}
	if c := Compare(strata, 1); c.P < 0.5 || c.Expected != 10 || c.Before.Claims != 10 {
		t.Errorf("%+v", c)
	}
}

// looks simulates a fix that is looked at every two months for two years, and says whether it was ever
// found effective.
func looks(rng *rand.Rand, ratio float64) bool {
	strata := []Stratum{{Before: Tally{UnitDays: 20_000}}, {Before: Tally{UnitDays: 15_000}}}
	rates := []float64{0.001, 0.002}
	for i := range strata {
		strata[i].Before.Claims = poisson(rng, rates[i]*strata[i].Before.UnitDays)
	}
	c := store.CAPA{FixedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for month := 2; month <= 24; month += 2 {
		for i := range strata {
			strata[i].After.UnitDays += 2000
			strata[i].After.Claims += poisson(rng, ratio*rates[i]*2000)
		}
		check := judge(c, strata, CheckConfig{}.withDefaults(), c.FixedAt.AddDate(0, month, 0))
		if check.Verdict == Effective {
			return true
		}
		c.Checks = append(c.Checks, check)
	}
	return false
}

func poisson(rng *rand.Rand, mean float64) int {
	return int(distuv.Poisson{Lambda: mean, Src: rng}.Rand())
}

// However often one looks, a fix that does nothing is found effective in at most 5 % of worlds; one
// that takes away three quarters of the claims is nearly always found.
func TestChecksHoldOverAllLooks(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	const worlds = 300
	wrong, found := 0, 0
	for range worlds {
		if looks(rng, 1) {
			wrong++
		}
		if looks(rng, 0.25) {
			found++
		}
	}
	t.Logf("of %d worlds: useless fixes found effective %d, good ones %d", worlds, wrong, found)
	if float64(wrong) > 0.05*worlds {
		t.Errorf("%d of %d useless fixes were found effective, at most 5 %% may be", wrong, worlds)
	}
	if float64(found) < 0.95*worlds {
		t.Errorf("only %d of %d good fixes were found effective", found, worlds)
	}
}

// The interval must hold the truth in at least about 95 % of worlds.
func TestCompareCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 9))
	const worlds = 400
	in := 0
	for range worlds {
		var s []Stratum
		for _, rate := range []float64{0.002, 0.0005, 0.001} {
			s = append(s, Stratum{Tally{poisson(rng, rate*10_000), 10_000}, Tally{poisson(rng, 0.5*rate*8000), 8000}})
		}
		if c := Compare(s, 1); c.Low <= 0.5 && 0.5 <= c.High {
			in++
		}
	}
	if float64(in) < 0.94*worlds {
		t.Errorf("the interval held the truth in %d of %d worlds", in, worlds)
	}
}
