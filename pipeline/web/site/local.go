package site

import (
	"net/url"
	"strings"
)

// Local gives an address back if it is a path of this site, and fallback otherwise, so that
// nobody is sent away by a link that was made up ("open redirect").
func Local(address, fallback string) string {
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") || strings.ContainsAny(address, "\\\t\r\n") {
		return fallback
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return fallback
	}
	return address
}
