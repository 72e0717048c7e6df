package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestBasicKey(t *testing.T) {
	const key = "dfk_right"
	var asked []string
	guard := BasicKey(func(_ context.Context, secret string) (bool, error) {
		asked = append(asked, secret)
		if secret == "dfk_down" {
			return false, errors.New("secret detail")
		}
		return secret == key || secret == "", nil // a careless check lets the empty one in
	})
	s := newSite(t, world(t), func(c *Config) { c.Guard = guard })
	basic := func(user, pass string) *http.Request {
		r := request(t, "/")
		r.SetBasicAuth(user, pass)
		return r
	}
	with := func(header string) *http.Request {
		r := request(t, "/")
		r.Header.Set("Authorization", header)
		return r
	}
	var refused string
	for _, c := range []struct {
		name   string
		r      *http.Request
		status int
	}{
		{"right", basic("anyone", key), 200},
		{"right, no name", basic("", key), 200},
		{"none", request(t, "/"), 401},
		{"wrong", basic("anyone", "dfk_wrong"), 401},
		{"empty", basic("anyone", ""), 401},
		{"as the name", basic(key, ""), 401},
		{"too long", basic("x", strings.Repeat("x", maxSecret+1)), 401},
		{"bearer", with("Bearer " + key), 401},
		{"broken", with("Basic !!!"), 401},
		{"store down", basic("x", "dfk_down"), 503},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked = nil
			w := serve(s, c.r)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d", w.Code, c.status)
			}
			if len(asked) != 1 {
				t.Errorf("check was asked %d times, want once whatever is wrong", len(asked))
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Content-Security-Policy") == "" {
				t.Error("the answer lacks its headers")
			}
			if strings.Contains(w.Body.String(), "secret detail") {
				t.Error("the error is shown")
			}
			if c.status != 401 {
				return
			}
			if !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Basic ") {
				t.Error("the browser is not told to ask")
			}
			if refused == "" {
				refused = w.Body.String()
			}
			if w.Body.String() != refused {
				t.Errorf("refusals differ: %q and %q", w.Body, refused)
			}
		})
	}
}

// Nothing at all may be had without the guard's leave.
func TestGuardCoversEverything(t *testing.T) {
	f := world(t)
	s := newSite(t, f, func(c *Config) {
		c.Guard = func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
		}
	})
	photo := "/photos/" + f.claims[6].Claim.Photos[0]
	for _, path := range []string{"/", "/claims/" + full, "/claims/" + full + "/json", "/clusters", "/clusters/" + uuid(3, 0), photo, photo + "/small", photo + "/large", s.site.Asset("site.css"), "/nowhere"} {
		if w := s.do(t, http.MethodGet, path); w.Code != http.StatusUnauthorized {
			t.Errorf("%s is answered with %d", path, w.Code)
		}
	}
}

func TestLoopback(t *testing.T) {
	h := Loopback(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for host, want := range map[string]int{
		"localhost": 200, "LOCALHOST:8080": 200, "127.0.0.1:8080": 200, "127.9.9.9": 200, "[::1]:8080": 200, "[::1]": 200,
		"evil.example": 403, "evil.example:8080": 403, "localhost.evil.example": 403, "192.168.1.5:8080": 403, "": 403, "127.0.0.1.nip.example": 403,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Host = host
		if w := serve(h, r); w.Code != want {
			t.Errorf("Host %q is answered with %d, want %d", host, w.Code, want)
		}
	}
}
