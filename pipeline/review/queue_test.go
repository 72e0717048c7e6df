package review_test

import (
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/reviewtest"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// TestOneLook: handed out, answered, taken back, answered otherwise.
func TestOneLook(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		q := queue(w.store, c, nil)
		anna, bert := person(t, w.store, "anna", store.ReviewerRole), person(t, w.store, "bert", store.ReviewerRole)
		kept := remember(t, w.store, unsure("minor", 0.5), look(1, 1))

		task := must(q.Next(t.Context(), anna))(t)
		if task.Claim.ID != kept.ID || task.Claim.Prediction == nil || task.Disputed {
			t.Errorf("task %+v", task)
		}
		_, err := q.Next(t.Context(), bert)
		hasCode(t, err, review.CodeQueueEmpty)
		_, err = q.Submit(t.Context(), bert, answerTo(task, "major"))
		hasCode(t, err, review.CodeStale)
		d := must(q.Submit(t.Context(), anna, answerTo(task, "major")))(t)
		again := must(q.Submit(t.Context(), anna, answerTo(task, "major")))(t)
		if again.ID != d.ID {
			t.Error("the same answer sent again is another decision")
		}
		_, err = q.Submit(t.Context(), anna, answerTo(task, "minor"))
		hasCode(t, err, review.CodeStale)
		labels := must(review.Labels(t.Context(), w.store, kept.ID))(t)
		if labels["severity"].Label != "major" || labels["severity"].Decision != d.ID {
			t.Errorf("labels %v", labels)
		}

		_, err = q.Undo(t.Context(), bert, d.ID)
		hasCode(t, err, review.CodeNotYours)
		c.pass(10 * time.Minute)
		task = must(q.Undo(t.Context(), anna, d.ID))(t)
		_, err = q.Undo(t.Context(), anna, d.ID)
		hasCode(t, err, review.CodeUndoBuiltOn)
		if labels := must(review.Labels(t.Context(), w.store, kept.ID))(t); len(labels) != 0 {
			t.Errorf("labels after undo: %v", labels)
		}
		d = must(q.Submit(t.Context(), anna, answerTo(task, "critical")))(t)
		c.pass(10*time.Minute + time.Second)
		_, err = q.Undo(t.Context(), anna, d.ID)
		hasCode(t, err, review.CodeUndoLate)

		var what []string
		for _, e := range must(w.store.ReviewLog(t.Context(), task.Item))(t) {
			what = append(what, e.What)
			if e.What == store.ReviewDecided && (e.Who != anna.ID || e.From["severity"] != "minor" || e.To["severity"] == "" || e.Took != 2*time.Second) {
				t.Errorf("event %+v", e)
			}
		}
		if got, want := strings.Join(what, " "), "review.added review.handed review.decided review.undone review.decided"; got != want {
			t.Errorf("log %s, want %s", got, want)
		}
	})
}

// TestTwoLooks: blind to each other, settled when they agree, a third's when not.
func TestTwoLooks(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		q := queue(w.store, c, nil)
		anna, bert := person(t, w.store, "anna", store.ReviewerRole), person(t, w.store, "bert", store.AdjudicatorRole)
		carl := person(t, w.store, "carl", store.AdjudicatorRole)
		agreed := remember(t, w.store, unsure("minor", 0.5), look(2, 2))
		disputed := remember(t, w.store, unsure("minor", 0.5), look(1, 2))

		first := must(q.Next(t.Context(), anna))(t)
		one := must(q.Submit(t.Context(), anna, answerTo(first, "major")))(t)
		second := must(q.Next(t.Context(), anna))(t)
		if second.Claim.ID != disputed.ID {
			t.Error("one reviewer was asked twice")
		}
		must(q.Submit(t.Context(), anna, answerTo(second, "major")))(t)
		first = must(q.Next(t.Context(), bert))(t)
		if len(first.Others) != 0 || first.Claim.ID != agreed.ID {
			t.Errorf("the second reviewer sees %+v", first)
		}
		_, err := q.Undo(t.Context(), anna, one.ID)
		hasCode(t, err, review.CodeUndoBuiltOn) // bert has it before him
		must(q.Submit(t.Context(), bert, answerTo(first, "major")))(t)
		if r := must(w.store.Review(t.Context(), first.Item))(t); r.State != store.ReviewSettled || r.Decided != 2 {
			t.Errorf("two agree: %+v", r)
		}
		_, err = q.Undo(t.Context(), anna, one.ID)
		hasCode(t, err, review.CodeUndoBuiltOn)
		second = must(q.Next(t.Context(), bert))(t)
		must(q.Submit(t.Context(), bert, answerTo(second, "minor")))(t)

		_, err = q.Next(t.Context(), bert) // an adjudicator, but one of the two
		hasCode(t, err, review.CodeQueueEmpty)
		third := must(q.Next(t.Context(), carl))(t)
		if !third.Disputed || len(third.Others) != 2 {
			t.Errorf("the adjudicator sees %+v", third)
		}
		must(q.Submit(t.Context(), carl, answerTo(third, "minor")))(t)
		if l := must(review.Labels(t.Context(), w.store, disputed.ID))(t)["severity"]; l.Label != "minor" || l.Reviewer != carl.ID {
			t.Errorf("label %+v", l)
		}

		f := must(review.OwnFigures(t.Context(), w.store, anna.ID, time.Time{}, time.Time{}))(t)
		if f.Decisions != 2 || f.Peers.Count != 1 || f.Peers.Of != 2 || f.Adjudicated.Count != 0 || f.Adjudicated.Of != 1 || f.MedianTook != 2*time.Second || len(f.Days) != 1 {
			t.Errorf("figures %+v", f)
		}
		ratings := must(review.Ratings(t.Context(), w.store, time.Time{}, time.Time{}))(t)
		if len(ratings) != 4 {
			t.Errorf("%d ratings, want the four looks", len(ratings))
		}
	})
}

// TestSkips: a skip needs a reason, others get the item, after three it is an adjudicator's.
func TestSkips(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		q := queue(w.store, newClock(), nil)
		remember(t, w.store, unsure("minor", 0.5), look(1, 1))
		judge := person(t, w.store, "judge", store.AdjudicatorRole)
		for i := range 3 {
			r := person(t, w.store, name(i), store.ReviewerRole)
			task := must(q.Next(t.Context(), r))(t)
			hasCode(t, q.Skip(t.Context(), r, task.Item, task.Version, " ", 0), review.CodeWhyMissing)
			hasCode(t, q.Skip(t.Context(), r, task.Item, task.Version, strings.Repeat("x", review.MaxWhy+1), 0), review.CodeWhyTooLong)
			hasCode(t, q.Skip(t.Context(), r, task.Item, task.Version, "photo missing", -1), review.CodeTook)
			hasCode(t, q.Skip(t.Context(), judge, task.Item, task.Version, "not in his hands", 0), review.CodeStale)
			hasCode(t, q.Skip(t.Context(), r, task.Item, task.Version-1, "not as it was handed out", 0), review.CodeStale)
			must(0, q.Skip(t.Context(), r, task.Item, task.Version, "photo missing", time.Second))(t)
			_, err := q.Next(t.Context(), r)
			hasCode(t, err, review.CodeQueueEmpty)
		}
		_, err := q.Next(t.Context(), person(t, w.store, "late", store.ReviewerRole))
		hasCode(t, err, review.CodeQueueEmpty)
		task := must(q.Next(t.Context(), judge))(t)
		if !task.Disputed {
			t.Error("not an adjudicator's")
		}
		hasCode(t, q.Drop(t.Context(), judge, task.Item, "no photo"), review.CodeRole)
		d := must(q.Submit(t.Context(), judge, answerTo(task, "")))(t) // cannot be told
		if l := must(review.Labels(t.Context(), w.store, d.Claim))(t); len(l) != 0 {
			t.Errorf("labels %v", l)
		}
	})
}

// TestLeases: run out, prolonged, given back, and no more than MaxHeld.
func TestLeases(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		q := queue(w.store, c, func(cfg *review.Config) { cfg.MaxHeld = 2; cfg.HideSuggestion = true })
		anna, bert := person(t, w.store, "anna", store.ReviewerRole), person(t, w.store, "bert", store.ReviewerRole)
		for i := range 3 {
			remember(t, w.store, unsure("minor", 0.5), look(float64(-i), 1))
		}
		one := must(q.Next(t.Context(), anna))(t)
		c.pass(time.Minute)
		two := must(q.Next(t.Context(), anna))(t)
		if again := must(q.Next(t.Context(), anna))(t); again.Item != one.Item || again.Version != one.Version {
			t.Errorf("a third item, %+v, with two in hand", again)
		}
		if held := must(q.Held(t.Context(), anna))(t); len(held) != 2 || held[0].Item != two.Item && held[0].Item != one.Item {
			t.Errorf("held %+v", held)
		}
		if one.Claim.Prediction != nil {
			t.Error("the hidden suggestion is there")
		}
		if p := must(q.Suggestion(t.Context(), anna, one.Item))(t); p == nil || p.Axes["severity"].Label != "minor" {
			t.Errorf("suggestion %+v", p)
		}
		_, err := q.Suggestion(t.Context(), bert, one.Item)
		hasCode(t, err, review.CodeNotYours)

		c.pass(4 * time.Minute)
		must(q.Hold(t.Context(), anna, one.Item, one.Version))(t)
		c.pass(time.Minute + time.Second) // two ran out
		if got := must(q.Next(t.Context(), bert))(t); got.Item != two.Item {
			t.Errorf("bert got %+v, want what ran out", got)
		}
		_, err = q.Hold(t.Context(), anna, two.Item, two.Version)
		hasCode(t, err, review.CodeStale)
		_, err = q.Submit(t.Context(), anna, answerTo(two, "major"))
		hasCode(t, err, review.CodeStale)
		must(0, q.Release(t.Context(), anna, one.Item, one.Version))(t)
		hasCode(t, q.Release(t.Context(), anna, one.Item, one.Version), review.CodeStale)
		if got := must(q.Next(t.Context(), bert))(t); got.Item != one.Item {
			t.Error("what was given back does not come again")
		}
		// A lease that ran out still counts while nobody else has the item.
		three := must(q.Next(t.Context(), anna))(t)
		c.pass(time.Hour)
		must(q.Submit(t.Context(), anna, answerTo(three, "major")))(t)
	})
}

// TestKnown: every reviewer gets a known item once, cannot tell it from others, and it gives
// no label.
func TestKnown(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		q := queue(w.store, newClock(), func(cfg *review.Config) { cfg.KnownShare = 1 })
		planner := must(review.NewPlanner(review.PlanConfig{DoubleShare: -1, SliceShare: -1}))(t)
		kept := remember(t, w.store, unsure("minor", 0.5))
		must(w.store.AddReviews(t.Context(), []store.NewReview{planner.Known(kept, severity("major"), "admin")}))(t)
		for i, label := range []string{"major", "minor"} {
			r := person(t, w.store, name(i), store.ReviewerRole)
			task := must(q.Next(t.Context(), r))(t)
			if task.Disputed || len(task.Reasons) != 1 || task.Reasons[0] != store.ReasonAbstained {
				t.Errorf("known item shows as %+v", task)
			}
			d := must(q.Submit(t.Context(), r, answerTo(task, label)))(t)
			if i == 0 {
				task = must(q.Undo(t.Context(), r, d.ID))(t)
				must(q.Submit(t.Context(), r, answerTo(task, label)))(t)
			}
			_, err := q.Next(t.Context(), r)
			hasCode(t, err, review.CodeQueueEmpty)
			f := must(review.OwnFigures(t.Context(), w.store, r.ID, time.Time{}, time.Time{}))(t)
			if f.Known.Of != 1 || f.Known.Count != 1-i || f.Undone != 1-i {
				t.Errorf("figures %+v", f)
			}
		}
		if l := must(review.Labels(t.Context(), w.store, kept.ID))(t); len(l) != 0 {
			t.Errorf("labels %v", l)
		}
	})
}

// TestFiltersAndVariety: what a reviewer takes, and no ten alike in a row.
func TestFiltersAndVariety(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		q := queue(w.store, newClock(), nil)
		anna := person(t, w.store, "anna", store.ReviewerRole)
		for i := range 100 {
			n := look(float64(1000-i), 1)
			n.Cluster, n.Label, n.Lang = "flood", "leak", "de"
			remember(t, w.store, unsure("minor", 0.5), n)
		}
		for i := range 3 {
			n := look(float64(-i), 1)
			n.Label = "other"
			remember(t, w.store, unsure("minor", 0.5), n)
		}
		row, longest := 0, 0
		for range 30 {
			task := must(q.Next(t.Context(), anna))(t)
			row++
			if must(w.store.Review(t.Context(), task.Item))(t).Cluster == "" {
				row = 0
			}
			longest = max(longest, row)
			must(q.Submit(t.Context(), anna, answerTo(task, "major")))(t)
		}
		if longest > 9 {
			t.Errorf("%d alike in a row", longest)
		}
		bert := person(t, w.store, "bert", store.ReviewerRole)
		bert.Langs = []string{"fr"}
		_, err := q.Next(t.Context(), bert)
		hasCode(t, err, review.CodeQueueEmpty)
		bert.Langs, bert.Axes = []string{"de"}, []string{"symptom"}
		_, err = q.Next(t.Context(), bert)
		hasCode(t, err, review.CodeQueueEmpty)
		bert.Axes = []string{"symptom", "severity"}
		must(q.Next(t.Context(), bert))(t)
	})
}

// TestAnswersRefused: what is wrong with an answer is said in a code.
func TestAnswersRefused(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		tax := taxonomy.Infer("t", map[string][]string{"severity": {"minor", "major"}, "symptom": {"leak"}})
		q := queue(w.store, newClock(), func(cfg *review.Config) { cfg.Versions = reviewtest.Versions(t, w.store, tax) })
		anna := person(t, w.store, "anna", store.ReviewerRole)
		remember(t, w.store, unsure("minor", 0.5), look(1, 1))
		task := must(q.Next(t.Context(), anna))(t)
		for what, tc := range map[string]struct {
			change func(*review.Answer)
			want   claim.Code
		}{
			"nothing":       {func(a *review.Answer) { a.Labels = nil }, review.CodeLabels},
			"no such label": {func(a *review.Answer) { a.Labels = severity("huge") }, review.CodeLabels},
			"no such axis":  {func(a *review.Answer) { a.Labels = map[string]string{"x": ""} }, review.CodeLabels},
			"not asked":     {func(a *review.Answer) { a.Labels = map[string]string{"symptom": "leak"} }, review.CodeLabels},
			"took":          {func(a *review.Answer) { a.Took = -1 }, review.CodeTook},
			"took long":     {func(a *review.Answer) { a.Took = review.MaxTook + 1 }, review.CodeTook},
			"why":           {func(a *review.Answer) { a.Why = strings.Repeat("x", review.MaxWhy+1) }, review.CodeWhyTooLong},
		} {
			t.Run(what, func(t *testing.T) {
				a := answerTo(task, "major")
				tc.change(&a)
				_, err := q.Submit(t.Context(), anna, a)
				hasCode(t, err, tc.want)
			})
		}
		a := answerTo(task, "major")
		a.Took, a.Why = review.MaxTook, strings.Repeat("x", review.MaxWhy)
		must(q.Submit(t.Context(), anna, a))(t)
	})
}

// TestExport: decided claims come as rows of a data set, others do not.
func TestExport(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		q := queue(w.store, c, nil)
		anna := person(t, w.store, "anna", store.ReviewerRole)
		kept := remember(t, w.store, unsure("minor", 0.5), look(2, 1, store.ReasonRandom))
		remember(t, w.store, unsure("minor", 0.5), look(1, 1))
		task := must(q.Next(t.Context(), anna))(t)
		must(q.Submit(t.Context(), anna, answerTo(task, "major")))(t)
		rows := func(before time.Time) (out []claim.Claim) {
			for row, err := range review.Export(t.Context(), w.store, w.store, before) {
				out = append(out, must(row, err)(t))
			}
			return out
		}
		if got := rows(c.now()); len(got) != 0 {
			t.Errorf("%d rows that may still be taken back", len(got))
		}
		got := rows(c.now().Add(time.Second))
		if len(got) != 1 || got[0].ID != kept.ID || got[0].Text != "it leaks" || got[0].Labels["severity"] != "major" ||
			got[0].Context["reviewer"] != anna.ID || got[0].Context["batch"] != "b" || got[0].Context["review_random"] != true {
			t.Errorf("rows %+v", got)
		}
	})
}
