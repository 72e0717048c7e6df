package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/review/oidc"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web"
	"github.com/defekt/defekt/pipeline/web/desk"
	"github.com/defekt/defekt/pipeline/web/session"
)

// reviewFlags are those of the review queue and of signing in.
type reviewFlags struct {
	HideSuggestion bool     `env:"DEFEKT_HIDE_SUGGESTION" help:"Keep the model's answer from reviewers until they ask for it, so that it does not anchor theirs."`
	KnownShare     float64  `name:"known-share" default:"0.03" env:"DEFEKT_KNOWN_SHARE" placeholder:"SHARE" help:"Share of what reviewers get, 0 to 1, that are claims marked as known, which measure them."`
	PublicURL      string   `name:"public-url" env:"DEFEKT_PUBLIC_URL" placeholder:"URL" help:"Address by which browsers reach this server, such as https://defekt.example.com; needed for --oidc-issuer, and for cookies behind a proxy that speaks HTTPS."`
	OIDCIssuer     string   `name:"oidc-issuer" env:"DEFEKT_OIDC_ISSUER" placeholder:"URL" help:"OpenID Connect provider that reviewers may sign in with. Register PUBLIC-URL/review/with/sso/back there."`
	OIDCClient     string   `name:"oidc-client" env:"DEFEKT_OIDC_CLIENT" placeholder:"ID" help:"What the provider knows this server by; its secret comes from DEFEKT_OIDC_SECRET."`
	OIDCName       string   `name:"oidc-name" default:"your company account" env:"DEFEKT_OIDC_NAME" help:"What the button says after 'Sign in with'."`
	OIDCDomains    []string `name:"oidc-domain" env:"DEFEKT_OIDC_DOMAINS" placeholder:"DOMAIN" help:"Make reviewers of whoever has a verified address there. Without, accounts are linked with 'defekt reviewers link'."`
	OIDCOnly       bool     `name:"oidc-only" env:"DEFEKT_OIDC_ONLY" help:"No passwords: the provider alone signs people in."`
}

// providerID is the provider's part of its addresses.
const providerID = "sso"

// check finds faults before anything is opened.
func (f reviewFlags) check() error {
	switch {
	case !(f.KnownShare >= 0 && f.KnownShare <= 1):
		return fmt.Errorf("--known-share is 0 to 1, not %g", f.KnownShare)
	case f.OIDCIssuer == "" && f.OIDCOnly:
		return fmt.Errorf("--oidc-only needs --oidc-issuer")
	case f.OIDCIssuer != "" && (f.OIDCClient == "" || f.PublicURL == ""):
		return fmt.Errorf("--oidc-issuer needs --oidc-client and --public-url")
	}
	return nil
}

// reviewing is what review pages and API share.
type reviewing struct {
	queue    *review.Queue
	accounts *review.Accounts
	sessions *session.Keeper
	versions *revision.Current
	insight  *insight.Reader
}

// reviewing puts it together. Reviewers work with the taxonomy that was published last, by
// whichever process.
func (f reviewFlags) reviewing(ctx context.Context, s *service, log *slog.Logger) (*reviewing, error) {
	versions, err := revision.NewCurrent(ctx, revision.CurrentConfig{Taxonomies: s.db.store, Model: s.taxonomy})
	if err != nil {
		return nil, err
	}
	r := &reviewing{versions: versions, accounts: s.accounts}
	r.queue = review.New(review.Config{Reviews: s.db.store, Claims: s.db.store, Versions: versions, Planner: s.planner, KnownShare: cmp.Or(f.KnownShare, -1), HideSuggestion: f.HideSuggestion, Logger: log})
	r.insight, err = insight.New(insight.Config{
		Reviews: s.db.store, Reviewers: s.db.store, Claims: s.db.store, Versions: versions, Cost: s.planner.Cost,
		Clusters: s.db.store, Space: func() string { return s.models.live.Spaces()[0] },
	})
	if err != nil {
		return nil, err
	}
	r.sessions = session.New(session.Config{Accounts: r.accounts, Secure: f.secure()})
	return r, nil
}

// secure says that browsers come by HTTPS, also where a proxy ends it.
func (f reviewFlags) secure() bool { return strings.HasPrefix(f.PublicURL, "https://") }

// providers opens the identity provider, if there is one. One that does not answer now is only
// warned of: it may be back when somebody signs in.
func (f reviewFlags) providers(ctx context.Context, s *service, getenv func(string) string, log *slog.Logger) ([]desk.Provider, error) {
	if f.OIDCIssuer == "" {
		return nil, nil
	}
	p, err := oidc.New(oidc.Config{
		Issuer: f.OIDCIssuer, ClientID: f.OIDCClient, ClientSecret: getenv("DEFEKT_OIDC_SECRET"),
		RedirectURL: strings.TrimSuffix(f.PublicURL, "/") + "/review/with/" + providerID + "/back",
		Domains:     f.OIDCDomains, Accounts: s.accounts, People: s.db.store, Home: "/review/", Logger: log,
	})
	if err != nil {
		return nil, usageError(err)
	}
	if err := p.Check(ctx); err != nil {
		log.WarnContext(ctx, "the identity provider does not answer", slog.Any("error", err))
	}
	return []desk.Provider{{ID: providerID, Name: f.OIDCName, With: p}}, nil
}

// insiders lets reviewers in who answer for others (adjudicators, admins), beside whoever guard
// lets in.
func (r *reviewing) insiders(guard func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		guarded := guard(next)
		return r.sessions.Load(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if who, err := session.Who(req.Context()); err == nil && answersForOthers(who) {
				next.ServeHTTP(w, req)
				return
			}
			guarded.ServeHTTP(w, req)
		}))
	}
}

func answersForOthers(who store.Reviewer) bool {
	return slices.Contains(who.Roles, store.AdjudicatorRole) || slices.Contains(who.Roles, store.AdminRole)
}

// guard lets the holders of an admin's key in, since pages show every owner's claims, or
// everybody on this machine where there is no key.
func (s *service) guard(open bool, log *slog.Logger) func(http.Handler) http.Handler {
	if open {
		return web.Loopback
	}
	return web.BasicKey(func(ctx context.Context, secret string) (bool, error) { return s.isAdmin(ctx, secret, log) })
}
