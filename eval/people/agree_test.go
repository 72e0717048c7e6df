package people

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// ratings lists one rating by each rater for each column; "." is none.
func ratings(axis string, rows map[string]string) []Rating {
	var out []Rating
	for _, rater := range []string{"anna", "anna2", "ben", "carl", "model", "standard"} {
		name, trial := strings.TrimSuffix(rater, "2"), 0
		if name != rater {
			trial = 1
		}
		for i, l := range strings.Fields(rows[rater]) {
			if l != "." {
				out = append(out, Rating{Claim: "c" + string(rune('a'+i)), Axis: axis, Rater: name, Label: l, Trial: trial})
			}
		}
	}
	return out
}

func options() Options {
	o := DefaultOptions()
	o.Standard, o.Model, o.Draws = "standard", "model", 200
	return o
}

func study() []Rating {
	return ratings("symptom", map[string]string{
		"anna":     "x x y y z z x y z x",
		"anna2":    "x x y y z z x y y x",
		"ben":      "x x y z z z x y z .",
		"carl":     "x y y y z . x y z x",
		"model":    "x x y y z y x y z x",
		"standard": "x x y y z z x y z y",
	})
}

func TestAttributeAgreement(t *testing.T) {
	all, err := Agree(context.Background(), study(), options())
	if err != nil {
		t.Fatal(err)
	}
	a := all[0]
	if a.Claims != 10 || a.Doubled != 10 || len(a.Raters) != 4 || len(a.Pairs) != 6 {
		t.Fatalf("%d claims, %d doubled, %d raters, %d pairs", a.Claims, a.Doubled, len(a.Raters), len(a.Pairs))
	}
	count := func(what string, s Share, count, of int) {
		t.Helper()
		if s.Count != count || s.Of != of {
			t.Errorf("%s: %d of %d, want %d of %d", what, s.Count, s.Of, count, of)
		}
	}
	at := a.Attribute
	if len(at.Within) != 1 {
		t.Fatalf("within: %+v", at.Within)
	}
	count("within anna", at.Within[0].Match, 9, 10)
	count("anna", at.Standard[0].Match, 8, 10)  // cj, and her second trial of ci
	count("ben", at.Standard[1].Match, 8, 9)    // cd
	count("carl", at.Standard[2].Match, 7, 9)   // cb, cj
	count("model", at.Standard[3].Match, 8, 10) // cf, cj
	count("between", *at.Between, 7, 10)        // not cb, cd, ci
	count("with the model", *at.BetweenModel, 6, 10)
	count("all against the standard", *at.AllStandard, 6, 10)
	for _, m := range at.Standard[0].Misses {
		if m.Label == "z" && (m.Missed.Count != 1 || m.Missed.Of != 6 || m.Instead != "y" || m.InsteadCount != 1) {
			t.Errorf("anna's misses of z: %+v", m)
		}
	}
	if a.AlphaOrdinal != nil || a.Pairs[0].Quadratic != nil {
		t.Error("ordinal figures on an axis without order")
	}
	if w := strings.Join(a.Words, " "); !strings.Contains(w, "The model agrees with the standard as often as anna: 80 % of 10 claims") {
		t.Errorf("words: %s", w)
	}
}

func TestAgreeIsReproducibleAndOrdinal(t *testing.T) {
	o := options()
	o.Orders = map[string][]string{"symptom": {"x", "y", "z"}}
	first, err := Agree(context.Background(), study(), o)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Agree(context.Background(), study(), o)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first, second) {
		t.Error("two runs differ")
	}
	if first[0].AlphaOrdinal == nil || first[0].Pairs[0].Quadratic == nil {
		t.Error("ordinal figures are missing")
	}
}

func TestAgreeRefuses(t *testing.T) {
	twice := append(study(), Rating{Claim: "ca", Axis: "symptom", Rater: "ben", Label: "x"})
	if _, err := Agree(context.Background(), twice, options()); err == nil || !strings.Contains(err.Error(), "second rating") {
		t.Errorf("a rating twice: %v", err)
	}
	o := options()
	o.Orders = map[string][]string{"symptom": {"x", "y"}}
	if _, err := Agree(context.Background(), study(), o); err == nil || !strings.Contains(err.Error(), "none of") {
		t.Errorf("an unknown label: %v", err)
	}
	o.Draws, o.Level, o.Model = 3, 1, "standard"
	if err := o.Validate(); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three faults: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Agree(ctx, study(), options()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestAlphaIntervalCovers draws people who give the true label with probability .8, else
// any of four, so that two agree beyond chance as often as .8 * .8 on equal labels.
func TestAlphaIntervalCovers(t *testing.T) {
	const runs, claims, k, keep = 200, 60, 4, 0.8
	covered := 0
	for run := range runs {
		rng := rand.New(rand.NewPCG(uint64(run), 3))
		var all []Rating
		for c := range claims {
			truth := rng.IntN(k)
			for p := range 3 {
				l := truth
				if rng.Float64() >= keep {
					l = rng.IntN(k)
				}
				all = append(all, Rating{Claim: string(rune(c + 1)), Axis: "a", Rater: string(rune('A' + p)), Label: string(rune('a' + l))})
			}
		}
		o := DefaultOptions()
		o.Draws = 200
		a, err := Agree(context.Background(), all, o)
		if err != nil {
			t.Fatal(err)
		}
		if f := a[0].Alpha; f.Low <= keep*keep && keep*keep <= f.High {
			covered++
		}
	}
	share := float64(covered) / runs
	t.Logf("95 %% intervals of alpha hold the true one in %.3f of %d runs", share, runs)
	if share < 0.90 { // 200 runs of 95 % give under .90 once in a thousand times
		t.Errorf("the intervals are too short: %.3f", share)
	}
}

func TestCeilingBoundsTheMostUsualLabel(t *testing.T) {
	for _, p := range [][]float64{{1, 0, 0}, {0.5, 0.5, 0}, {0.6, 0.2, 0.2}, {0.34, 0.33, 0.33}, {0.7, 0.25, 0.05}} {
		agree, best := 0.0, 0.0
		for _, v := range p {
			agree, best = agree+v*v, max(best, v)
		}
		if high := mostUsual(agree, len(p)); best > high+1e-12 || best < agree-1e-12 {
			t.Errorf("%v: best %g is not within %g..%g", p, best, agree, high)
		}
	}
	near(t, "an even rest", mostUsual(0.6*0.6+2*0.2*0.2, 3), 0.6)
	near(t, "two labels", mostUsual(0.9*0.9+0.1*0.1, 2), 0.9)
	c := NewCeiling(&Agreement{Axis: "a", Labels: []string{"x", "y"}, Observed: &Figure{0.82, 0.7, 0.9}}, &LabelErrors{Axis: "a", Wrong: Figure{0.05, 0.02, 0.1}})
	if math.Abs(c.AtMost.Value-0.9) > 1e-9 || c.AtLeast.Value != 0.82 || c.FromLabelErrors.Low != 0.9 || len(c.Assumptions) != 3 {
		t.Errorf("%+v", c)
	}
}
