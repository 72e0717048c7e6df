package pattern_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	simulated "github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/pattern"
)

// TestMonthsAreWhole: exposure is added up by week; a month must not get four or five weeks for
// it. A steady rate shows no season, and is expected to go on.
func TestMonthsAreWhole(t *testing.T) {
	p := pattern.Period{From: pattern.Day(19000), To: pattern.Day(19000 + 2*365)}
	cohorts := []pattern.Cohort{{Units: 1000, Since: p.From, Stratum: "a", Groups: []pattern.Key{lot}}}
	var claims []pattern.Claim
	for day := p.From; day < p.To; day++ {
		for range 20 {
			claims = append(claims, pattern.Claim{Label: "crack", Reported: day})
		}
	}
	b, err := pattern.FitBaseline(cohorts, claims, p, pattern.Fit{})
	if err != nil {
		t.Fatal(err)
	}
	for m, s := range b.Labels["crack"].Season {
		near(t, fmt.Sprint("season of month ", m+1), s, 1, 0.02)
	}
}

// TestFamilies: a product without a past is expected to be like its family, and is in doubt.
func TestFamilies(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	p := pattern.Period{From: 19000, To: 19300}
	var cohorts []pattern.Cohort
	var claims []pattern.Claim
	for i := range 20 {
		family, daily := "quiet", 0.2
		if i%2 == 0 {
			family, daily = "loud", 2
		}
		for day := p.From; day < p.To; day++ {
			if rng.Float64() < daily-math.Floor(daily) {
				claims = append(claims, pattern.Claim{Cohort: i, Label: "crack", Reported: day})
			}
			for range int(daily) {
				claims = append(claims, pattern.Claim{Cohort: i, Label: "crack", Reported: day})
			}
		}
		cohorts = append(cohorts, pattern.Cohort{Units: 1000, Since: p.From, Stratum: fmt.Sprint(i), Family: family})
	}
	cohorts = append(cohorts, pattern.Cohort{Units: 1000, Since: p.To + 10, Stratum: "new", Family: "loud"})
	b, err := pattern.FitBaseline(cohorts, claims, p, pattern.Fit{})
	if err != nil {
		t.Fatal(err)
	}
	r := b.Labels["crack"]
	near(t, "a new product over its family", r.Factor["new"]/r.Factor["0"], 1, 0.1)
	near(t, "loud over quiet", r.Factor["0"]/r.Factor["1"], 10, 3)
	if r.Doubt["new"] <= r.Doubt["0"] {
		t.Errorf("a new product's doubt is %g, an old one's %g", r.Doubt["new"], r.Doubt["0"])
	}
}

// TestFirmware: units count under a version while they run it, and claims outside are refused.
func TestFirmware(t *testing.T) {
	_, _, b, p := overlapping()
	fw := func(v string) []pattern.Key { return []pattern.Key{{Kind: "firmware", Name: v}} }
	cohorts := []pattern.Cohort{
		{Units: 100, Since: p.From, Groups: fw("1"), Until: p.From + 31},
		{Units: 100, Since: p.From, Groups: fw("2"), From: p.From + 31},
	}
	m, err := pattern.NewMonitor(cohorts, b, p, pattern.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Add(pattern.Claim{Cohort: 1, Label: "crack", Reported: p.From + 30}); !errors.Is(err, pattern.ErrInput) {
		t.Errorf("a claim before the update: %v", err)
	}
	if _, err := m.Add(pattern.Claim{Cohort: 1, Label: "crack", Reported: p.To - 1}); err != nil {
		t.Fatal(err)
	}
	for _, c := range m.Counts() {
		want := 3.1 // 100 units for 31 days at 0.001
		if c.Group.Name == "2" {
			want = 6.9
		}
		near(t, "expected of version "+c.Group.Name, c.Expected, want, 0.01)
	}
}

func TestVintage(t *testing.T) {
	sku := pattern.Key{Kind: "sku", Name: "CB, 2"}
	day := pattern.Day(20089) // 2025-01-01
	v := pattern.Vintage(sku, day)
	if v.Name != "CB, 2, winter 2025" || v.Whole() != sku || sku.Whole() != sku {
		t.Errorf("vintage %v of %v, whole %v", v, v.Whole(), sku.Whole())
	}
	for d := day; d < day+800; d++ { // the simulator, which may not know this package, names them alike
		if name, _, _ := simulated.Season(simulated.Day(d)); pattern.Season(d).Name != name {
			t.Fatalf("day %d is in %s, simulated in %s", d, pattern.Season(d).Name, name)
		}
	}
	if k := pattern.Season(day - 1); k.Name != "winter 2025" || k.Kind != pattern.SeasonKind {
		t.Errorf("New Year's Eve is in %v", k)
	}
}

// rolling is a watch of the second and third year of a world, after a year to learn from.
func rolling(t *testing.T, w *world) (*pattern.Rolling, []pattern.Claim) {
	t.Helper()
	from := w.period.From + 365
	var past, rest []pattern.Claim
	for _, c := range w.claims {
		if c.Reported < from {
			past = append(past, c)
		} else {
			rest = append(rest, c)
		}
	}
	r, err := pattern.NewRolling(w.cohorts, past, w.period.From, pattern.Period{From: from, To: w.period.To}, pattern.RollingConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return r, rest
}

// TestRolling learns from a year of past only, watches worlds without a defect and one with a
// supplier's that must be found, and whose excess must not become usual.
func TestRolling(t *testing.T) {
	alarms, years := 0, 0.0
	for seed := range uint64(4) {
		r, claims := rolling(t, newWorld(500+seed, skus, batches))
		for _, c := range claims {
			a, err := r.Add(c)
			if err != nil {
				t.Fatal(err)
			}
			alarms += len(a)
		}
		years += 2
	}
	if t.Logf("%d false alarms in %.0f years", alarms, years); float64(alarms) > years {
		t.Errorf("%d false alarms in %.0f years", alarms, years)
	}
	key := pattern.Key{Kind: "supplier", Name: "3"}
	r, claims := rolling(t, newWorld(600, skus, batches, plant{pattern.Key{Kind: "lot", Name: "S3-6"}, 9}))
	for _, c := range claims {
		if _, err := r.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	found, err := r.Patterns()
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 || found[0].Label != "crack" || !names(found[0].Findings[0], pattern.Key{Kind: "lot", Name: "S3-6"}) {
		t.Fatalf("patterns are %+v", found)
	}
	for _, c := range r.Monitor().Counts() {
		if c.Group == key && c.Label == "crack" && float64(c.Observed) > 1.3*c.Expected {
			t.Errorf("the supplier has %d claims where %.1f are expected, although its lot is known", c.Observed, c.Expected)
		}
	}
	if _, err := r.Add(pattern.Claim{Cohort: -1}); !errors.Is(err, pattern.ErrInput) {
		t.Errorf("an unknown cohort: %v", err)
	}
}

// names says whether a finding is of a group, or of one that holds the same units.
func names(f pattern.Finding, k pattern.Key) bool { return f.Group == k || slices.Contains(f.Same, k) }

// TestNotUsual: what goes wrong with a product lately, or is known already, is not learned.
func TestNotUsual(t *testing.T) {
	p := pattern.Period{From: 19000, To: 19400}
	var cohorts []pattern.Cohort
	var claims []pattern.Claim
	for i := range 10 {
		cohorts = append(cohorts, pattern.Cohort{Units: 1000, Since: p.From, Stratum: fmt.Sprint(i), Groups: []pattern.Key{{Kind: "sku", Name: fmt.Sprint(i)}}})
		for day := p.From; day < p.To; day++ {
			n := 1
			if i == 0 && day >= p.To-60 {
				n = 5
			}
			for range n {
				claims = append(claims, pattern.Claim{Cohort: i, Label: "crack", Reported: day})
			}
		}
	}
	for name, c := range map[string]struct {
		fit  pattern.Fit
		want float64
	}{
		"learned": {pattern.Fit{Shrink: 1}, 1.55},
		"lately":  {pattern.Fit{Shrink: 1, Lag: 84}, 0.98},
		"known": {pattern.Fit{Shrink: 1, Known: []pattern.Known{{Group: pattern.Key{Kind: "sku", Name: "0"},
			Label: "crack", Since: p.To - 60, Ratio: 5}}}, 1},
	} {
		b, err := pattern.FitBaseline(cohorts, claims, p, c.fit)
		if err != nil {
			t.Fatal(err)
		}
		near(t, name, b.Labels["crack"].Factor["0"]/b.Labels["crack"].Factor["1"], c.want, 0.06)
	}
}
