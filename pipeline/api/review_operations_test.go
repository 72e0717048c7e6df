package api

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// deskExercise does what one operation is for and checks that it was done.
type deskExercise func(t *testing.T, d *desk)

// reviewOperations are those of the review queue, which run on the default store.
func reviewOperations() map[string]deskExercise {
	ops := map[string]deskExercise{
		"request-review": func(t *testing.T, d *desk) {
			c := d.claim("x")
			system := d.as(ScopeIngest, ScopeRead)
			deadline := time.Now().Add(time.Hour)
			in := wire.LookRequest{Axes: []string{"severity"}, Deadline: deadline, Why: "see the hinge: it broke"}
			first := must[wire.Look](t)(system.RequestLook(t.Context(), c.ID, in))
			if first.State != "waiting" || !slices.Equal(first.Reasons, []string{"requested"}) || first.Deadline.Sub(deadline).Abs() > time.Microsecond {
				t.Errorf("%+v", first)
			}
			got := must[wire.ReviewItem](t)(d.front().Item(t.Context(), first.ID))
			if !slices.Equal(got.Notes, []string{"see the hinge: it broke"}) {
				t.Errorf("notes %q", got.Notes)
			}
			anna := d.person("anna")
			task := must[wire.ReviewTask](t)(anna.Next(t.Context()))
			if !slices.Equal(task.Notes, got.Notes) || task.Deadline.IsZero() {
				t.Errorf("%+v", task)
			}
		},
		"list-claim-reviews": func(t *testing.T, d *desk) {
			c, id := d.queued("x", nil)
			d.queued("other", nil)
			if got := must[wire.LookList](t)(d.as(ScopeIngest, ScopeRead).Looks(t.Context(), c.ID)); len(got.Looks) != 1 || got.Looks[0].ID != id || got.Looks[0].State != "waiting" {
				t.Errorf("%+v", got)
			}
			d.decided(d.person("anna"), "major")
			for _, l := range must[wire.LookList](t)(d.as(ScopeIngest, ScopeRead).Looks(t.Context(), c.ID)).Looks {
				if l.State == "settled" && l.Labels["severity"] != "major" {
					t.Errorf("%+v", l)
				}
			}
		},
		"get-claim-labels": func(t *testing.T, d *desk) {
			c, _ := d.queued("x", nil)
			d.decided(d.person("anna"), "critical")
			got := must[wire.ClaimLabels](t)(d.as(ScopeIngest, ScopeRead).Labels(t.Context(), c.ID))
			if l := got.Labels["severity"]; l.Label != "critical" || l.By != "" || l.At.IsZero() {
				t.Errorf("%+v", got)
			}
			if l := must[wire.ClaimLabels](t)(d.as(ScopeAdmin).Labels(t.Context(), c.ID)).Labels["severity"]; l.By != "anna" {
				t.Errorf("%+v", l)
			}
		},
		"next-review": func(t *testing.T, d *desk) {
			_, id := d.queued("x", nil)
			got := must[wire.ReviewTask](t)(d.person("anna").Next(t.Context()))
			if got.Item != id || got.Claim.Text != "x" || got.Claim.Prediction == nil || got.Version == "" || got.Disputed {
				t.Errorf("%+v", got)
			}
			_, err := d.person("ben").Next(t.Context())
			wantCode(t, err, review.CodeQueueEmpty)
			if after, ok := client.RetryAfter(err); !ok || after != queueEmptyWait {
				t.Errorf("retry after %v", after)
			}
		},
		"held-reviews": func(t *testing.T, d *desk) {
			_, id := d.queued("x", nil)
			anna := d.person("anna")
			must[wire.ReviewTask](t)(anna.Next(t.Context()))
			if got := must[wire.ReviewTaskList](t)(anna.Held(t.Context())); len(got.Tasks) != 1 || got.Tasks[0].Item != id {
				t.Errorf("%+v", got)
			}
		},
		"hold-review": func(t *testing.T, d *desk) {
			d.queued("x", nil)
			anna := d.person("anna")
			task := must[wire.ReviewTask](t)(anna.Next(t.Context()))
			d.ahead = 4 * time.Minute
			until := must[time.Time](t)(anna.Hold(t.Context(), task))
			if until.Sub(task.HeldUntil) < 3*time.Minute {
				t.Errorf("%v, then %v", task.HeldUntil, until)
			}
		},
		"release-review": func(t *testing.T, d *desk) {
			_, id := d.queued("x", nil)
			anna := d.person("anna")
			task := must[wire.ReviewTask](t)(anna.Next(t.Context()))
			if err := anna.Release(t.Context(), task); err != nil || d.item(id).Holder != "" {
				t.Errorf("%v %+v", err, d.item(id))
			}
			wantCode(t, anna.Release(t.Context(), task), review.CodeStale)
		},
		"skip-review": func(t *testing.T, d *desk) {
			_, id := d.queued("x", nil)
			anna := d.person("anna")
			task := must[wire.ReviewTask](t)(anna.Next(t.Context()))
			wantCode(t, anna.Skip(t.Context(), task, " ", 0), review.CodeWhyMissing)
			if err := anna.Skip(t.Context(), task, "blurred", time.Second); err != nil || d.item(id).Skips != 1 {
				t.Errorf("%v %+v", err, d.item(id))
			}
		},
		"decide-review": func(t *testing.T, d *desk) {
			_, id := d.queued("x", nil)
			anna := d.person("anna")
			task := must[wire.ReviewTask](t)(anna.Next(t.Context()))
			in := wire.DecisionRequest{Labels: map[string]string{"severity": "major"}, TookMS: 1234, Shown: true, Why: "a note"}
			got := must[wire.Decision](t)(anna.Decide(t.Context(), task, in))
			if again := must[wire.Decision](t)(anna.Decide(t.Context(), task, in)); again.ID != got.ID {
				t.Errorf("decided twice: %s, %s", got.ID, again.ID)
			}
			kept := must[store.ReviewDecision](t)(d.store.Decision(t.Context(), got.ID))
			if kept.Labels["severity"] != "major" || kept.Took != 1234*time.Millisecond || !kept.Shown || kept.Why != "a note" || d.item(id).State != store.ReviewSettled || got.Role != "" {
				t.Errorf("%+v", kept)
			}
		},
		"mark-known": func(t *testing.T, d *desk) {
			c, _ := d.queued("x", nil)
			anna, lead := d.person("anna"), d.as(ScopeReview).As(d.person("cleo", "adjudicator").Name)
			_, err := lead.MarkKnown(t.Context(), c.ID, "")
			wantCode(t, err, review.CodeUnsettled) // it waits
			d.decided(anna, "major")
			_, err = lead.MarkKnown(t.Context(), c.ID, "")
			wantCode(t, err, review.CodeUnsettled) // it may be taken back
			d.ahead = time.Hour
			_, err = d.as(ScopeReview).As(anna.Name).MarkKnown(t.Context(), c.ID, "")
			wantCode(t, err, review.CodeRole)
			_, err = lead.MarkKnown(t.Context(), c.ID, strings.Repeat("x", review.MaxWhy+1))
			wantCode(t, err, review.CodeWhyTooLong)
			_, err = lead.MarkKnown(t.Context(), "01940000-0000-7000-8000-00000000000f", "")
			wantCode(t, err, codeNotFound)
			got := must[wire.KnownClaim](t)(lead.MarkKnown(t.Context(), c.ID, "clear"))
			if again := must[wire.KnownClaim](t)(lead.MarkKnown(t.Context(), c.ID, "clear")); again.Item != got.Item || got.Claim != c.ID || got.Labels["severity"] != "major" {
				t.Errorf("%s, again %s", asText(got), asText(again))
			}
		},
		"drop-review": func(t *testing.T, d *desk) {
			_, id := d.queued("x", nil)
			wantCode(t, d.person("anna").Drop(t.Context(), id, "test"), review.CodeRole)
			if err := d.person("lead", store.AdminRole).Drop(t.Context(), id, "test"); err != nil || d.item(id).State != store.ReviewDropped {
				t.Errorf("%v %+v", err, d.item(id))
			}
		},
		"undo-decision": func(t *testing.T, d *desk) {
			_, id := d.queued("x", nil)
			anna := d.person("anna")
			got := d.decided(anna, "major")
			task := must[wire.ReviewTask](t)(anna.Undo(t.Context(), got.ID))
			if task.Item != id || d.item(id).State != store.ReviewOpen {
				t.Errorf("%+v", task)
			}
			must[wire.Decision](t)(anna.Decide(t.Context(), task, wire.DecisionRequest{Labels: map[string]string{"severity": "minor"}}))
		},
	}
	addLookingOperations(ops)
	addFiguresOperations(ops)
	addPeopleOperations(ops)
	addExchangeOperations(ops)
	addLeadOperations(ops)
	return ops
}

func addLookingOperations(ops map[string]deskExercise) {
	ops["list-reviews"] = func(t *testing.T, d *desk) {
		_, low := d.queued("low", func(n *store.NewReview) { n.Rank = 1 })
		_, high := d.queued("high", func(n *store.NewReview) { n.Rank, n.Lang = 2, "de" })
		front := d.front()
		got := must[wire.ReviewItemList](t)(front.Items(t.Context(), client.ReviewFilter{}))
		if len(got.Items) != 2 || got.Items[0].ID != high || got.Items[1].ID != low || got.Items[0].State != "open" || got.Truncated {
			t.Errorf("%s", asText(got))
		}
		if got := must[wire.ReviewItemList](t)(front.Items(t.Context(), client.ReviewFilter{Lang: "en"})); len(got.Items) != 1 || got.Items[0].ID != low {
			t.Errorf("%s", asText(got))
		}
		if got := must[wire.ReviewItemList](t)(front.Items(t.Context(), client.ReviewFilter{Limit: 1})); len(got.Items) != 1 || !got.Truncated {
			t.Errorf("%s", asText(got))
		}
		anna := d.person("anna")
		d.decided(anna, "major")
		if got := must[wire.ReviewItemList](t)(anna.Items(t.Context(), client.ReviewFilter{State: "done"})); len(got.Items) != 1 || got.Items[0].ID != high || got.Items[0].State != "done" {
			t.Errorf("%s", asText(got))
		}
		if got := must[wire.ReviewItemList](t)(anna.Items(t.Context(), client.ReviewFilter{})); len(got.Items) != 1 || got.Items[0].ID != low {
			t.Errorf("%s", asText(got))
		}
		if got := must[wire.ReviewItemList](t)(front.Items(t.Context(), client.ReviewFilter{State: "settled"})); len(got.Items) != 1 || got.Items[0].Detail.Final == "" {
			t.Errorf("%s", asText(got))
		}
	}
	ops["get-review"] = func(t *testing.T, d *desk) {
		c, id := d.queued("x", nil)
		must[wire.ReviewTask](t)(d.person("anna").Next(t.Context()))
		got := must[wire.ReviewItem](t)(d.front().Item(t.Context(), id))
		if got.Claim != c.ID || got.Detail == nil || got.Detail.Holder != "anna" || got.Detail.Suggested["severity"].Label != "minor" {
			t.Errorf("%s", asText(got))
		}
	}
	ops["get-review-history"] = func(t *testing.T, d *desk) {
		_, id := d.queued("x", nil)
		d.decided(d.person("anna"), "major")
		got := must[wire.ReviewHistory](t)(d.front().History(t.Context(), id))
		var what []string
		for _, e := range got.Events {
			what = append(what, e.Who+" "+e.What)
		}
		if !slices.Equal(what, []string{"system review.added", "anna review.handed", "anna review.decided"}) || len(got.Decisions) != 1 || got.Decisions[0].Role != "look" || got.Events[2].From["severity"] != "minor" || got.Events[2].To["severity"] != "major" {
			t.Errorf("%s", asText(got))
		}
	}
	ops["get-review-photo"] = func(t *testing.T, d *desk) {
		_, id := d.queued("x", nil)
		if got := must[[]byte](t)(d.as(ScopeOf("anna")).ItemPhoto(t.Context(), id, 0)); string(got) != string(picture(3)) {
			t.Errorf("%d bytes", len(got))
		}
		_, err := d.as(ScopeReview).ItemPhoto(t.Context(), id, 1)
		wantCode(t, err, codeNotFound)
	}
	ops["get-review-suggestion"] = func(t *testing.T, d *desk) {
		_, id := d.queued("x", nil)
		anna := d.person("anna")
		_, err := anna.Suggestion(t.Context(), id)
		wantCode(t, err, review.CodeNotYours)
		must[wire.ReviewTask](t)(anna.Next(t.Context()))
		if got := must[*claim.Prediction](t)(anna.Suggestion(t.Context(), id)); got == nil || got.Axes["severity"].Label != "minor" {
			t.Errorf("%+v", got)
		}
	}
}

func addFiguresOperations(ops map[string]deskExercise) {
	ops["review-counts"] = func(t *testing.T, d *desk) {
		d.queued("a", func(n *store.NewReview) { n.Reasons = append(n.Reasons, store.ReasonRandom) })
		d.queued("b", func(n *store.NewReview) { n.Looks = 2; n.Rank = 5 })
		d.queued("c", func(n *store.NewReview) { n.Rank = 4 })
		d.decided(d.person("anna"), "major")
		d.decided(d.person("ben"), "minor")
		d.decided(d.as(ScopeReview).As("ben"), "minor")
		got := must[wire.ReviewCounts](t)(d.front().Counts(t.Context()))
		if got.Open.N != 1 || got.Open.ByReason["abstained"] != 1 || got.Open.ByReason["random"] != 1 || got.Disputed.N != 1 || got.Open.Oldest.IsZero() {
			t.Errorf("%s", asText(got))
		}
		if f := got.Forecast; f.Decided != 3 || f.PerDay != 3.0/7 || f.Empty.Sub(d.now()).Round(time.Hour) != (2*7*24/3)*time.Hour {
			t.Errorf("%s", asText(f))
		}
	}
	ops["review-figures"] = func(t *testing.T, d *desk) {
		d.queued("x", nil)
		anna := d.person("anna")
		d.decided(anna, "major")
		got := must[wire.ReviewerFigures](t)(anna.Figures(t.Context(), time.Time{}, d.now().Add(time.Minute)))
		if got.Decisions != 1 || got.MedianTookMS != 1500 || len(got.Days) != 1 || got.Agreement == nil || got.Agreement.Known != nil {
			t.Errorf("%s", asText(got))
		}
	}
	ops["review-team"] = func(t *testing.T, d *desk) {
		anna, ben := d.person("anna"), d.person("ben")
		d.person("idle")
		for i := range 6 {
			d.queued("x", func(n *store.NewReview) { n.Looks = 2 })
			d.decided(anna, []string{"major", "minor"}[i%2])
			d.decided(ben, []string{"major", "minor", "minor"}[i%3])
		}
		got := must[wire.TeamFigures](t)(d.person("lead", store.AdminRole).Team(t.Context(), time.Time{}, d.now().Add(time.Minute)))
		if len(got.Reviewers) != 2 || got.Reviewers[0].Reviewer != "anna" || got.Reviewers[0].Agreement.Peers.Of != 6 || got.Reviewers[0].Agreement.Peers.Count != 3 {
			t.Errorf("%s", asText(got.Reviewers))
		}
		if len(got.Axes) != 1 || got.Axes[0].Doubled != 6 || got.Axes[0].Observed == nil || got.Axes[0].Observed.Value != 0.5 || got.Axes[0].Alpha == nil {
			t.Errorf("%s", asText(got.Axes))
		}
	}
	ops["review-accuracy"] = func(t *testing.T, d *desk) {
		anna := d.person("anna")
		for i := range 4 {
			d.queued("x", func(n *store.NewReview) { n.Reasons = []store.ReviewReason{store.ReasonRandom} })
			d.decided(anna, []string{"minor", "minor", "minor", "major"}[i])
		}
		got := must[wire.SliceAccuracy](t)(d.front().Accuracy(t.Context(), "severity", false, time.Time{}, d.now().Add(time.Minute)))
		if got.N != 4 || got.Hits != 3 || got.Value != 0.75 || got.Low >= 0.75 || got.High <= 0.75 {
			t.Errorf("%s", asText(got))
		}
		_, err := d.front().Accuracy(t.Context(), "smell", false, time.Time{}, time.Time{})
		wantCode(t, err, codeParameter)
	}
}

func addPeopleOperations(ops map[string]deskExercise) {
	ops["list-reviewers"] = func(t *testing.T, d *desk) {
		d.person("ben")
		d.person("anna", store.AdminRole)
		got := must[wire.ReviewerList](t)(d.as(ScopeAdmin).Reviewers(t.Context()))
		if len(got.Reviewers) != 2 || got.Reviewers[0].Name != "anna" || got.Reviewers[0].Roles[0] != "admin" || got.Reviewers[0].Password {
			t.Errorf("%s", asText(got))
		}
	}
	ops["add-reviewer"] = func(t *testing.T, d *desk) {
		admin := d.as(ScopeAdmin)
		in := wire.NewReviewer{Name: "anna", Langs: []string{"EN"}, Axes: []string{"severity"}, Password: "a sentence for tests", Subject: "https://idp.example#u1"}
		got := must[wire.Reviewer](t)(admin.AddReviewer(t.Context(), in))
		if got.Roles[0] != "reviewer" || got.Langs[0] != "en" || !got.Password || strings.Contains(asText(got), "argon2") {
			t.Errorf("%s", asText(got))
		}
		if _, who, err := d.accounts.SignIn(t.Context(), "anna", "a sentence for tests"); err != nil || who.ID != got.ID {
			t.Errorf("%v %+v", err, who)
		}
		for want, in := range map[claim.Code]wire.NewReviewer{
			codeTaken: in, review.CodePasswordShort: {Name: "b", Password: "short"}, review.CodeReviewer: {Name: "b", Roles: []string{"king"}}, codeBodyInvalid: {Name: "b", Axes: []string{"smell"}},
		} {
			_, err := admin.AddReviewer(t.Context(), in)
			wantCode(t, err, want)
		}
	}
	ops["change-reviewer"] = func(t *testing.T, d *desk) {
		admin := d.as(ScopeAdmin)
		anna := d.person("anna")
		id := must[wire.ReviewerList](t)(admin.Reviewers(t.Context())).Reviewers[0].ID
		got := must[wire.Reviewer](t)(admin.ChangeReviewer(t.Context(), id, wire.ReviewerChange{Roles: &[]string{"reviewer", "adjudicator"}, Langs: &[]string{"de"}}))
		if len(got.Roles) != 2 || got.Langs[0] != "de" {
			t.Errorf("%s", asText(got))
		}
		got = must[wire.Reviewer](t)(admin.ChangeReviewer(t.Context(), id, wire.ReviewerChange{Disabled: ptr(true)}))
		if got.DisabledAt.IsZero() || len(got.Roles) != 2 {
			t.Errorf("%s", asText(got))
		}
		_, err := anna.Next(t.Context())
		wantCode(t, err, codeReviewerDisabled)
		must[wire.Reviewer](t)(admin.ChangeReviewer(t.Context(), id, wire.ReviewerChange{Disabled: ptr(false)}))
		_, err = anna.Next(t.Context())
		wantCode(t, err, review.CodeQueueEmpty)
		_, err = admin.ChangeReviewer(t.Context(), id, wire.ReviewerChange{Roles: &[]string{}})
		wantCode(t, err, review.CodeReviewer)
		_, err = admin.ChangeReviewer(t.Context(), "nobody", wire.ReviewerChange{})
		wantCode(t, err, codeNotFound)
	}
}
