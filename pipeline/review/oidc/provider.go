package oidc

import (
	"context"
	"log/slog"
	"strings"
	"sync"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/defekt/defekt/pipeline/claim"
)

// Provider signs in with one identity provider. It is safe for concurrent use.
type Provider struct {
	cfg    Config
	secure bool // the cookie may only travel by TLS
	used   *used

	mu    sync.Mutex
	found *found
}

// found is what the provider says of itself.
type found struct {
	oauth    oauth2.Config
	verifier *gooidc.IDTokenVerifier
	// issues says that the provider names itself in its answers (RFC 9207).
	issues bool
}

// New checks the configuration. It does not ask the provider, see [Provider.Check].
func New(cfg Config) (*Provider, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	return &Provider{cfg: cfg, secure: strings.HasPrefix(cfg.RedirectURL, "https://"), used: newUsed()}, nil
}

// Check asks the provider for its addresses. Error: CodeProvider.
func (p *Provider) Check(ctx context.Context) error {
	_, err := p.discover(ctx)
	return err
}

// discover asks the provider once; after a failure it asks again the next time.
func (p *Provider) discover(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	provider, err := gooidc.NewProvider(p.client(ctx), p.cfg.Issuer)
	if err != nil {
		return nil, p.failed(ctx, CodeProvider, "Signing in there does not work at the moment. Try again later.", err)
	}
	var more struct {
		Issues bool `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, p.failed(ctx, CodeProvider, "Signing in there does not work at the moment. Try again later.", err)
	}
	p.found = &found{
		oauth: oauth2.Config{
			ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, RedirectURL: p.cfg.RedirectURL,
			Endpoint: provider.Endpoint(), Scopes: append([]string{gooidc.ScopeOpenID}, p.cfg.Scopes...),
		},
		verifier: provider.Verifier(&gooidc.Config{ClientID: p.cfg.ClientID, Now: p.cfg.Now}),
		issues:   more.Issues,
	}
	return p.found, nil
}

func (p *Provider) client(ctx context.Context) context.Context {
	return gooidc.ClientContext(ctx, p.cfg.HTTP)
}

// failed logs why, and gives what the one who signs in may read.
func (p *Provider) failed(ctx context.Context, code claim.Code, message string, why error) error {
	p.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "sign-in failed", slog.String("code", string(code)), slog.Any("error", why))
	return claim.Problem{Code: code, Message: message}
}

// Subject is the name of somebody at an issuer, as [store.Reviewer] keeps it. An issuer has no
// fragment, so that no two of them can be mixed up.
func Subject(issuer, subject string) string { return issuer + "#" + subject }
