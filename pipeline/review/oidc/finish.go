package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/defekt/defekt/pipeline/store"
)

// SignedIn is what comes of a sign-in.
type SignedIn struct {
	// Token is that of a session, as [review.Accounts] gives it for a password.
	Token    string
	Reviewer store.Reviewer
	// Next is the path to go to; it leads to this server.
	Next string
}

// Words for the one who signs in.
const (
	sayAgain = "This sign-in was not begun in this browser, is too old or was used before. Please begin again."
	sayToken = "The answer of your organisation's sign-in cannot be trusted. Please begin again, and tell an admin if it stays so."
)

// Finish takes the browser back from the provider. The cookie of Start is gone after it,
// whatever comes of it. The errors have the codes of this package.
func (p *Provider) Finish(w http.ResponseWriter, r *http.Request) (SignedIn, error) {
	ctx := r.Context()
	p.cookie(w, "", -1)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	b, err := p.resumed(r)
	if err != nil {
		return SignedIn{}, p.failed(ctx, CodeState, sayAgain, err)
	}
	f, err := p.discover(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	q := r.URL.Query()
	if iss := q.Get("iss"); iss != p.cfg.Issuer && (iss != "" || f.issues) {
		return SignedIn{}, p.failed(ctx, CodeToken, sayToken, fmt.Errorf("the answer is from issuer %q", iss))
	}
	if refusal := q.Get("error"); refusal != "" {
		return SignedIn{}, p.failed(ctx, CodeRefused, "Your organisation's sign-in refused you.", fmt.Errorf("%q: %q", refusal, q.Get("error_description")))
	}
	token, err := p.token(ctx, f, q.Get("code"), b)
	if err != nil {
		return SignedIn{}, err
	}
	who, err := p.person(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	session, err := p.cfg.Accounts.Open(ctx, who)
	return SignedIn{Token: session, Reviewer: who, Next: b.Next}, err
}

// resumed gives what this browser began, once.
func (p *Provider) resumed(r *http.Request) (begun, error) {
	b, ok := p.readCookie(r)
	if !ok {
		return b, errors.New("there is no cookie")
	}
	if subtle.ConstantTimeCompare([]byte(r.URL.Query().Get("state")), []byte(b.State)) != 1 {
		return b, errors.New("the state is another one")
	}
	if !p.cfg.Now().Before(b.Until) || !p.used.first(b.State) {
		return b, errors.New("the state is over, or was used")
	}
	if !local(b.Next) {
		b.Next = p.cfg.Home
	}
	return b, nil
}

// token redeems the code and believes of the provider's answer only what is signed for us.
func (p *Provider) token(ctx context.Context, f *found, code string, b begun) (*gooidc.IDToken, error) {
	answer, err := f.oauth.Exchange(p.client(ctx), code, oauth2.VerifierOption(b.Verifier))
	if err != nil {
		var refused *oauth2.RetrieveError
		if errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < http.StatusInternalServerError {
			return nil, p.failed(ctx, CodeToken, sayToken, err)
		}
		return nil, p.failed(ctx, CodeProvider, "Your organisation's sign-in did not answer. Please begin again.", err)
	}
	raw, _ := answer.Extra("id_token").(string)
	token, err := f.verifier.Verify(p.client(ctx), raw)
	if err == nil {
		err = suits(token, p.cfg.ClientID, b.Nonce)
	}
	if err != nil {
		return nil, p.failed(ctx, CodeToken, sayToken, err)
	}
	return token, nil
}

// suits checks what go-oidc leaves to its callers.
func suits(t *gooidc.IDToken, client, nonce string) error {
	if subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(nonce)) != 1 {
		return errors.New("the nonce is another one")
	}
	var party struct {
		AZP string `json:"azp"`
	}
	if err := t.Claims(&party); err != nil {
		return err
	}
	if party.AZP != client && (party.AZP != "" || len(t.Audience) > 1) {
		return fmt.Errorf("the token was made for %q", party.AZP)
	}
	if t.Subject == "" || len(t.Subject) > 255 || strings.ContainsFunc(t.Subject, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return errors.New("the subject is none")
	}
	return nil
}
