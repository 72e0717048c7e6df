package review_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// TestKnow: a settled claim becomes one that measures reviewers, but for those who know it.
func TestKnow(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		q := queue(w.store, c, func(cfg *review.Config) { cfg.KnownShare = 1 })
		anna, bert := person(t, w.store, "anna", store.ReviewerRole), person(t, w.store, "bert", store.ReviewerRole)
		cleo := person(t, w.store, "cleo", store.AdjudicatorRole)
		kept := remember(t, w.store, unsure("minor", 0.5), look(1, 1))
		know := func(by store.Reviewer) (store.Review, error) { return q.Know(t.Context(), by, kept.ID, "a clear case") }
		_, err := know(anna)
		hasCode(t, err, review.CodeRole)
		_, err = q.Know(t.Context(), cleo, kept.ID, strings.Repeat("x", review.MaxWhy+1))
		hasCode(t, err, review.CodeWhyTooLong)
		_, err = know(cleo)
		hasCode(t, err, review.CodeUnsettled) // it waits
		must(q.Submit(t.Context(), anna, answerTo(must(q.Next(t.Context(), anna))(t), "major")))(t)
		_, err = know(cleo)
		hasCode(t, err, review.CodeUnsettled) // it may be taken back
		c.pass(time.Hour)
		r := must(know(cleo))(t)
		if r.State != store.ReviewKnown || r.Known["severity"] != "major" || r.By != cleo.ID || !slices.Equal(r.Axes, []string{"severity"}) {
			t.Errorf("%+v", r)
		}
		if again := must(know(cleo))(t); again.ID != r.ID || again.Version != r.Version {
			t.Errorf("marked again: %s at %d, then %s at %d", r.ID, r.Version, again.ID, again.Version)
		}
		if log := must(w.store.ReviewLog(t.Context(), r.ID))(t); len(log) != 1 || log[0].Who != cleo.ID || log[0].Why != "known: a clear case" {
			t.Errorf("the log: %+v", log)
		}

		for _, who := range []store.Reviewer{anna, cleo} {
			_, err = q.Next(t.Context(), who)
			hasCode(t, err, review.CodeQueueEmpty)
		}
		must(q.Submit(t.Context(), bert, answerTo(must(q.Next(t.Context(), bert))(t), "minor")))(t)
		f := must(review.OwnFigures(t.Context(), w.store, bert.ID, c.at.Add(-time.Hour), c.at.Add(time.Hour)))(t)
		if f.Known.Of != 1 || f.Known.Count != 0 {
			t.Errorf("bert: %+v", f.Known)
		}
		if l := must(review.Labels(t.Context(), w.store, kept.ID))(t)["severity"]; l.Label != "major" {
			t.Errorf("an answer to a known item is a label: %+v", l)
		}
		dora := person(t, w.store, "dora", store.AdminRole)
		if err := q.Drop(t.Context(), dora, r.ID, "not so clear"); err != nil {
			t.Fatal(err)
		}
		if again := must(know(dora))(t); again.ID == r.ID {
			t.Error("what was dropped is known again")
		}
		_, err = q.Know(t.Context(), cleo, "01940000-0000-7000-8000-00000000000f", "")
		if err == nil {
			t.Error("a claim that is not there is known")
		}
	})
}

// TestKnowAfterAnotherDecision: labels that changed since are known as they are now.
func TestKnowAfterAnotherDecision(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		q := queue(w.store, c, nil)
		anna, cleo := person(t, w.store, "anna", store.ReviewerRole), person(t, w.store, "cleo", store.AdjudicatorRole)
		kept := remember(t, w.store, unsure("minor", 0.5), look(1, 1))
		var items []store.Review
		for _, label := range []string{"major", "critical"} {
			if label == "critical" {
				n := look(1, 1, store.ReasonLabelError)
				n.Claim = kept.ID
				must(w.store.AddReviews(t.Context(), []store.NewReview{n}))(t)
			}
			must(q.Submit(t.Context(), anna, answerTo(must(q.Next(t.Context(), anna))(t), label)))(t)
			c.pass(time.Hour)
			items = append(items, must(q.Know(t.Context(), cleo, kept.ID, ""))(t))
		}
		if items[0].Known["severity"] != "major" || items[1].Known["severity"] != "critical" {
			t.Errorf("%+v", items)
		}
		if old := must(w.store.Review(t.Context(), items[0].ID))(t); old.State != store.ReviewDropped {
			t.Errorf("the item with the labels of before is %s", old.State)
		}
	})
}
