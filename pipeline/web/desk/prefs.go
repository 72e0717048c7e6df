package desk

import (
	"net/http"
	"strings"

	"github.com/defekt/defekt/pipeline/web/site"
)

// prefs are a reviewer's wishes for the pages in this browser. They are no secret and guard
// nothing, so that they live in a cookie.
type prefs struct {
	// Hide keeps the model's answer away until it is asked for. NoKeys switches keys off, for
	// people who speak to their computer (WCAG 2.1.4).
	Hide, NoKeys bool
}

const (
	prefsName = "defekt_desk"
	prefsAge  = 365 * 24 * 60 * 60 // seconds
)

func (s *Server) secure(r *http.Request) bool { return s.cfg.Secure || r.TLS != nil }

func (s *Server) prefs(r *http.Request) prefs {
	c, err := r.Cookie(site.CookieName(prefsName, s.secure(r)))
	if err != nil {
		return prefs{}
	}
	var p prefs
	for word := range strings.SplitSeq(c.Value, ".") {
		p.Hide, p.NoKeys = p.Hide || word == "hide", p.NoKeys || word == "nokeys"
	}
	return p
}

func (s *Server) prefsCookie(r *http.Request, p prefs) *http.Cookie {
	var words []string
	if p.Hide {
		words = append(words, "hide")
	}
	if p.NoKeys {
		words = append(words, "nokeys")
	}
	return &http.Cookie{Name: site.CookieName(prefsName, s.secure(r)), Value: strings.Join(words, "."), Path: "/", MaxAge: prefsAge,
		HttpOnly: true, Secure: s.secure(r), SameSite: http.SameSiteLaxMode}
}
