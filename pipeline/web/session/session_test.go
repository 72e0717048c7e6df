package session

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/store"
)

// accounts knows one token.
type accounts struct {
	ended []string
	err   error
}

func (a *accounts) Who(_ context.Context, token string) (store.Reviewer, error) {
	switch {
	case a.err != nil:
		return store.Reviewer{}, a.err
	case token == "good":
		return store.Reviewer{ID: "anna"}, nil
	}
	return store.Reviewer{}, notSignedIn()
}

func (*accounts) Open(context.Context, store.Reviewer) (string, error) { return "new", nil }

func (a *accounts) SignOut(_ context.Context, token string) error {
	a.ended = append(a.ended, token)
	return nil
}

func TestLoad(t *testing.T) {
	down := errors.New("store down")
	for _, c := range []struct {
		name, cookie string
		err          error
		who          string
		signedOut    bool
	}{
		{"signed in", "good", nil, "anna", false}, {"nobody", "", nil, "", true}, {"an old token", "old", nil, "", true},
		{"too long", strings.Repeat("x", maxToken+1), nil, "", true}, {"store down", "good", down, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := New(Config{Accounts: &accounts{err: c.err}})
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			if c.cookie != "" {
				r.AddCookie(&http.Cookie{Name: cookieName, Value: c.cookie})
			}
			k.Load(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				who, err := Who(r.Context())
				if who.ID != c.who || SignedOut(err) != c.signedOut || c.err != nil && !errors.Is(err, c.err) {
					t.Errorf("%+v, %v", who, err)
				}
			})).ServeHTTP(httptest.NewRecorder(), r)
		})
	}
	if _, err := Who(t.Context()); !SignedOut(err) {
		t.Errorf("without Load: %v", err)
	}
}

// Entering ends what was there before, so that nobody rides on a session that he planted.
func TestEnter(t *testing.T) {
	a := &accounts{}
	k := New(Config{Accounts: a, Secure: true})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: "__Host-" + cookieName, Value: "planted"})
	w := httptest.NewRecorder()
	if err := k.Enter(w, r, store.Reviewer{ID: "anna"}); err != nil {
		t.Fatal(err)
	}
	c := w.Result().Cookies()[0]
	if c.Value != "new" || c.Name != "__Host-defekt_session" || !c.Secure || !c.HttpOnly || len(a.ended) != 1 || a.ended[0] != "planted" {
		t.Errorf("%+v, ended %q", c, a.ended)
	}
	if c, err := k.Leave(r); err != nil || c.MaxAge >= 0 || len(a.ended) != 2 {
		t.Errorf("%+v, %v", c, err)
	}
}
