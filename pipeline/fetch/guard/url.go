package guard

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxURL is the longest URL in bytes. Signed URLs of object stores have up to about 2,000.
const maxURL = 4096

// CheckURL reads a URL and gives a *Refused if it may not be used whatever its name resolves
// to: another scheme than http and https, credentials, a port that is not allowed, a literal
// address that may not be reached, or bad form. A URL that passes may still be refused when
// it is dialled.
func (g *Guard) CheckURL(raw string) (*url.URL, error) {
	if len(raw) > maxURL {
		return nil, &Refused{Reason: Malformed, Detail: fmt.Sprintf("the URL has %d bytes, at most %d are read", len(raw), maxURL)}
	}
	u, err := url.Parse(raw)
	if err != nil || strings.TrimSpace(raw) != raw {
		// The parser's message repeats the URL, with any password in it.
		return nil, &Refused{Reason: Malformed, Detail: "this is not a URL"}
	}
	return u, g.Check(u)
}

// Check is [Guard.CheckURL] for a URL that has been read already, such as a redirect's.
func (g *Guard) Check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return &Refused{Reason: Scheme, Detail: fmt.Sprintf("scheme %.20q", u.Scheme)}
	case u.User != nil:
		return &Refused{Reason: Userinfo, Detail: "the URL has a user name or password"}
	case u.Opaque != "" || u.Hostname() == "":
		return &Refused{Reason: Malformed, Detail: "the URL has no host"}
	}
	port := map[string]int{"http": 80, "https": 443}[u.Scheme]
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil {
			n = 0
		}
		port = n
	}
	if !g.port(port) {
		return &Refused{Reason: Port, Detail: fmt.Sprintf("port %.10q", u.Port())}
	}
	a, literal, err := literalHost(u.Hostname())
	if err != nil || !literal {
		return err
	}
	return g.address(a)
}

func (g *Guard) port(n int) bool {
	return n >= 1 && n <= 65535 && (len(g.cfg.Ports) == 0 || slices.Contains(g.cfg.Ports, n))
}
