package review_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

const password = "correct horse battery"

// TestAccounts: add, sign in, know again, sign out, expire, disable.
func TestAccounts(t *testing.T) {
	onStores(t, func(t *testing.T, w world) {
		c := newClock()
		a := review.NewAccounts(review.AccountsConfig{Reviewers: w.store, Now: c.now, Hash: review.HashConfig{MemoryKiB: 64, Passes: 1}})
		anna := must(a.Add(t.Context(), store.Reviewer{Name: "anna", Roles: []store.ReviewRole{store.ReviewerRole}}, password))(t)
		_, err := a.Add(t.Context(), store.Reviewer{Name: "anna", Roles: anna.Roles}, password)
		if !errors.Is(err, store.ErrConflict) {
			t.Errorf("the name twice: %v", err)
		}
		signIn := func() string {
			t.Helper()
			token, who, err := a.SignIn(t.Context(), "anna", password)
			if err != nil || who.ID != anna.ID {
				t.Fatalf("sign in: %v", err)
			}
			return token
		}
		one, two := signIn(), signIn()
		if who := must(a.Who(t.Context(), one))(t); who.ID != anna.ID {
			t.Errorf("%+v", who)
		}
		must(0, a.SignOut(t.Context(), one))(t)
		_, err = a.Who(t.Context(), one)
		hasCode(t, err, review.CodeSignIn)
		must(a.Who(t.Context(), two))(t)
		c.pass(12 * time.Hour)
		_, err = a.Who(t.Context(), two)
		hasCode(t, err, review.CodeSignIn)
		must(0, a.Sweep(t.Context()))(t)

		three := signIn()
		must(0, a.SetPassword(t.Context(), anna.ID, password+"!"))(t)
		_, err = a.Who(t.Context(), three)
		hasCode(t, err, review.CodeSignIn)
		_, _, err = a.SignIn(t.Context(), "anna", password)
		hasCode(t, err, review.CodeSignIn)
		token, _, err := a.SignIn(t.Context(), "anna", password+"!")
		must(0, err)(t)
		must(0, a.Disable(t.Context(), anna.ID))(t)
		_, err = a.Who(t.Context(), token)
		hasCode(t, err, review.CodeSignIn)
		_, _, err = a.SignIn(t.Context(), "anna", password+"!")
		hasCode(t, err, review.CodeSignIn)
		_, _, err = a.SignIn(t.Context(), "nobody", password)
		hasCode(t, err, review.CodeSignIn)

		// Without a password only somebody who vouches opens a session.
		bert := must(a.Add(t.Context(), store.Reviewer{Name: "bert", Roles: anna.Roles, Subject: "s"}, ""))(t)
		_, _, err = a.SignIn(t.Context(), "bert", "")
		hasCode(t, err, review.CodeSignIn)
		must(a.Who(t.Context(), must(a.Open(t.Context(), bert))(t)))(t)
		for range 5 {
			_, _, _ = a.SignIn(t.Context(), "bert", "x")
		}
		_, _, err = a.SignIn(t.Context(), "bert", "x")
		hasCode(t, err, review.CodeSignInWait)
	})
}

func TestAccountsRefuse(t *testing.T) {
	a := review.NewAccounts(review.AccountsConfig{})
	role := []store.ReviewRole{store.ReviewerRole}
	for _, tc := range []struct {
		r        store.Reviewer
		password string
		want     string
	}{
		{store.Reviewer{Name: " ", Roles: role}, password, string(review.CodeReviewer)},
		{store.Reviewer{Name: "a"}, password, string(review.CodeReviewer)},
		{store.Reviewer{Name: "a", Roles: []store.ReviewRole{"boss"}}, password, string(review.CodeReviewer)},
		{store.Reviewer{Name: "a", Roles: role}, strings.Repeat("ä", review.MinPassword-1), string(review.CodePasswordShort)},
		{store.Reviewer{Name: "a", Roles: role}, strings.Repeat("x", review.MaxPassword+1), string(review.CodePasswordLong)},
	} {
		_, err := a.Add(t.Context(), tc.r, tc.password)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%+v: %v, want %s", tc.r, err, tc.want)
		}
	}
}
