// Package session knows which reviewer a request comes from: the cookie, its rules, and the
// middleware that reads it.
//
// Its place in the flow: between package review, which keeps sessions, and every server of
// pages that people sign in to. cmd makes one [Keeper] for all of them; whoever signs people
// in (the desk's form, an identity provider's callback) calls [Keeper.Cookie] or
// [Keeper.Enter].
//
// Trade-offs: the cookie is HttpOnly and SameSite=Lax, so that a link in a mail finds its
// reader signed in; Lax keeps it from forms of other sites, which package site also refuses.
// Over HTTPS it has the __Host- prefix and no other host can plant one. A session that was
// there before signing in ends, and the new one has another token (session fixation).
package session

import (
	"context"
	"errors"
	"net/http"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// cookieName is the cookie's without its prefix, maxToken the longest token that is looked
// at, in bytes.
const (
	cookieName = "defekt_session"
	maxToken   = 128
)

// Accounts is the part of [review.Accounts] that sessions need.
type Accounts interface {
	Who(ctx context.Context, token string) (store.Reviewer, error)
	Open(ctx context.Context, r store.Reviewer) (token string, err error)
	SignOut(ctx context.Context, token string) error
}

// Config says how sessions are kept.
type Config struct {
	// Accounts keeps them. Required.
	Accounts Accounts
	// Secure keeps the cookie to HTTPS also where this process sees none, since a proxy ends
	// it. Requests that come by TLS have it kept so in any case.
	Secure bool
}

// Keeper reads and writes the cookie. It is safe for concurrent use.
type Keeper struct{ cfg Config }

// New makes a keeper.
func New(cfg Config) *Keeper { return &Keeper{cfg} }

type whoKey struct{}

type found struct {
	who store.Reviewer
	err error
}

// Load looks up who a request comes from, once, for [Who].
func (k *Keeper) Load(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := k.who(r)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), whoKey{}, found{who, err})))
	})
}

func (k *Keeper) who(r *http.Request) (store.Reviewer, error) {
	token := k.token(r)
	if token == "" {
		return store.Reviewer{}, notSignedIn()
	}
	return k.cfg.Accounts.Who(r.Context(), token)
}

// Who gives the reviewer that [Keeper.Load] found. The error has the code
// [review.CodeSignIn] when nobody is signed in.
func Who(ctx context.Context) (store.Reviewer, error) {
	f, ok := ctx.Value(whoKey{}).(found)
	if !ok {
		return store.Reviewer{}, notSignedIn()
	}
	return f.who, f.err
}

// SignedOut says whether an error means that nobody is signed in.
func SignedOut(err error) bool {
	var p claim.Problem
	return errors.As(err, &p) && p.Code == review.CodeSignIn
}

func notSignedIn() error {
	return claim.Problem{Code: review.CodeSignIn, Message: "Please sign in."}
}

// token is that of the request's cookie, empty without one.
func (k *Keeper) token(r *http.Request) string {
	c, err := r.Cookie(k.name(r))
	if err != nil || len(c.Value) > maxToken {
		return ""
	}
	return c.Value
}

// Cookie makes the cookie of a new session, and ends the one that the request had.
func (k *Keeper) Cookie(r *http.Request, token string) (*http.Cookie, error) {
	if err := k.end(r); err != nil {
		return nil, err
	}
	return k.cookie(r, token, 0), nil
}

// Enter signs a reviewer in whom somebody vouches for, such as an identity provider.
func (k *Keeper) Enter(w http.ResponseWriter, r *http.Request, who store.Reviewer) error {
	token, err := k.cfg.Accounts.Open(r.Context(), who)
	if err != nil {
		return err
	}
	c, err := k.Cookie(r, token)
	if err != nil {
		return err
	}
	http.SetCookie(w, c)
	return nil
}

// Renew gives a reviewer a new session in place of the one that the request has.
func (k *Keeper) Renew(r *http.Request, who store.Reviewer) (*http.Cookie, error) {
	token, err := k.cfg.Accounts.Open(r.Context(), who)
	if err != nil {
		return nil, err
	}
	return k.Cookie(r, token)
}

// Leave ends the request's session and gives the cookie that takes it away.
func (k *Keeper) Leave(r *http.Request) (*http.Cookie, error) {
	return k.cookie(r, "", -1), k.end(r)
}

func (k *Keeper) end(r *http.Request) error {
	old := k.token(r)
	if old == "" {
		return nil
	}
	return k.cfg.Accounts.SignOut(r.Context(), old)
}

func (k *Keeper) secure(r *http.Request) bool { return k.cfg.Secure || r.TLS != nil }

func (k *Keeper) name(r *http.Request) string { return site.CookieName(cookieName, k.secure(r)) }

// cookie lasts as long as the browser runs, or the session in the store, whichever ends first.
func (k *Keeper) cookie(r *http.Request, value string, age int) *http.Cookie {
	return &http.Cookie{Name: k.name(r), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: k.secure(r), SameSite: http.SameSiteLaxMode}
}

// Only is the For of an entry of the navigation that leads to pages for some: it is not shown to
// those who are signed in and may not see them. Strangers see it; it leads them to the sign-in.
func Only(may func(store.Reviewer) bool) func(r *http.Request) bool {
	return func(r *http.Request) bool {
		who, err := Who(r.Context())
		return err != nil || may(who)
	}
}
