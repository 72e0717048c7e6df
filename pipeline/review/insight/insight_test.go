package insight_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/store"
)

func settled(n int, claim, suggested, decided string, abstained bool) store.SettledReview {
	return store.SettledReview{
		Review: store.Review{ID: fmt.Sprintf("r%03d", n), State: store.ReviewSettled, SettledAt: time.Unix(int64(n), 0), NewReview: store.NewReview{
			Claim: claim, Suggested: map[string]store.Suggestion{"severity": {Label: suggested, Abstained: abstained}}}},
		Decision: store.ReviewDecision{Labels: map[string]string{"severity": decided}},
	}
}

func TestConfusionsByCost(t *testing.T) {
	var list []store.SettledReview
	for i := range 10 {
		list = append(list, settled(i, fmt.Sprintf("m%d", i), "minor", "major", false))
	}
	list = append(list,
		settled(20, "c1", "minor", "critical", false), settled(21, "c2", "minor", "critical", true),
		settled(22, "ok", "minor", "minor", false), settled(23, "none", "minor", "", false))
	cost := func(_, label string) float64 {
		if label == "critical" {
			return 20
		}
		return 1
	}
	got := insight.Confusions(list, cost)
	if len(got) != 2 {
		t.Fatalf("%d confusions: %+v", len(got), got)
	}
	if c := got[0]; c.Decided != "critical" || c.Cost != 20 || c.Abstained != 1 || c.Share.Count != 2 || c.Share.Of != 13 {
		t.Errorf("the costliest: %+v", c)
	}
	if d := cmp.Diff([]string{"c2", "c1"}, got[0].Examples); d != "" {
		t.Error("examples are not the newest first:", d)
	}
	if c := got[1]; c.Decided != "major" || c.Cost != 10 || len(c.Examples) != insight.MaxExamples || c.Examples[0] != "m9" {
		t.Errorf("the most frequent: %+v", c)
	}
}

// rated gives ratings of n claims by two people.
func rated(from, n int, a, b string) (out []people.Rating) {
	for i := range n {
		claim := fmt.Sprintf("c%d", from+i)
		out = append(out, people.Rating{Claim: claim, Axis: "symptom", Rater: "ann", Label: a},
			people.Rating{Claim: claim, Axis: "symptom", Rater: "bob", Label: b})
	}
	return out
}

func TestMixUps(t *testing.T) {
	ratings := append(rated(0, 20, "scratch", "dent"), rated(100, 30, "scratch", "scratch")...)
	ratings = append(ratings, rated(200, 100, "leak", "leak")...)
	ratings = append(ratings, rated(300, 1, "leak", "noise")...)
	got := insight.MixUps(ratings)
	if len(got) != 1 {
		t.Fatalf("troubles: %+v", got)
	}
	if m := got[0]; m.Kind != insight.MixedUp || m.Label != "dent" || m.Other != "scratch" || m.Share.Count != 20 || m.Share.Of != 50 || len(m.Examples) != insight.MaxExamples {
		t.Errorf("mix-up: %+v", m)
	}
	if got := insight.MixUps(rated(0, 2, "scratch", "dent")); len(got) != 1 || got[0].Share.Of != 2 {
		// Two of two: the careful end is 0.16.
		t.Errorf("of two claims: %+v", got)
	}
	if got := insight.MixUps(rated(0, 1, "scratch", "dent")); len(got) != 0 {
		t.Errorf("of one claim: %+v", got)
	}
}

func TestUsage(t *testing.T) {
	ratings := append(rated(0, 500, "leak", "leak"), rated(1000, 300, "", "undetermined")...)
	got := insight.Usage(ratings, map[string][]string{"symptom": {"leak", "smell"}})
	want := []insight.Kind{insight.Undecidable, insight.Unused}
	var kinds []insight.Kind
	for _, g := range got {
		kinds = append(kinds, g.Kind)
	}
	if d := cmp.Diff(want, kinds); d != "" || got[1].Label != "smell" {
		t.Errorf("%s%+v", d, got)
	}
	if got := insight.Usage(rated(0, 20, "leak", "leak"), map[string][]string{"symptom": {"leak", "smell"}}); len(got) != 0 {
		t.Errorf("20 claims say nothing of a label's use: %+v", got)
	}
}

func TestSplits(t *testing.T) {
	got := insight.Splits(map[string]map[string]map[string]int{"symptom": {
		"broken": {"a": 60, "b": 50, "c": 5}, "leak": {"a": 100, "b": 10}, "noise": {"a": 3, "b": 2}, "smell": {"a": 40},
	}})
	if len(got) != 1 || got[0].Label != "broken" || got[0].Share.Count != 50 || got[0].Share.Of != 115 {
		t.Errorf("%+v", got)
	}
}

func TestCourse(t *testing.T) {
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var ratings []people.Rating
	for week, agree := range []int{10, 2} {
		for i := range 10 {
			b := "leak"
			if i >= agree {
				b = "noise"
			}
			a := "leak"
			if i%2 == 0 && i < agree {
				a, b = "noise", "noise"
			}
			for rater, label := range map[string]string{"ann": a, "bob": b} {
				ratings = append(ratings, people.Rating{Claim: fmt.Sprintf("w%d-%d", week, i), Axis: "symptom", Rater: rater, Label: label, At: start.AddDate(0, 0, 7*week+1)})
			}
		}
	}
	o := people.DefaultOptions()
	o.Draws = 100
	got, err := insight.Course(t.Context(), ratings, start, start.AddDate(0, 0, 14), 7*24*time.Hour, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !got[0].From.Equal(start) || got[0].Axes[0].Alpha == nil || got[1].Axes[0].Alpha == nil {
		t.Fatalf("%+v", got)
	}
	if first, second := got[0].Axes[0].Alpha.Value, got[1].Axes[0].Alpha.Value; first != 1 || second >= 0.5 {
		t.Errorf("alpha %g, then %g", first, second)
	}
}
