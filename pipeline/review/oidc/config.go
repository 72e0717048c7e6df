package oidc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/fetch/guard"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// Codes of sign-in with a provider. Their messages are for the one who signs in.
const (
	CodeProvider claim.Code = "oidc_provider"   // the provider cannot be reached, or answers nonsense
	CodeState    claim.Code = "oidc_state"      // not begun in this browser, too old, or used before
	CodeRefused  claim.Code = "oidc_refused"    // the provider says no
	CodeToken    claim.Code = "oidc_token"      // the provider's token is not valid for us
	CodeUnknown  claim.Code = "oidc_unknown"    // nobody of this subject, and none may be made
	CodeTaken    claim.Code = "oidc_name_taken" // an account of this name belongs to another
	CodeDisabled claim.Code = "oidc_disabled"   // the account is disabled
)

// Accounts opens sessions and keeps people; [review.Accounts] does.
type Accounts interface {
	Open(ctx context.Context, r store.Reviewer) (token string, err error)
	Add(ctx context.Context, r store.Reviewer, password string) (store.Reviewer, error)
	Change(ctx context.Context, id string, c review.ReviewerChange) (store.Reviewer, error)
}

// People finds who a subject is, see [store.Reviewers].
type People interface {
	ReviewerBySubject(ctx context.Context, subject string) (store.Reviewer, error)
}

// Config says which provider to ask and whom to let in.
type Config struct {
	// Issuer is the provider's address, as its tokens name it: https://login.example.com/realm.
	// Required.
	Issuer string
	// ClientID and ClientSecret are what the provider knows us by. The secret may be empty for
	// a public client.
	ClientID, ClientSecret string
	// RedirectURL is the whole address at which Finish is served, registered with the provider.
	// It must be https, or http on a loopback name.
	RedirectURL string
	// Scopes are asked for beside openid. Default: email, profile.
	Scopes []string

	Accounts Accounts // required
	People   People   // required

	// Domains, if any, gives an account to an unknown subject whose verified e-mail address is
	// of one of these domains, compared without regard to case.
	Domains []string
	// RoleClaim is the claim of the token that names groups or roles, such as "groups" or, a
	// path, "realm_access.roles"; RoleValues says what its values are here. An unknown subject
	// with at least one of them gets an account.
	RoleClaim  string
	RoleValues map[string]store.ReviewRole
	// RolesFollow takes the roles of everyone from RoleClaim at each sign-in, and refuses who
	// has none. Otherwise the provider's roles count when an account is made, and no more.
	RolesFollow bool
	// NewRoles are those of an account that is made for a domain. Default: reviewer.
	NewRoles []store.ReviewRole

	// Home is the path that a browser goes to when it asked for none. Default: /.
	Home string
	// HTTP asks the provider. Default: a client that waits 10 s.
	HTTP *http.Client
	// Now is the clock. Default: time.Now.
	Now func() time.Time
	// Logger hears of sign-ins that failed, and why. Default: none.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.Scopes == nil {
		c.Scopes = []string{"email", "profile"}
	}
	if len(c.NewRoles) == 0 {
		c.NewRoles = []store.ReviewRole{store.ReviewerRole}
	}
	if c.Home == "" {
		c.Home = "/"
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Validate reports every field that is missing or wrong.
func (c Config) Validate() error {
	var errs []error
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf("oidc: "+format, args...)) }
	for name, address := range map[string]string{"Issuer": c.Issuer, "RedirectURL": c.RedirectURL} {
		if err := checkAddress(address); err != nil {
			add("%s %q: %w", name, address, err)
		}
	}
	if c.ClientID == "" || c.Accounts == nil || c.People == nil {
		add("ClientID, Accounts or People is missing")
	}
	if c.Home != "" && !local(c.Home) {
		add("Home %q is no path of this server", c.Home)
	}
	if (c.RoleClaim == "") != (len(c.RoleValues) == 0) {
		add("RoleClaim and RoleValues need each other")
	}
	if c.RolesFollow && c.RoleClaim == "" {
		add("RolesFollow needs RoleClaim")
	}
	for value, role := range c.RoleValues {
		if !review.KnownRole(role) {
			add("RoleValues[%q]: there is no role %q", value, role)
		}
	}
	for _, role := range c.NewRoles {
		if !review.KnownRole(role) {
			add("NewRoles: there is no role %q", role)
		}
	}
	if slices.Contains(c.Domains, "") {
		add("Domains has an empty one")
	}
	return errors.Join(errs...)
}

// checkAddress lets https through, and http within this machine.
func checkAddress(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return errors.New("not a whole address")
	case u.User != nil || u.Fragment != "" || u.RawQuery != "":
		return errors.New("it has a user, query or fragment")
	case u.Scheme == "https", u.Scheme == "http" && guard.LoopbackName(u.Host):
		return nil
	}
	return errors.New("it must be https")
}
