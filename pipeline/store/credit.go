package store

import (
	"context"
	"time"
)

// CreditState is where a chargeback stands.
type CreditState string

// The states of a credit. Draft becomes Sent; Sent becomes Accepted or Rejected, which may be
// Sent again; Accepted becomes Recovered. All but Recovered may become Void, which frees its
// claims.
const (
	CreditDraft     CreditState = "draft"
	CreditSent      CreditState = "sent"
	CreditAccepted  CreditState = "accepted"
	CreditRejected  CreditState = "rejected"
	CreditRecovered CreditState = "recovered"
	CreditVoid      CreditState = "void"
)

// Credit is a line of money asked back from a supplier. Amounts are in minor units of its
// currency.
type Credit struct {
	// ID is a UUID of version 7, given by whoever adds it.
	ID string `json:"id"`
	// Version goes up by one with every change; the first is 1.
	Version int64       `json:"version"`
	State   CreditState `json:"state"`
	// Reference is the number that both sides write on it; unique.
	Reference string `json:"reference"`
	Supplier  string `json:"supplier"`
	Lot       string `json:"lot,omitempty"`
	CAPA      string `json:"capa,omitempty"`
	// Digest is the sha256 of the package that went with it, in hex; empty without one.
	Digest   string `json:"digest,omitempty"`
	Currency string `json:"currency"` // ISO 4217
	// Claimed is what was asked for, Accepted what the supplier agreed to, Recovered what came.
	Claimed   int64 `json:"claimed"`
	Accepted  int64 `json:"accepted"`
	Recovered int64 `json:"recovered"`
	// Claims and Units are how many the package lists.
	Claims    int       `json:"claims"`
	Units     int       `json:"units"`
	CreatedAt time.Time `json:"created_at"`
	ChangedAt time.Time `json:"changed_at"`
	Note      string    `json:"note,omitempty"`
}

// CreditFilter narrows credits; zero fields do not.
type CreditFilter struct {
	State    CreditState
	Supplier string
	CAPA     string
	// From is inclusive, Until exclusive; they compare CreatedAt.
	From, Until time.Time
	// Limit is the most that come, 1..MaxCAPAs; After the id to go on behind.
	Limit int
	After string
}

// Credits keeps chargebacks, and that no claim is charged twice.
type Credits interface {
	// AddCredit must store the credit at version 1 with the claims that it charges, events and
	// notices, in one transaction. ErrConflict when id or reference is taken, or one of the
	// claims is charged already; ErrNotFound when a claim is unknown.
	AddCredit(ctx context.Context, c Credit, claims []string, e []QualityEvent, n []Notice) error
	// Credit must return ErrNotFound for an unknown id.
	Credit(ctx context.Context, id string) (Credit, error)
	// Credits must order by id, oldest first, so that an export goes on where it ended.
	Credits(ctx context.Context, f CreditFilter) ([]Credit, error)
	// ChangeCredit must set state, digest, accepted, recovered, changed and note, raise the
	// version, and add events and notices, in one transaction and only if c.Version is current;
	// else ErrConflict, or ErrNotFound. A credit that becomes Void must free its claims.
	ChangeCredit(ctx context.Context, c Credit, e []QualityEvent, n []Notice) error
	// CreditOf gives the credit that each of the claims is charged with; those that are not
	// charged are absent.
	CreditOf(ctx context.Context, claims []string) (map[string]string, error)
}
