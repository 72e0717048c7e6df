package review_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// offered adds an item and gives it.
func offered(t *testing.T, s store.Store, n store.NewReview) store.Review {
	t.Helper()
	n.Claim = remember(t, s, unsure("minor", 0.5)).ID
	ids := must(s.AddReviews(t.Context(), []store.NewReview{n}))(t)
	return must(s.Review(t.Context(), ids[0]))(t)
}

func elsewhere(r store.Review, label string) review.Answer {
	return review.Answer{Item: r.ID, Version: r.Version, Labels: severity(label), Shown: true}
}

func TestAnswersFromElsewhere(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		q := queue(w.store, c, nil)
		anna, ben := person(t, w.store, "anna", store.ReviewerRole), person(t, w.store, "ben", store.ReviewerRole)
		r := offered(t, w.store, look(1, 2))
		d := must(q.Answer(t.Context(), anna, elsewhere(r, "major")))(t)
		if again := must(q.Answer(t.Context(), anna, elsewhere(r, "major")))(t); again.ID != d.ID {
			t.Errorf("decided twice: %s, %s", d.ID, again.ID)
		}
		_, err := q.Answer(t.Context(), anna, elsewhere(r, "minor"))
		hasCode(t, err, review.CodeStale)
		_, err = q.Answer(t.Context(), ben, elsewhere(r, "major")) // as it was offered before anna had it
		hasCode(t, err, review.CodeStale)

		now := must(w.store.Review(t.Context(), r.ID))(t)
		bad := elsewhere(now, "major")
		bad.Labels = map[string]string{"symptom": "noise"}
		_, err = q.Answer(t.Context(), ben, bad)
		hasCode(t, err, review.CodeLabels)
		if r := must(w.store.Review(t.Context(), r.ID))(t); r.Version != now.Version || r.Holder != "" {
			t.Errorf("a refused answer moved the item: %+v", r)
		}
		must(q.Answer(t.Context(), ben, elsewhere(now, "major")))(t)
		if r := must(w.store.Review(t.Context(), r.ID))(t); r.State != store.ReviewSettled {
			t.Errorf("%+v", r)
		}
		if faults := must(review.Faults(t.Context(), w.store, r.ID))(t); len(faults) > 0 {
			t.Error(faults)
		}

		held := offered(t, w.store, look(1, 1))
		must(q.Next(t.Context(), ben))(t)
		_, err = q.Answer(t.Context(), anna, elsewhere(held, "major"))
		hasCode(t, err, review.CodeStale)
		_, err = q.Answer(t.Context(), anna, elsewhere(store.Review{ID: held.ID, Version: held.Version + 1}, "major"))
		hasCode(t, err, review.CodeStale) // the version is right, but ben has it

		skipped := offered(t, w.store, look(1, 1))
		hasCode(t, q.Pass(t.Context(), anna, skipped.ID, skipped.Version, ""), review.CodeWhyMissing)
		skipped = must(w.store.Review(t.Context(), skipped.ID))(t)
		if err := q.Pass(t.Context(), anna, skipped.ID, skipped.Version, "blurred"); err != nil {
			t.Error(err)
		}
		hasCode(t, q.Pass(t.Context(), anna, skipped.ID, skipped.Version, "blurred"), review.CodeStale)
		if faults := must(review.Faults(t.Context(), w.store, skipped.ID))(t); len(faults) > 0 {
			t.Error(faults)
		}
		_, err = q.Answer(t.Context(), anna, elsewhere(store.Review{ID: "nothing"}, "major"))
		if !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestOffersHaveTheirShares(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		q := queue(w.store, newClock(), func(c *review.Config) { c.KnownShare, c.SliceShare = 0.2, 0.2 })
		anna := person(t, w.store, "anna", store.ReviewerRole)
		var want []string
		for i := range 8 {
			want = append(want, offered(t, w.store, look(float64(8-i), 1)).ID)
			known := look(0, 1, store.ReasonKnown)
			known.Known = severity("minor")
			offered(t, w.store, known)
			offered(t, w.store, look(-5, 1, store.ReasonRandom))
		}
		count := map[store.ReviewState]int{}
		random := 0
		list := must(q.Offer(t.Context(), anna, 10))(t)
		for _, r := range list {
			count[r.State]++
			if slices.Contains(r.Reasons, store.ReasonRandom) {
				random++
			}
		}
		if len(list) != 10 || count[store.ReviewKnown] != 2 || random != 2 {
			t.Errorf("%d items, %v, %d random", len(list), count, random)
		}
		for _, id := range want[:6] {
			if !slices.ContainsFunc(list, func(r store.Review) bool { return r.ID == id }) {
				t.Errorf("%s is worth more than what was offered", id)
			}
		}
		again := must(q.Offer(t.Context(), anna, 10))(t)
		if !slices.EqualFunc(list, again, func(a, b store.Review) bool { return a.ID == b.ID }) {
			t.Error("the order is another one the second time")
		}
		if slices.IsSortedFunc(list, func(a, b store.Review) int { return a.CreatedAt.Compare(b.CreatedAt) }) {
			t.Error("the order is that of arrival, which tells the parts apart")
		}
	})
}

func TestSealedVersions(t *testing.T) {
	anna, ben := store.Reviewer{ID: "01"}, store.Reviewer{ID: "02"}
	seen := map[string]bool{}
	for v := range int64(100) {
		sealed := review.Seal(anna, "item", v)
		if seen[sealed] {
			t.Fatalf("%d is sealed as another", v)
		}
		seen[sealed] = true
		if got, err := review.Unseal(anna, "item", sealed); err != nil || got != v {
			t.Errorf("%d, %v", got, err)
		}
		if got, err := review.Unseal(ben, "item", sealed); err == nil && got >= 0 && got < 1000 {
			t.Errorf("ben reads %d", got)
		}
		if got, err := review.Unseal(anna, "other", sealed); err == nil && got >= 0 && got < 1000 {
			t.Errorf("of another item it is %d", got)
		}
	}
	for _, bad := range []string{"", "1", "AAAA", "!!!!!!!!!!!"} {
		_, err := review.Unseal(anna, "item", bad)
		hasCode(t, err, review.CodeStale)
	}
}

func TestKnownItemsLookLikeOthers(t *testing.T) {
	r := store.Review{State: store.ReviewKnown, NewReview: store.NewReview{Axes: []string{"severity"}, Reasons: []store.ReviewReason{store.ReasonKnown}}}
	abstained := unsure("minor", 0.5)
	sure := claim.Prediction{Axes: map[string]claim.AxisPrediction{"severity": {Label: "minor", Probability: 0.9}}}
	for want, p := range map[store.ReviewReason]*claim.Prediction{store.ReasonAbstained: &abstained, store.ReasonRequested: &sure} {
		if got := review.BlindReasons(r, p); len(got) != 1 || got[0] != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
	r.State, r.Reasons = store.ReviewOpen, []store.ReviewReason{store.ReasonGate}
	if got := review.BlindReasons(r, nil); got[0] != store.ReasonGate {
		t.Error(got)
	}
}

func TestForecastAndRepeatedRatings(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		q := queue(w.store, c, nil)
		anna := person(t, w.store, "anna", store.ReviewerRole)
		if f := must(review.Predict(t.Context(), w.store, c.at, 24*time.Hour))(t); f.Waiting != 0 || !f.Empty.IsZero() {
			t.Errorf("%+v", f)
		}
		first := offered(t, w.store, look(1, 1))
		must(q.Answer(t.Context(), anna, elsewhere(first, "major")))(t)
		again := look(1, 1, store.ReasonLabelError)
		again.Claim = first.Claim
		ids := must(w.store.AddReviews(t.Context(), []store.NewReview{again}))(t)
		c.pass(time.Minute)
		must(q.Answer(t.Context(), anna, elsewhere(must(w.store.Review(t.Context(), ids[0]))(t), "minor")))(t)
		known := look(1, 1, store.ReasonKnown)
		known.Known = severity("minor")
		must(q.Answer(t.Context(), anna, elsewhere(offered(t, w.store, known), "minor")))(t)
		for range 4 {
			offered(t, w.store, look(1, 1))
		}
		c.pass(time.Minute)
		f := must(review.Predict(t.Context(), w.store, c.at, 24*time.Hour))(t)
		if f.Waiting != 4 || f.Decided != 2 || f.PerDay != 2 || !f.Empty.Equal(c.at.Add(48*time.Hour)) {
			t.Errorf("%+v", f)
		}
		ratings := must(review.Ratings(t.Context(), w.store, time.Time{}, c.at))(t)
		if len(ratings) != 2 || ratings[0].Trial == ratings[1].Trial {
			t.Errorf("%+v", ratings)
		}
		if _, err := people.Agree(t.Context(), ratings, people.DefaultOptions()); err != nil {
			t.Error(err)
		}
	})
}

func TestNotesReachTheReviewer(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		q := queue(w.store, newClock(), nil)
		anna := person(t, w.store, "anna", store.ReviewerRole)
		n := look(1, 1, store.ReasonRequested)
		n.Why = "first: the hinge"
		r := offered(t, w.store, n)
		n.Claim, n.Why = r.Claim, "then the door"
		must(w.store.AddReviews(t.Context(), []store.NewReview{n, n}))(t)
		if task := must(q.Next(t.Context(), anna))(t); !slices.Equal(task.Notes, []string{"first: the hinge", "then the door"}) {
			t.Errorf("%q", task.Notes)
		}
	})
}

func TestReviewersAreChanged(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		a := review.NewAccounts(review.AccountsConfig{Reviewers: w.store, Hash: review.HashConfig{MemoryKiB: 64, Passes: 1}, Now: c.now})
		r := must(a.Add(t.Context(), store.Reviewer{Name: "anna", Roles: []store.ReviewRole{store.ReviewerRole}, Langs: []string{"en"}}, "a long enough password"))(t)
		token, _, err := a.SignIn(t.Context(), "anna", "a long enough password")
		if err != nil {
			t.Fatal(err)
		}
		got := must(a.Change(t.Context(), r.ID, review.ReviewerChange{Roles: &[]store.ReviewRole{store.AdminRole}}))(t)
		if got.Roles[0] != store.AdminRole || got.Langs[0] != "en" || got.Password != r.Password {
			t.Errorf("%+v", got)
		}
		_, err = a.Who(t.Context(), token)
		hasCode(t, err, review.CodeSignIn)
		yes, no, none, short := true, false, "", "short"
		first := must(a.Change(t.Context(), r.ID, review.ReviewerChange{Disabled: &yes}))(t)
		c.pass(time.Hour)
		if again := must(a.Change(t.Context(), r.ID, review.ReviewerChange{Disabled: &yes}))(t); !again.DisabledAt.Equal(first.DisabledAt) || first.DisabledAt.IsZero() {
			t.Errorf("%v, then %v", first.DisabledAt, again.DisabledAt)
		}
		if got := must(a.Change(t.Context(), r.ID, review.ReviewerChange{Disabled: &no, Password: &none}))(t); !got.DisabledAt.IsZero() || got.Password != "" {
			t.Errorf("%+v", got)
		}
		_, _, err = a.SignIn(t.Context(), "anna", "")
		hasCode(t, err, review.CodeSignIn)
		for want, change := range map[claim.Code]review.ReviewerChange{review.CodePasswordShort: {Password: &short}, review.CodeReviewer: {Roles: &[]store.ReviewRole{}}} {
			_, err := a.Change(t.Context(), r.ID, change)
			hasCode(t, err, want)
		}
	})
}
