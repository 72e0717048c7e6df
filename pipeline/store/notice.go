package store

import (
	"context"
	"time"
)

// What happened in quality work: the What of its log and the Type of its notices.
const (
	CAPAOpened   = "capa.opened"
	CAPAFired    = "capa.fired" // a rule found more of an open cause
	CAPAEdited   = "capa.changed"
	CAPAStepDone = "capa.step"
	CAPAChecked  = "capa.checked"
	CAPAEnded    = "capa.closed"
	CAPALeft     = "capa.dropped"

	CreditDrafted = "credit.drafted"
	CreditChanged = "credit.changed"

	ReportWeekly  = "report.weekly"
	ReportMonthly = "report.monthly"
)

// Notice is something to tell other systems that is about no single claim. It goes to every
// webhook that has no owner, since it tells of all owners' claims.
type Notice struct {
	// ID is given by the store: a UUID of version 7.
	ID string
	// Key, if not empty, is used once: a second notice of the same key is not sent.
	Key string
	// Type is the event's, such as "capa.opened".
	Type string
	// Data is the event's, as JSON.
	Data      string
	CreatedAt time.Time // given by the store
}

// Notices keeps what is announced. Its deliveries are listed, counted and replayed as those of
// claims; their Notice says which one.
type Notices interface {
	// Announce must store the notice with a delivery and a job for each webhook without owner,
	// in one transaction. told is false, and nothing is stored, when the key was used before.
	Announce(ctx context.Context, n Notice) (told bool, err error)
	// Told says whether a notice of the key was announced.
	Told(ctx context.Context, key string) (bool, error)
	// Notice must return ErrNotFound for an unknown id.
	Notice(ctx context.Context, id string) (Notice, error)
}
