package review

import (
	"context"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// ReviewerChange is what changes of a reviewer; nil fields stay.
type ReviewerChange struct {
	Roles                 *[]store.ReviewRole
	Langs, Products, Axes *[]string
	// Subject is who he is at an identity provider, see package oidc; empty disconnects him.
	Subject *string
	// Password, if not nil, replaces his; empty takes it away.
	Password *string
	// Disabled ends his access, or gives it back.
	Disabled *bool
}

// Change changes a reviewer and ends his sessions, so that what he may no longer do ends at
// once. Errors: those of Add, and [store.ErrNotFound].
func (a *Accounts) Change(ctx context.Context, id string, c ReviewerChange) (store.Reviewer, error) {
	var changed store.Reviewer
	err := a.change(ctx, id, func(r *store.Reviewer) (err error) {
		set(&r.Roles, c.Roles)
		set(&r.Langs, c.Langs)
		set(&r.Products, c.Products)
		set(&r.Axes, c.Axes)
		set(&r.Subject, c.Subject)
		if c.Disabled != nil {
			r.DisabledAt = a.disabledAt(*r, *c.Disabled)
		}
		if c.Password != nil {
			r.Password = ""
			if *c.Password != "" {
				if r.Password, err = a.hash(ctx, *c.Password); err != nil {
					return err
				}
			}
		}
		changed = *r
		return checkReviewer(*r)
	})
	return changed, err
}

// disabledAt keeps the time at which one was disabled first.
func (a *Accounts) disabledAt(r store.Reviewer, disabled bool) time.Time {
	switch {
	case !disabled:
		return time.Time{}
	case r.DisabledAt.IsZero():
		return a.now()
	}
	return r.DisabledAt
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// Roles are all roles that a reviewer may have.
func Roles() []store.ReviewRole {
	return []store.ReviewRole{store.ReviewerRole, store.AdjudicatorRole, store.AdminRole}
}

// KnownRole says whether there is such a role.
func KnownRole(r store.ReviewRole) bool { return slices.Contains(Roles(), r) }
