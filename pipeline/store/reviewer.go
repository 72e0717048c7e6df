package store

import (
	"context"
	"time"
)

// ReviewRole is what a reviewer may do.
type ReviewRole string

// The roles of reviewers.
const (
	ReviewerRole    ReviewRole = "reviewer"
	AdjudicatorRole ReviewRole = "adjudicator" // also decides what two disagree on
	AdminRole       ReviewRole = "admin"       // also keeps reviewers and promotes models
)

// Reviewer is a person who corrects labels.
type Reviewer struct {
	// ID is given by whoever adds it and never changes.
	ID string
	// Name is what he signs in with; unique, compared by bytes.
	Name  string
	Roles []ReviewRole
	// Password is a hash that says how it was made (argon2id), empty when only an identity
	// provider may vouch for him. Subject is his name there, issuer and subject in one
	// string, unique, empty without.
	Password, Subject string
	// Langs, Products and Axes are what he takes; empty means all.
	Langs, Products, Axes []string
	CreatedAt             time.Time
	DisabledAt            time.Time // zero while he may sign in
}

// Session is a reviewer signed in, with the secret only as a hash.
type Session struct {
	// Hash is the sha256 of the token, in hex.
	Hash      string
	Reviewer  string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Reviewers keeps who reviews.
type Reviewers interface {
	// AddReviewer must return ErrConflict when id, name or subject is taken.
	AddReviewer(ctx context.Context, r Reviewer) error
	// SetReviewer must replace all but ID and CreatedAt; ErrNotFound, or ErrConflict.
	SetReviewer(ctx context.Context, r Reviewer) error
	// Reviewer, ReviewerByName and ReviewerBySubject must find disabled ones too; else
	// ErrNotFound. An empty subject finds nobody.
	Reviewer(ctx context.Context, id string) (Reviewer, error)
	ReviewerByName(ctx context.Context, name string) (Reviewer, error)
	ReviewerBySubject(ctx context.Context, subject string) (Reviewer, error)
	// Reviewers lists all, by name.
	Reviewers(ctx context.Context) ([]Reviewer, error)
	// AddSession must return ErrNotFound when there is no such reviewer, ErrConflict when the
	// hash is taken.
	AddSession(ctx context.Context, s Session) error
	// Session must find expired ones too; else ErrNotFound.
	Session(ctx context.Context, hash string) (Session, error)
	// EndSession takes one away; nothing happens when it is gone.
	EndSession(ctx context.Context, hash string) error
	// EndSessions takes away all of a reviewer, and of everyone those expired at the time.
	EndSessions(ctx context.Context, reviewer string, expired time.Time) error
}
