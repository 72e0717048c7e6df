package session

import (
	"net/http"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// Page is a page for whoever is signed in.
type Page func(r *http.Request, by store.Reviewer) (site.View, error)

// Pages says what becomes of those who ask for a page and are not let in.
type Pages struct {
	// SignIn gives the address of the sign-in page that leads back to another address.
	SignIn func(back string) string
	// Refused is the error for those whose role does not allow it.
	Refused error
}

// Signed makes a page that lets in who is signed in and, if may is not nil, allowed. Who asks for
// one without being signed in is led to the sign-in page and from there back; who sends a form is
// told.
func (p Pages) Signed(may func(store.Reviewer) bool, do Page) func(r *http.Request) (site.View, error) {
	return func(r *http.Request) (site.View, error) {
		by, err := Who(r.Context())
		if SignedOut(err) && r.Method == http.MethodGet {
			return site.View{Goto: p.SignIn(r.URL.RequestURI())}, nil
		}
		if err != nil {
			return site.View{}, err
		}
		if may != nil && !may(by) {
			return site.View{}, p.Refused
		}
		return do(r, by)
	}
}

// Account is whoever is signed in, for the header of pages; nil for strangers. desk is where the
// reviewers' pages are mounted.
func Account(r *http.Request, desk string) *site.Account {
	by, err := Who(r.Context())
	if err != nil {
		return nil
	}
	return &site.Account{Name: by.Name, Settings: desk + "/settings", SignOut: desk + "/sign-out"}
}
