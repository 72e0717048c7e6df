package board

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/session"
)

// Admission says who is let in.
type Admission struct {
	// Keys is a guard for whoever has an admin's key, such as [web.BasicKey] or [web.Loopback].
	// Required.
	Keys func(http.Handler) http.Handler
	// KeyName names who comes by Keys, for the audit trail: "admin key". Optional.
	KeyName func(r *http.Request) string
	// Sessions knows signed-in reviewers. Optional: without it there are keys only.
	Sessions *session.Keeper
	// May says which reviewers are let in. Optional: nil is adjudicators and admins.
	May func(store.Reviewer) bool
	// SignIn is the address of the desk's sign-in page, "/review/sign-in". Optional: with it,
	// whoever opens a page with neither key nor session is led there and back instead of being
	// asked for a key.
	SignIn string
}

type actorKey struct{}

// Actor names who is let in, as [Admit] found it; "unknown" without it.
func Actor(ctx context.Context) string {
	name, _ := ctx.Value(actorKey{}).(string)
	return cmp.Or(name, "unknown")
}

// Admit makes the guard: a signed-in reviewer who may, else whoever has a key.
func Admit(a Admission) func(http.Handler) http.Handler {
	if a.May == nil {
		a.May = review.Adjudicates
	}
	return func(next http.Handler) http.Handler {
		as := func(r *http.Request, name string) *http.Request {
			return r.WithContext(context.WithValue(r.Context(), actorKey{}, name))
		}
		byKey := a.Keys(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			name := "admin key"
			if a.KeyName != nil {
				name = cmp.Or(a.KeyName(r), name)
			}
			next.ServeHTTP(w, as(r, name))
		}))
		if a.Sessions == nil {
			return byKey
		}
		return a.Sessions.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			who, err := session.Who(r.Context())
			_, _, key := r.BasicAuth()
			switch {
			case err == nil && a.May(who):
				next.ServeHTTP(w, as(r, who.Name))
			case err != nil && !session.SignedOut(err):
				w.Header().Set("Retry-After", "2")
				http.Error(w, "Who you are cannot be found out at the moment. Try again.", http.StatusServiceUnavailable)
			case a.SignIn != "" && err != nil && !key && r.Method == http.MethodGet:
				http.Redirect(w, r, a.SignIn+"?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			default:
				byKey.ServeHTTP(w, r)
			}
		}))
	}
}
