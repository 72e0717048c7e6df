package desk

import (
	"net/http"
	"net/url"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/pipeline/web/site"
)

// signInView is the page on which people sign in.
type signInView struct {
	site.Frame
	// Action is the form's address, To where it leads on; Name is what was typed before.
	Action, To, Name string
	Problem          string
	Passwords        bool
	Providers        []providerLink
	// Nobody says that there is no reviewer yet.
	Nobody bool
}

type providerLink struct{ Name, Href string }

// signInHref is the address of the sign-in page that leads on to another one.
func (s *Server) signInHref(to string) string {
	return s.site.Href("/sign-in") + "?to=" + url.QueryEscape(to)
}

// target is where a request wants to go after signing in: a page of this site, never another.
func (s *Server) target(r *http.Request) string {
	return site.Local(r.FormValue("to"), s.site.Href("/"))
}

func (s *Server) signInPage(r *http.Request) (site.View, error) {
	if _, err := session.Who(r.Context()); err == nil {
		return site.View{Goto: s.target(r)}, nil
	}
	return s.signInView(r, "", 0)
}

func (s *Server) signInView(r *http.Request, problem string, status int) (site.View, error) {
	to := s.target(r)
	out := signInView{Frame: s.site.Frame(r, "review", "Sign in"), Action: s.site.Href("/sign-in"), To: to, Name: r.PostFormValue("name"), Problem: problem, Passwords: !s.cfg.NoPasswords}
	for _, p := range s.cfg.Providers {
		out.Providers = append(out.Providers, providerLink{p.Name, s.site.Href("/with/"+p.ID) + "?to=" + url.QueryEscape(to)})
	}
	all, err := s.cfg.Reviewers.Reviewers(r.Context())
	if err != nil {
		return site.View{}, err
	}
	out.Nobody = len(all) == 0
	return site.View{Name: "sign-in", Data: out, Status: status}, nil
}

func (s *Server) signIn(r *http.Request) (site.View, error) {
	if s.cfg.NoPasswords {
		return site.View{}, site.ErrNoPage
	}
	token, _, err := s.cfg.Accounts.SignIn(r.Context(), r.PostFormValue("name"), r.PostFormValue("password"))
	if hasCode(err, review.CodeSignIn) || hasCode(err, review.CodeSignInWait) {
		f, _ := explain(err)
		text := f.Text
		if hasCode(err, review.CodeSignIn) {
			text = "Name or password is wrong."
		}
		return s.signInView(r, text, f.Status)
	}
	if err != nil {
		return site.View{}, err
	}
	cookie, err := s.cfg.Sessions.Cookie(r, token)
	if err != nil {
		return site.View{}, err
	}
	return site.View{Goto: s.target(r), Cookies: []*http.Cookie{cookie}}, nil
}

// signOut gives back what is in hand, so that others need not wait for it, and ends the
// session.
func (s *Server) signOut(r *http.Request) (site.View, error) {
	if by, err := session.Who(r.Context()); err == nil {
		if _, err := s.release(r, by); err != nil {
			return site.View{}, err
		}
	}
	cookie, err := s.cfg.Sessions.Leave(r)
	if err != nil {
		return site.View{}, err
	}
	return site.View{Goto: s.site.Href("/sign-in"), Notice: site.Notice{Text: "You are signed out."}, Cookies: []*http.Cookie{cookie}}, nil
}

// release gives back everything that a reviewer has in hand, and says how much that was.
func (s *Server) release(r *http.Request, by store.Reviewer) (int, error) {
	held, err := s.cfg.Queue.Held(r.Context(), by)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, t := range held {
		err := s.cfg.Queue.Release(r.Context(), by, t.Item, t.Version)
		if hasCode(err, review.CodeStale) { // somebody got it meanwhile
			continue
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
