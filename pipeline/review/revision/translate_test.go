package revision_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

func day(n int) time.Time { return time.Date(2026, 3, n, 12, 0, 0, 0, time.UTC) }

// published is a history of three versions: on day 10 the second (and with it the first), on
// day 20 the third, which has a label "scratch" again, with another meaning.
func published(t *testing.T) *revision.History {
	t.Helper()
	s := &shelf{}
	again := third[:len(third)-len("{id: leak}]\n")] + "{id: leak}, {id: scratch}]\n"
	now := parse(t, first)
	for i, next := range [][2]string{{second, way}, {again, onward}} {
		p, err := revision.Read(now, next[0], next[1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := revision.Publish(t.Context(), s, p, "ann", "", day(10*(i+1))); err != nil {
			t.Fatal(err)
		}
		now = p.To
	}
	h, err := revision.Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestLabelGoesByTheTimeOfItsDecision(t *testing.T) {
	h := published(t)
	for _, tc := range []struct {
		name, label string
		at          time.Time
		want        string
		kind        taxonomy.NoteKind
	}{
		{"of the first version", "scratch", day(1), "blemish", taxonomy.NoteMerged},
		{"the same id, given under the third", "scratch", day(21), "scratch", ""},
		{"at the moment of the publication", "scratch", day(20), "scratch", ""},
		{"an old page just after a publication", "dent", day(11), "blemish", taxonomy.NoteMerged},
		{"an old page under the second", "scratch", day(19), "blemish", taxonomy.NoteMerged},
		{"of the second", "mark", day(15), "blemish", taxonomy.NoteRenamed},
		{"kept", "crack", day(15), "crack", ""},
		{"before its version, by a clock that is slow", "leak", day(9), "leak", ""},
		{"split", "broken", day(1), taxonomy.Undetermined, taxonomy.NoteSplit},
		{"removed", "odd", day(1), taxonomy.Undetermined, taxonomy.NoteRemoved},
		{"of no version", "nonsense", day(1), "", taxonomy.NoteUnknown},
		{"not told", "", day(1), "", ""},
		{"undetermined", taxonomy.Undetermined, day(1), taxonomy.Undetermined, ""},
	} {
		to, note := h.Label("symptom", tc.label, tc.at)
		kind := taxonomy.NoteKind("")
		if note != nil {
			kind = note.Kind
		}
		if to != tc.want || kind != tc.kind {
			t.Errorf("%s: %s becomes %q (%s), want %q (%s)", tc.name, tc.label, to, kind, tc.want, tc.kind)
		}
	}
	if to, note := h.Label("color", "red", day(1)); to != "" || note == nil {
		t.Errorf("an axis of no version: %q, %v", to, note)
	}
	none, err := revision.Load(t.Context(), &shelf{})
	if err != nil {
		t.Fatal(err)
	}
	if to, note := none.Label("color", "red", day(1)); to != "red" || note != nil {
		t.Errorf("without a version: %q, %v", to, note)
	}
}

// queue gives what was settled, and its decisions.
type queue struct {
	store.Reviews
	list []store.SettledReview
}

func (q queue) Settled(context.Context, time.Time, string, int) ([]store.SettledReview, error) {
	return slices.Clone(q.list), nil
}

func (q queue) Decisions(context.Context, store.DecisionFilter) (out []store.ReviewDecision, err error) {
	for _, s := range q.list {
		out = append(out, s.Decision)
	}
	return out, nil
}

func TestQueueInTheLatestLabels(t *testing.T) {
	item := func(claim, suggested, decided string, at time.Time) store.SettledReview {
		return store.SettledReview{
			Review:   store.Review{CreatedAt: day(1), NewReview: store.NewReview{Claim: claim, Suggested: map[string]store.Suggestion{"symptom": {Label: suggested, Probability: .7}}}},
			Decision: store.ReviewDecision{At: at, Labels: map[string]string{"symptom": decided}},
		}
	}
	q := queue{list: []store.SettledReview{
		item("merged", "dent", "scratch", day(2)), item("split", "broken", "broken", day(2)), item("told later", "odd", "odd", day(2)),
		item("told later", "odd", "crack", day(15)), item("given up later", "crack", "crack", day(12)), item("given up later", "crack", "broken", day(13)), item("not told", "dent", "", day(2)),
	}}
	r := published(t).Translated(q)
	got, err := r.Settled(t.Context(), day(30), "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ suggested, decided string }{{"blemish", "blemish"}, {"", ""}, {"", ""}, {"", "crack"}, {"crack", "crack"}, {"crack", ""}, {"blemish", ""}} {
		label, there := got[i].Decision.Labels["symptom"]
		if s := got[i].Review.Suggested["symptom"]; label != want.decided || !there || s.Label != want.suggested || s.Label != "" && s.Probability != .7 {
			t.Errorf("item %d: %+v, suggested %+v; want %+v", i, got[i].Decision, s, want)
		}
	}
	if d := cmp.Diff(map[string]int{"symptom": 2}, r.Lost()); d != "" {
		t.Error("what was lost:", d)
	}
	all, err := r.Decisions(t.Context(), store.DecisionFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, d := range all {
		label, there := d.Labels["symptom"]
		labels = append(labels, fmt.Sprint(label, there))
	}
	if d := cmp.Diff([]string{"blemishtrue", "false", "false", "cracktrue", "cracktrue", "false", "true"}, labels); d != "" {
		t.Error("decisions:", d)
	}
	if q.list[0].Decision.Labels["symptom"] != "scratch" {
		t.Error("the store's own maps were changed")
	}
}

func TestPredictionInTheLatestLabels(t *testing.T) {
	p := claim.Prediction{Taxonomy: "house@1", Axes: map[string]claim.AxisPrediction{
		"symptom": {Label: "scratch", Probability: .5, Probabilities: []float64{.5, .3, .2}, Alternatives: []claim.Alternative{{Label: "dent", Probability: .3}, {Label: "broken", Probability: .2}}},
	}}
	want := claim.Prediction{Taxonomy: "house@3", Axes: map[string]claim.AxisPrediction{"symptom": {Label: "blemish", Probability: .5}}}
	h := published(t)
	if d := cmp.Diff(want, h.Prediction(p)); d != "" {
		t.Error(d)
	}
	p.Axes = map[string]claim.AxisPrediction{"symptom": {Label: "broken"}}
	if got := h.Prediction(p); len(got.Axes) != 0 {
		t.Errorf("a label that was split: %+v", got)
	}
	p.Taxonomy = "house@3"
	if d := cmp.Diff(p, h.Prediction(p)); d != "" {
		t.Error("of the latest version:", d)
	}
}
