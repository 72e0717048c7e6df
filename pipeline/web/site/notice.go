package site

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/defekt/defekt/pipeline/look"
)

// Notice is a sentence that the next page shows once.
type Notice struct {
	Text string
	// Bad marks what went wrong.
	Bad bool
}

// maxNotice is the longest notice that is read, in bytes; noticeAge is how long one waits for
// its page, in seconds.
const (
	maxNotice = 500
	noticeAge = 60
)

type noticeKey struct{}

// noticeName is the cookie's. The prefix, which browsers enforce, keeps other hosts of the
// domain from setting it; without HTTPS there is no such help, but a notice is only text.
func (s *Site) noticeName(r *http.Request) string {
	return CookieName("defekt_notice", s.secureCookies(r))
}

// CookieName gives a cookie the prefix that ties it to this host, where browsers know it.
func CookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

func (s *Site) noticeCookie(r *http.Request, n Notice) *http.Cookie {
	kind := "+"
	if n.Bad {
		kind = "!"
	}
	value := base64.RawURLEncoding.EncodeToString([]byte(kind + n.Text))
	return &http.Cookie{Name: s.noticeName(r), Value: value, Path: "/", MaxAge: noticeAge, HttpOnly: true, Secure: s.secureCookies(r), SameSite: http.SameSiteLaxMode}
}

func (s *Site) noNotice(r *http.Request) *http.Cookie {
	return &http.Cookie{Name: s.noticeName(r), Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.secureCookies(r), SameSite: http.SameSiteLaxMode}
}

// withNotice puts the notice of a request into its context.
func (s *Site) withNotice(r *http.Request) *http.Request {
	c, err := r.Cookie(s.noticeName(r))
	if err != nil {
		return r
	}
	var n Notice
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err == nil && len(raw) > 1 && len(raw) <= maxNotice && strings.ContainsRune("+!", rune(raw[0])) {
		n = Notice{Text: look.Clean(string(raw[1:])), Bad: raw[0] == '!'}
	}
	return r.WithContext(context.WithValue(r.Context(), noticeKey{}, n))
}
