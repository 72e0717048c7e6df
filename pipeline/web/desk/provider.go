package desk

import (
	"errors"
	"net/http"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/web/site"
)

// withProvider sends the browser to an identity provider.
func (s *Server) withProvider(p Provider) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := p.With.Start(w, r, s.target(r)); err != nil {
			s.refused(w, r, err)
		}
	}
}

// fromProvider takes the browser back and signs in whom the provider vouches for.
func (s *Server) fromProvider(p Provider) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in, err := p.With.Finish(w, r)
		if err != nil {
			s.refused(w, r, err)
			return
		}
		cookie, err := s.cfg.Sessions.Cookie(r, in.Token)
		if err != nil {
			s.refused(w, r, err)
			return
		}
		s.site.Write(w, r, site.View{Goto: site.Local(in.Next, s.site.Href("/")), Cookies: []*http.Cookie{cookie}})
	}
}

// refused shows the sign-in page with what went wrong.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, err error) {
	var p claim.Problem
	if errors.As(err, &p) {
		v, viewErr := s.signInView(r, p.Message, http.StatusUnauthorized)
		if viewErr == nil {
			s.site.Write(w, r, v)
			return
		}
		err = viewErr
	}
	s.site.Write(w, r, s.site.Failure(w, r, err))
}
