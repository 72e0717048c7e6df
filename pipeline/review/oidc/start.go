package oidc

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// cookieTime is how long somebody may take to sign in at the provider.
const cookieTime = 10 * time.Minute

// maxNext is the longest path that a browser is sent back to, in bytes.
const maxNext = 2000

// maxState is the longest state that is looked at, in bytes; ours are shorter.
const maxState = 64

// begun is what the browser keeps while it is away. Whoever has it is the browser that began;
// an attacker's page cannot set or read it.
type begun struct {
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"`
	Next     string    `json:"p"`
	Until    time.Time `json:"t"`
}

// Start sends the browser to the provider; next is the path of this server to go to after
// signing in, empty for Home. A next that leads elsewhere counts as Home. On an error nothing
// was answered yet. Error: CodeProvider.
func (p *Provider) Start(w http.ResponseWriter, r *http.Request, next string) error {
	f, err := p.discover(r.Context())
	if err != nil {
		return err
	}
	if !local(next) {
		next = p.cfg.Home
	}
	b := begun{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: next, Until: p.cfg.Now().Add(cookieTime)}
	p.setCookie(w, b)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, f.oauth.AuthCodeURL(b.State, gooidc.Nonce(b.Nonce), oauth2.S256ChallengeOption(b.Verifier)), http.StatusSeeOther)
	return nil
}

// local says whether a path leads to this server and nowhere else, however a browser reads it.
func local(next string) bool {
	if len(next) > maxNext || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) {
		return false
	}
	if strings.ContainsFunc(next, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return false
	}
	u, err := url.Parse(next)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && !strings.HasPrefix(path.Clean(u.Path), "//")
}

// cookieName has the prefix with which browsers let no other host and no plain http set it.
func (p *Provider) cookieName() string {
	if p.secure {
		return "__Host-defekt-oidc"
	}
	return "defekt-oidc"
}

func (p *Provider) setCookie(w http.ResponseWriter, b begun) {
	data, err := json.Marshal(b)
	if err != nil {
		panic(err) // strings and a time always marshal
	}
	p.cookie(w, base64.RawURLEncoding.EncodeToString(data), int(cookieTime/time.Second))
}

// cookie must be sent along when the provider sends the browser back, which SameSite=Strict
// would not.
func (p *Provider) cookie(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: p.cookieName(), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: p.secure, SameSite: http.SameSiteLaxMode})
}

// readCookie gives what this browser began; false when it began nothing.
func (p *Provider) readCookie(r *http.Request) (b begun, ok bool) {
	c, err := r.Cookie(p.cookieName())
	if err != nil {
		return b, false
	}
	data, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || json.Unmarshal(data, &b) != nil {
		return b, false
	}
	return b, b.State != "" && len(b.State) <= maxState && b.Nonce != "" && b.Verifier != ""
}
