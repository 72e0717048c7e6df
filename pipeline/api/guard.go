package api

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/defekt/defekt/pipeline/fetch/guard"
)

// guard refuses requests that no route should have to think about.
func (s *Server) guard(r *http.Request) error {
	switch {
	case len(r.RequestURI) > MaxURL:
		return fault(codeURLTooLong, "url", fmt.Sprintf("the address has %d bytes, at most %d are read", len(r.RequestURI), MaxURL))
	case headerSize(r.Header) > MaxHeader:
		return fault(codeHeaderTooLarge, "header", fmt.Sprintf("at most %d bytes of headers are read", MaxHeader))
	case s.cfg.Open && !guard.LoopbackName(r.Host):
		return fault(codeHost, "header.Host", "without API keys the server answers to loopback names only")
	case s.cfg.Open && proxied(r.Header):
		return fault(codeHost, "header", "without API keys the server answers this machine only, and not a proxy, which would carry it to the network under a loopback name")
	}
	if err := guardURL(r.URL); err != nil {
		return err
	}
	if err := s.origin.Check(r); err != nil {
		return fault(codeCrossOrigin, "header.Origin", "")
	}
	return nil
}

// guardURL lets only paths through that mean what they look like, and queries that parse.
func guardURL(u *url.URL) error {
	switch p := u.Path; {
	case !strings.HasPrefix(p, "/"), !utf8.ValidString(p), strings.ContainsFunc(p, control):
		return fault(codeRequest, "path", "the path has characters that are not allowed")
	case path.Clean(p) != strings.TrimSuffix(p, "/") && p != "/", strings.ContainsAny(p, `\`):
		return fault(codeNotFound, "path", "the path must not have empty, . or .. parts")
	case strings.Contains(strings.ToLower(u.EscapedPath()), "%2f"), strings.Contains(strings.ToLower(u.EscapedPath()), "%2e%2e"):
		return fault(codeNotFound, "path", "the path must not have encoded slashes or dots")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return fault(codeRequest, "query", "the query cannot be parsed")
	}
	for name, values := range query {
		if len(values) > 1 && name != "label" {
			return fault(codeParameter, "query", "a parameter is given twice")
		}
		for _, v := range append(values, name) {
			if !utf8.ValidString(v) || strings.ContainsFunc(v, control) {
				return fault(codeRequest, "query", "the query has bytes that are no UTF-8 text")
			}
		}
	}
	return nil
}

// control is true for characters that neither names nor ids have.
func control(r rune) bool { return r < ' ' || r == 0x7f }

func headerSize(h http.Header) int {
	n := 0
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v) + len(": \r\n")
		}
	}
	return n
}

// proxied says whether a proxy passed the request on.
func proxied(h http.Header) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}
