package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/eval"
)

// tiny is a run with nothing but a macro-F1.
func tiny(model, set string, months int, f1 float64) Run {
	return Run{ID: model + set, Time: day.AddDate(0, months, 0), Model: model, Set: set, Split: "test",
		Result: &eval.Result{N: 10, Axes: map[string]*eval.Axis{"severity": {N: 10, MacroF1: f1, Accuracy: f1}}}}
}

func boardOf(t *testing.T, runs ...Run) *boardView {
	t.Helper()
	b, err := newBuilder(&Report{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := b.board(&Leaderboard{Runs: runs})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestLeaderboardRanks(t *testing.T) {
	v := boardOf(t, tiny("b", "one", 0, .5), tiny("b", "two", 0, .5), tiny("a", "one", 0, .9), tiny("a", "two", 0, .5),
		tiny("late", "one", 0, .1), tiny("late", "two", 0, .2), tiny("late", "one", 3, .95), tiny("part", "one", 0, .99))
	type line struct{ Model, Rank, Of, One, Two string }
	var got []line
	for _, r := range v.Rows {
		l := line{Model: r.Model, Rank: r.Rank[0].Value, Of: r.Rank[0].Of}
		for i, to := range []*string{&l.One, &l.Two} {
			for _, c := range r.Cells[i].Values {
				if c.Figure == "macro" {
					*to = c.Value
					if c.Best {
						*to += " best"
					}
				}
			}
		}
		got = append(got, l)
	}
	// In set two a and b share the first two places; part is on one set only and stands last.
	want := []line{{"a", "2.2", "", "90.0", "50.0 best"}, {"late", "2.5", "", "95.0", "20.0"}, {"b", "2.8", "", "50.0", "50.0 best"}, {"part", "1.0", "on 1 of 2", "99.0 best", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(v.Panels) != 2 || v.Panels[0].Time == "" || v.Panels[1].Time != "" {
		t.Error("the first set has runs of two dates and a trend, the second one date and none")
	}
	if v.Panels[0].Best != "Best so far: part, 99.0\u00a0%, since 1 March 2026." {
		t.Errorf("the trend says %q", v.Panels[0].Best)
	}
}

func TestLeaderboardSaysWhatIsNotComparable(t *testing.T) {
	a, b := tiny("a", "one", 0, .5), tiny("b", "one", 1, .6)
	a.Result.Data.Digest, b.Result.Data.Digest = "sha256:old", "sha256:new"
	v := boardOf(t, a, b)
	if !v.OtherData || !v.Rows[1].Cells[0].Other || v.Rows[0].Cells[0].Other {
		t.Errorf("other data is marked at %+v", v.Rows)
	}
	if page := write(t, &Leaderboard{Runs: []Run{a, b}}); !strings.Contains(page, "50.0 †") {
		t.Error("the page has no mark for other data")
	}
}

func TestEmptyLeaderboard(t *testing.T) {
	page := write(t, &Leaderboard{Runs: []Run{{ID: "failed"}}})
	if !strings.Contains(page, "0 models on 0 questions, from 1 run.") {
		t.Error("an empty leaderboard does not say so")
	}
}
