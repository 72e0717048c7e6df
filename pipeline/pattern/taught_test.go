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

// TestTaught learns from the past only, day by day: worlds without a defect raise few alarms, and a bad
// lot is found, does not become usual, and is expected of the supplier that has it.
func TestTaught(t *testing.T) {
	alarms, years := 0, 0.0
	for seed := range uint64(4) {
		c := newCourse(t, newWorld(500+seed, skus, batches), pattern.Key{})
		c.run(t)
		alarms += len(c.alarms)
		years += float64(c.world.period.To-c.first) / 365.25
	}
	if t.Logf("%d false alarms in %.0f years", alarms, years); float64(alarms) > years {
		t.Errorf("%d false alarms in %.0f years", alarms, years)
	}
	bad := pattern.Key{Kind: "lot", Name: "S3-6"}
	c := newCourse(t, newWorld(600, skus, batches, plant{bad, 9}), bad)
	c.run(t)
	if len(c.known) == 0 {
		t.Fatalf("the lot raised no alarm; alarms are %+v", c.alarms)
	}
	for _, n := range c.monitor.Counts() {
		if n.Group == (pattern.Key{Kind: "supplier", Name: "3"}) && n.Label == "crack" && float64(n.Observed) > 1.3*n.Expected {
			t.Errorf("the supplier has %d claims where %.1f are expected, although its lot is known", n.Observed, n.Expected)
		}
	}
	if _, err := c.taught.Add(pattern.Claim{Cohort: -1}); !errors.Is(err, pattern.ErrInput) {
		t.Errorf("an unknown cohort: %v", err)
	}
}

// course is a watch of a world from its second year on, which knows of one group's excess once that
// raised an alarm.
type course struct {
	world   *world
	first   pattern.Day
	learner *pattern.Learner
	monitor *pattern.Monitor
	taught  *pattern.Taught
	bad     pattern.Key
	heard   int // claims that the learner has
	alarms  []pattern.Alarm
	known   []pattern.Known
}

func newCourse(t *testing.T, w *world, bad pattern.Key) *course {
	t.Helper()
	c := &course{world: w, first: w.period.From + 365, bad: bad, learner: pattern.NewLearner(w.cohorts, w.period.From, pattern.Fit{})}
	slices.SortStableFunc(w.claims, func(a, b pattern.Claim) int { return int(a.Reported - b.Reported) })
	lesson, err := c.learn(c.first)
	if err != nil {
		t.Fatal(err)
	}
	c.monitor, err = pattern.NewMonitor(w.cohorts, lesson.Baseline, pattern.Period{From: c.first, To: w.period.To}, pattern.Config{})
	if err != nil {
		t.Fatal(err)
	}
	const fourWeeks = 28
	c.taught = pattern.Teach(c.monitor, c.first+fourWeeks, fourWeeks, c.learn)
	return c
}

// learn hears what was reported before today.
func (c *course) learn(today pattern.Day) (pattern.Lesson, error) {
	for ; c.heard < len(c.world.claims) && c.world.claims[c.heard].Reported < today; c.heard++ {
		if err := c.learner.Add(c.world.claims[c.heard]); err != nil {
			return pattern.Lesson{}, err
		}
	}
	b, err := c.learner.Fit(today, min(84, int(today-c.first)), c.known)
	return pattern.Lesson{Baseline: b, Known: c.known}, err
}

func (c *course) run(t *testing.T) {
	t.Helper()
	for _, cl := range c.world.claims {
		if cl.Reported < c.first {
			continue
		}
		alarms, err := c.taught.Add(cl)
		if err != nil {
			t.Fatal(err)
		}
		c.alarms = append(c.alarms, alarms...)
		for _, a := range alarms {
			if a.Group == c.bad && a.Label == "crack" {
				c.known = append(c.known, pattern.Known{Group: a.Group, Label: a.Label, Since: a.Onset, Ratio: a.Ratio})
			}
		}
	}
}

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
	slices.SortStableFunc(claims, func(a, b pattern.Claim) int { return int(a.Reported - b.Reported) })
	for name, c := range map[string]struct {
		lag   int
		known []pattern.Known
		want  float64
	}{
		"learned": {0, nil, 1.55},
		"lately":  {84, nil, 0.98},
		"known":   {0, []pattern.Known{{Group: pattern.Key{Kind: "sku", Name: "0"}, Label: "crack", Since: p.To - 60, Ratio: 5}}, 1},
	} {
		l := pattern.NewLearner(cohorts, p.From, pattern.Fit{Shrink: 1})
		for _, cl := range claims {
			if err := l.Add(cl); err != nil {
				t.Fatal(err)
			}
		}
		b, err := l.Fit(p.To, c.lag, c.known)
		if err != nil {
			t.Fatal(err)
		}
		near(t, name, b.Labels["crack"].Factor["0"]/b.Labels["crack"].Factor["1"], c.want, 0.06)
	}
}
