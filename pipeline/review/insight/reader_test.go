package insight_test

import (
	"strings"
	"testing"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
)

// What the reader reads is tested through pipeline/web/lead and pipeline/api, on the stores.
func TestReaderNeedsItsParts(t *testing.T) {
	s := struct{ store.Store }{}
	whole := insight.Config{Reviews: s, Reviewers: s, Claims: s, Versions: &revision.Current{}}
	if _, err := insight.New(whole); err != nil {
		t.Error(err)
	}
	whole.Space = func() string { return "x" }
	if _, err := insight.New(whole); err == nil || !strings.Contains(err.Error(), "go together") {
		t.Errorf("a space without clusters: %v", err)
	}
	if _, err := insight.New(insight.Config{Reviewers: s}); err == nil {
		t.Error("a configuration of nothing is taken")
	}
}

func TestDifferencesSurestFirst(t *testing.T) {
	axes := []people.Agreement{{Axis: "symptom", Pairs: []people.Pair{
		{A: "a", B: "b", Agree: people.NewShare(1, 2, .95)}, {A: "a", B: "c", Agree: people.NewShare(60, 100, .95)}, {A: "b", B: "c", Agree: people.NewShare(9, 9, .95)},
	}}}
	got := insight.Differences(axes)
	if len(got) != 2 || got[0].B != "c" || got[0].Differ.Count != 40 || got[1].Differ.Count != 1 {
		t.Errorf("%+v", got)
	}
}

func TestAlphaKeepsTheOrder(t *testing.T) {
	plain, ordinal := &people.Figure{Value: .4}, &people.Figure{Value: .7}
	if insight.Alpha(people.Agreement{Alpha: plain, AlphaOrdinal: ordinal, Ordinal: true}) != ordinal || insight.Alpha(people.Agreement{Alpha: plain, AlphaOrdinal: ordinal}) != plain {
		t.Error("the wrong one")
	}
}
