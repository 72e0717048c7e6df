package review_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/reviewtest"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

const (
	houseOne = "name: house\nversion: 1\naxes:\n  - id: severity\n    labels: [{id: minor}, {id: major}, {id: critical}]\n  - id: symptom\n    labels: [{id: leak}]\n"
	houseTwo = "name: house\nversion: 2\naxes:\n  - id: severity\n    labels: [{id: slight}, {id: large}, {id: huge}, {id: critical}]\n"
	wayToTwo = "from: house@1\nto: house@2\naxes:\n  severity:\n    renamed: {minor: slight}\n    split: {major: [large, huge]}\nremoved_axes: [symptom]\n"
)

// house is a taxonomy with its second version in waiting.
func house(t *testing.T, s store.Store, now func() time.Time) (versions *revision.Current, publish func()) {
	t.Helper()
	one, err := taxonomy.Parse([]byte(houseOne))
	if err != nil {
		t.Fatal(err)
	}
	versions = reviewtest.Versions(t, s, one)
	return versions, func() {
		t.Helper()
		p, err := revision.Read(one, houseTwo, wayToTwo)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := versions.Publish(t.Context(), p, "lead", "finer", now()); err != nil {
			t.Fatal(err)
		}
	}
}

// whole is an item that asks for both axes.
func whole(looks int) store.NewReview {
	n := look(1, looks)
	n.Axes = []string{"severity", "symptom"}
	return n
}

// TestAnswersOfAnOlderVersion: a version is published while pages are open.
func TestAnswersOfAnOlderVersion(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		versions, publish := house(t, w.store, c.now)
		q := queue(w.store, c, func(cfg *review.Config) { cfg.Versions = versions })
		anna := person(t, w.store, "anna", store.ReviewerRole)
		prediction := unsure("minor", 0.5)
		prediction.Taxonomy = "house@1"
		kept := remember(t, w.store, prediction, whole(1))
		task := must(q.Next(t.Context(), anna))(t)
		if task.Taxonomy != "house@1" || task.Claim.Prediction.Axes["severity"].Label != "minor" {
			t.Errorf("before: %q, %+v", task.Taxonomy, task.Claim.Prediction)
		}
		c.pass(time.Minute)
		publish()
		if p := must(q.Suggestion(t.Context(), anna, task.Item))(t); p.Taxonomy != "house@2" || p.Axes["severity"].Label != "slight" {
			t.Errorf("the suggestion is still %+v", p)
		}
		if held := must(q.Held(t.Context(), anna))(t); held[0].Taxonomy != "house@2" || held[0].Claim.Prediction.Axes["severity"].Label != "slight" {
			t.Errorf("loaded anew: %+v", held[0])
		}

		answer := func(label, version string) review.Answer {
			return review.Answer{Item: task.Item, Version: task.Version, Taxonomy: version, Labels: map[string]string{"severity": label, "symptom": "leak"}}
		}
		_, err := q.Submit(t.Context(), anna, answer("major", "house@1"))
		hasCode(t, err, review.CodeLabelsOld)
		if err == nil || !strings.Contains(err.Error(), "split") || !strings.Contains(err.Error(), "house@2") {
			t.Errorf("the refusal says %v", err)
		}
		_, err = q.Submit(t.Context(), anna, answer("odd", "house@1"))
		hasCode(t, err, review.CodeLabels)
		_, err = q.Submit(t.Context(), anna, review.Answer{Item: task.Item, Version: task.Version, Labels: map[string]string{"symptom": "leak"}})
		hasCode(t, err, review.CodeLabelsOld) // nothing of it is asked any more
		d := must(q.Submit(t.Context(), anna, answer("minor", "house@1")))(t)
		if diff := cmp.Diff(map[string]string{"severity": "slight"}, d.Labels); diff != "" {
			t.Error("kept:", diff)
		}
		// The reply was lost: the page sends the same once more, in the words that it knows.
		if again := must(q.Submit(t.Context(), anna, answer("minor", "house@1")))(t); again.ID != d.ID {
			t.Error("the same answer sent again is another decision")
		}
		if l := must(review.Labels(t.Context(), w.store, kept.ID))(t); l["severity"].Label != "slight" {
			t.Errorf("labels %v", l)
		}
	})
}

// TestVersionBetweenTwoLooks: the first answered under the old version, the second under the new.
func TestVersionBetweenTwoLooks(t *testing.T) {
	cases := []struct {
		what, first, second string
		want                store.ReviewState
		seen                string // by the adjudicator, of the first
	}{
		{"renamed", "minor", "slight", store.ReviewSettled, ""},
		{"different", "minor", "critical", store.ReviewDisputed, "slight"},
		{"split since", "major", "large", store.ReviewDisputed, "major"},
	}
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		versions, publish := house(t, w.store, c.now)
		q := queue(w.store, c, func(cfg *review.Config) { cfg.Versions = versions })
		anna, bert := person(t, w.store, "anna", store.ReviewerRole), person(t, w.store, "bert", store.ReviewerRole)
		cleo := person(t, w.store, "cleo", store.AdjudicatorRole)
		items := map[string]int{} // the case of each
		for n, tc := range cases {
			remember(t, w.store, unsure("minor", 0.5), look(1, 2))
			task := must(q.Next(t.Context(), anna))(t)
			must(q.Submit(t.Context(), anna, answerTo(task, tc.first)))(t)
			items[task.Item] = n
		}
		c.pass(time.Minute)
		publish()
		for range cases {
			task := must(q.Next(t.Context(), bert))(t)
			tc := cases[items[task.Item]]
			must(q.Submit(t.Context(), bert, answerTo(task, tc.second)))(t)
			if r := must(w.store.Review(t.Context(), task.Item))(t); r.State != tc.want {
				t.Errorf("%s: the item is %s", tc.what, r.State)
			}
		}
		for range 2 {
			task := must(q.Next(t.Context(), cleo))(t)
			tc := cases[items[task.Item]]
			if others := task.Others; len(others) != 2 || others[0].Labels["severity"] != tc.seen || others[1].Labels["severity"] != tc.second {
				t.Errorf("%s: the adjudicator sees %+v", tc.what, others)
			}
		}
	})
}

// TestKnownOfAnOlderVersion: what was known under the old version measures answers in the new.
func TestKnownOfAnOlderVersion(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		versions, publish := house(t, w.store, c.now)
		q := queue(w.store, c, func(cfg *review.Config) { cfg.Versions, cfg.KnownShare = versions, 1 })
		anna := person(t, w.store, "anna", store.ReviewerRole)
		known := look(1, 1, store.ReasonKnown)
		known.Known = severity("minor")
		remember(t, w.store, unsure("minor", 0.5), known)
		c.pass(time.Minute)
		publish()
		must(q.Submit(t.Context(), anna, answerTo(must(q.Next(t.Context(), anna))(t), "slight")))(t)
		h, _, err := versions.History(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f := must(review.OwnFigures(t.Context(), h.Translated(w.store), anna.ID, c.at.Add(-time.Hour), c.at.Add(time.Hour)))(t)
		if f.Known.Of != 1 || f.Known.Count != 1 {
			t.Errorf("known: %+v", f.Known)
		}
	})
}
