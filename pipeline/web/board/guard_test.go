package board

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web"
	"github.com/defekt/defekt/pipeline/web/session"
)

// TestAdmit: adjudicators and admins come in by their session, others by an admin's key.
func TestAdmit(t *testing.T) {
	w := emptyWorld(t)
	accounts := review.NewAccounts(review.AccountsConfig{Reviewers: w.store, Hash: review.HashConfig{MemoryKiB: 64, Passes: 1}, Now: w.now})
	sessions := session.New(session.Config{Accounts: accounts})
	token := func(name string, role store.ReviewRole) string {
		r := must[store.Reviewer](t)(accounts.Add(t.Context(), store.Reviewer{Name: name, Roles: []store.ReviewRole{role}}, "correct horse battery"))
		return must[string](t)(accounts.Open(t.Context(), r))
	}
	cleo, ben := token("cleo", store.AdjudicatorRole), token("ben", store.ReviewerRole)
	keys := web.BasicKey(func(_ context.Context, secret string) (bool, error) { return secret == "right", nil })
	var actor string
	inner := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { actor = Actor(r.Context()) })
	for _, c := range []struct {
		name, cookie, key, signIn string
		status                    int
		actor                     string
	}{
		{"an adjudicator", cleo, "", "", 200, "cleo"},
		{"a reviewer", ben, "", "", 401, ""},
		{"a reviewer, with a sign-in page", ben, "", "/review/sign-in", 401, ""},
		{"a reviewer whose browser has a key", ben, "right", "", 200, "admin key"},
		{"an admin's key", "", "right", "", 200, "admin key"},
		{"an admin's key, with a sign-in page", "", "right", "/review/sign-in", 200, "admin key"},
		{"a wrong key", "", "wrong", "", 401, ""},
		{"nobody", "", "", "", 401, ""},
		{"nobody, with a sign-in page", "", "", "/review/sign-in", 303, ""},
		{"an old session", "x" + cleo, "", "", 401, ""},
	} {
		actor = ""
		r := httptest.NewRequest("GET", "/quality/?a=b", nil)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "defekt_session", Value: c.cookie})
		}
		if c.key != "" {
			r.SetBasicAuth("any", c.key)
		}
		rec := httptest.NewRecorder()
		Admit(Admission{Keys: keys, Sessions: sessions, SignIn: c.signIn})(inner).ServeHTTP(rec, r)
		if rec.Code != c.status || actor != c.actor {
			t.Errorf("%s: %d as %q", c.name, rec.Code, actor)
		}
		if c.status == 303 && rec.Header().Get("Location") != "/review/sign-in?to="+url.QueryEscape("/quality/?a=b") {
			t.Errorf("led to %s", rec.Header().Get("Location"))
		}
	}
}

// Other sites cannot send forms, and whoever is not let in sees nothing, whatever the page.
func TestNothingWithoutLeave(t *testing.T) {
	w := emptyWorld(t)
	w.serve(func(c *Config) {
		c.Guard = Admit(Admission{Keys: web.BasicKey(func(context.Context, string) (bool, error) { return false, errors.New("the store is down") })})
	})
	for _, path := range []string{"/", "/units/x", "/photos/x/small", "/capas"} {
		if p := w.get("/quality" + path); p.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s: %d", path, p.StatusCode)
		}
	}
	w.serve(nil)
	for _, path := range []string{"/patterns/x", "/capas", "/recalls", "/chargebacks", "/credits/x"} {
		r := must[*http.Request](t)(http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+"/quality"+path, strings.NewReader("")))
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if p := w.do(r); p.StatusCode != http.StatusForbidden {
			t.Errorf("%s from another site: %d", path, p.StatusCode)
		}
	}
}

func TestConfigSays(t *testing.T) {
	err := Config{PageSize: 501, Timeout: -1, AtOnce: -1}.Validate()
	for _, want := range []string{"Store is", "Watch is", "Units is", "Blobs", "Guard is", "PageSize", "times", "numbers"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if _, err := New(Config{}); err == nil {
		t.Error("nothing is enough")
	}
}
