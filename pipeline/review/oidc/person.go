package oidc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	gooidc "github.com/coreos/go-oidc/v3/oidc"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// maxName is the longest name of an account that is made, in bytes.
const maxName = 200

// person finds who signed in, or makes an account where the configuration lets it.
func (p *Provider) person(ctx context.Context, t *gooidc.IDToken) (store.Reviewer, error) {
	facts := map[string]any{}
	if err := t.Claims(&facts); err != nil {
		return store.Reviewer{}, p.failed(ctx, CodeToken, sayToken, err)
	}
	subject, roles := Subject(p.cfg.Issuer, t.Subject), p.roles(facts)
	who, err := p.cfg.People.ReviewerBySubject(ctx, subject)
	if errors.Is(err, store.ErrNotFound) {
		return p.newcomer(ctx, subject, roles, facts)
	}
	if err != nil {
		return store.Reviewer{}, err
	}
	if !who.DisabledAt.IsZero() {
		return store.Reviewer{}, p.failed(ctx, CodeDisabled, "Your account is disabled. Ask an admin.", fmt.Errorf("reviewer %s", who.ID))
	}
	return p.follow(ctx, who, roles)
}

// follow brings the roles of an account to those of the provider, if it is to.
func (p *Provider) follow(ctx context.Context, who store.Reviewer, roles []store.ReviewRole) (store.Reviewer, error) {
	if !p.cfg.RolesFollow {
		return who, nil
	}
	if len(roles) == 0 {
		return store.Reviewer{}, p.failed(ctx, CodeUnknown, "Your organisation gives you no role here. Ask an admin.", fmt.Errorf("reviewer %s has no role", who.ID))
	}
	if slices.Equal(slices.Sorted(slices.Values(who.Roles)), roles) {
		return who, nil
	}
	p.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "roles follow the provider", slog.String("reviewer", who.ID), slog.Any("from", who.Roles), slog.Any("to", roles))
	return p.cfg.Accounts.Change(ctx, who.ID, review.ReviewerChange{Roles: &roles})
}

// newcomer makes an account for a subject that has none.
func (p *Provider) newcomer(ctx context.Context, subject string, roles []store.ReviewRole, facts map[string]any) (store.Reviewer, error) {
	mail := verifiedMail(facts)
	if len(roles) == 0 && p.ours(mail) && !p.cfg.RolesFollow {
		roles = p.cfg.NewRoles
	}
	name := cmp.Or(mail, text(facts, "preferred_username"), text(facts, "name"))
	if len(roles) == 0 || name == "" || len(name) > maxName {
		return store.Reviewer{}, p.failed(ctx, CodeUnknown,
			"You are signed in, but nobody here is known by "+subject+". An admin can connect you: defekt reviewers link NAME.", fmt.Errorf("unknown subject %q", subject))
	}
	who, err := p.cfg.Accounts.Add(ctx, store.Reviewer{Name: name, Roles: roles, Subject: subject}, "")
	if !errors.Is(err, store.ErrConflict) {
		if err == nil {
			p.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "account made", slog.String("reviewer", who.ID), slog.Any("roles", roles))
		}
		return who, err
	}
	// Another request of his may have made it; else the name is somebody's, who may be another
	// person, so that it is not given away.
	who, err = p.cfg.People.ReviewerBySubject(ctx, subject)
	if errors.Is(err, store.ErrNotFound) {
		return store.Reviewer{}, p.failed(ctx, CodeTaken, "An account named "+name+" is there already. If it is yours, an admin can connect it with "+subject+
			": defekt reviewers link NAME.", fmt.Errorf("the name %q is taken", name))
	}
	return who, err
}

// ours says whether an address is of one of the domains that get accounts.
func (p *Provider) ours(mail string) bool {
	_, domain, ok := strings.Cut(mail, "@")
	return ok && slices.ContainsFunc(p.cfg.Domains, func(d string) bool { return strings.EqualFold(d, domain) })
}

// verifiedMail is the e-mail address that the provider has checked, empty otherwise. One with
// two @ is none: its domain is a matter of opinion.
func verifiedMail(facts map[string]any) string {
	mail := text(facts, "email")
	verified := facts["email_verified"] == true || facts["email_verified"] == "true" // some send a string
	if !verified || strings.Count(mail, "@") != 1 {
		return ""
	}
	return mail
}

// text is a claim that is a string without control characters.
func text(facts map[string]any, name string) string {
	s, _ := facts[name].(string)
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return strings.TrimSpace(s)
}

// roles are those that the token's role claim stands for, in order.
func (p *Provider) roles(facts map[string]any) []store.ReviewRole {
	if p.cfg.RoleClaim == "" {
		return nil
	}
	var out []store.ReviewRole
	switch v := lookUp(facts, p.cfg.RoleClaim).(type) {
	case string:
		out = p.role(out, v)
	case []any:
		for _, one := range v {
			if s, ok := one.(string); ok {
				out = p.role(out, s)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (p *Provider) role(roles []store.ReviewRole, value string) []store.ReviewRole {
	if role, ok := p.cfg.RoleValues[value]; ok {
		return append(roles, role)
	}
	return roles
}

// lookUp finds a claim by its name, or else by its path with dots.
func lookUp(facts map[string]any, name string) any {
	if v, ok := facts[name]; ok {
		return v
	}
	first, rest, ok := strings.Cut(name, ".")
	inner, isMap := facts[first].(map[string]any)
	if !ok || !isMap {
		return nil
	}
	return lookUp(inner, rest)
}
