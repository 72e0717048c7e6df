package pattern_test

import (
	"fmt"
	"testing"

	"github.com/defekt/defekt/pipeline/pattern"
)

// TestLearner: what is learned in steps is what [pattern.FitBaseline] learns of it all at once, a late
// claim and what is known included.
func TestLearner(t *testing.T) {
	w := newWorld(1, skus, batches)
	l := pattern.NewLearner(w.cohorts, w.period.From, pattern.Fit{})
	known := []pattern.Known{{Group: pattern.Key{Kind: "supplier", Name: "3"}, Label: "crack", Since: w.period.From + 400, Ratio: 3}}
	next := 0
	for day := w.period.From + 365; ; day = min(day+28, w.period.To) {
		for next < len(w.claims) && w.claims[next].Reported < day {
			if err := l.Add(w.claims[next]); err != nil {
				t.Fatal(err)
			}
			next++
		}
		got, err := l.Fit(day, 0, known)
		if err != nil {
			t.Fatal(err)
		}
		if day < w.period.To {
			continue
		}
		want, err := pattern.FitBaseline(w.cohorts, w.claims, w.period, pattern.Fit{Known: known})
		if err != nil {
			t.Fatal(err)
		}
		for label, r := range want.Labels {
			g := got.Labels[label]
			for m := range r.Season {
				near(t, fmt.Sprint(label, ", season ", m+1), g.Season[m]/r.Season[m], 1, 0.02)
			}
			for s, f := range r.Factor {
				near(t, label+", factor of "+s, g.Factor[s], f, 0.02)
			}
			for a := range 30 {
				near(t, fmt.Sprint(label, ", hazard at ", a), g.Hazard[a]/r.Hazard[a], 1, 0.02)
			}
		}
		return
	}
}

// TestKnownUnits: units of an excess that come as cohorts count as those that cohorts name; shares
// are expected of their groups from the lesson on, and no others.
func TestKnownUnits(t *testing.T) {
	bad := pattern.Key{Kind: "lot", Name: "bad"}
	other := pattern.Key{Kind: "sku", Name: "other"}
	p := pattern.Period{From: 19000, To: 19400}
	cohorts := []pattern.Cohort{{Units: 1000, Since: p.From, Groups: []pattern.Key{bad}}, {Units: 5000, Since: p.From, Groups: []pattern.Key{other}}}
	var claims []pattern.Claim
	for day := p.From; day < p.To; day++ {
		for i, n := range []int{2, 2} {
			for range n {
				claims = append(claims, pattern.Claim{Cohort: i, Label: "crack", Reported: day})
			}
		}
	}
	fit := func(k pattern.Known) *pattern.Baseline {
		b, err := pattern.FitBaseline(cohorts, claims, p, pattern.Fit{Known: []pattern.Known{k}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	k := pattern.Known{Group: bad, Label: "crack", Ratio: 5}
	named := fit(k)
	k.Units = cohorts[:1]
	given := fit(k)
	for a := range 13 {
		near(t, fmt.Sprint("hazard at ", a), given.Labels["crack"].Hazard[a]/named.Labels["crack"].Hazard[a], 1, 0.001)
	}
	m, err := pattern.NewMonitor(cohorts, given, p, pattern.Config{Horizon: p.From + 100})
	if err != nil {
		t.Fatal(err)
	}
	k.Shares = []pattern.Cohort{{Units: 1000, Since: p.From, Groups: []pattern.Key{other}}}
	taught := pattern.Teach(m, p.From+98, 1000, func(pattern.Day) (pattern.Lesson, error) {
		return pattern.Lesson{Baseline: given, Known: []pattern.Known{k}}, nil
	})
	for _, c := range claims {
		if _, err := taught.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	day := given.Labels["crack"].Hazard[12]
	for _, c := range m.Counts() {
		want := 1000 * 400 * day
		if c.Group == other {
			want = 5000*400*day + 4*1000*(400-98)*day
		}
		near(t, "expected of "+c.Group.String(), c.Expected/want, 1, 0.03)
	}
}
