package store

import (
	"context"
	"time"
)

// Cause is what a corrective action is about: a group of units and, where one is known, the
// label that is reported too often in it.
type Cause struct {
	// Kind and Name are those of a group, such as lot and L-17.
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Label is "axis=label", [Unlabelled], or empty for all claims of the group.
	Label string `json:"label,omitempty"`
}

// CAPAState is where a corrective action stands.
type CAPAState string

// The states of a corrective action. Open becomes Closed or Dropped, once.
const (
	CAPAOpen    CAPAState = "open"
	CAPAClosed  CAPAState = "closed"
	CAPADropped CAPAState = "dropped" // no action was needed after all
)

// CAPA is corrective and preventive action about one cause, in the eight disciplines (8D).
type CAPA struct {
	// ID is a UUID of version 7, given by whoever adds it.
	ID string `json:"id"`
	// Version goes up by one with every change; the first is 1.
	Version int64     `json:"version"`
	State   CAPAState `json:"state"`
	Cause   Cause     `json:"cause"`
	Title   string    `json:"title"`
	// Owner answers for it, as free text: a name or an address.
	Owner string `json:"owner"`
	// Severity is a label of the taxonomy's axis of that name, or empty.
	Severity string `json:"severity,omitempty"`
	// Supplier and SKU are those that the cause leads to, empty where unknown.
	Supplier string `json:"supplier,omitempty"`
	SKU      string `json:"sku,omitempty"`
	// Firings are what opened it and what came to it since, oldest first, of each key one.
	Firings []Firing `json:"firings,omitempty"`
	// Steps are D1 to D8, in this order.
	Steps []CAPAStep `json:"steps"`
	// FixedAt is from when on units are made, or sold, with the fix; zero until D6 says so.
	FixedAt time.Time `json:"fixed_at,omitzero"`
	// Checks are the looks at whether the fix works, oldest first.
	Checks   []CAPACheck `json:"checks,omitempty"`
	OpenedAt time.Time   `json:"opened_at"`
	ClosedAt time.Time   `json:"closed_at,omitzero"` // zero while open
	// Why says why it was dropped.
	Why string `json:"why,omitempty"`
}

// Firing is a rule that found something.
type Firing struct {
	// Key tells one finding from another, so that the same one counts once: an alarm's id, or
	// the rule with its day.
	Key string `json:"key"`
	// Rule is the rule's name, "manual" for a person.
	Rule string    `json:"rule"`
	At   time.Time `json:"at"`
	// What says it in words: counts, limits and where to look.
	What string `json:"what"`
}

// CAPAStep is one of the eight disciplines.
type CAPAStep struct {
	Step string    `json:"step"` // "D1" to "D8"
	Due  time.Time `json:"due,omitzero"`
	// Text, Who and At are what was done, by whom and when; zero until it is done. Evidence
	// are addresses of documents, photos or claims.
	Text     string    `json:"text,omitempty"`
	Who      string    `json:"who,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Evidence []string  `json:"evidence,omitempty"`
}

// CAPACheck is one look at whether the fix works; package quality/capa says how it is tested.
type CAPACheck struct {
	At  time.Time `json:"at"`
	Who string    `json:"who"`
	// Scope is the group whose units are compared, Split how: "made" or "sold" (units by that
	// day) or "report" (all units, claims and exposure by their day).
	Scope Cause  `json:"scope"`
	Split string `json:"split"`
	// FixedAt is the action's, as it was at this look.
	FixedAt time.Time `json:"fixed_at"`
	// Before and after the fix: claims and exposure in unit-days, at the ages that both lived.
	ClaimsBefore   int     `json:"claims_before"`
	ClaimsAfter    int     `json:"claims_after"`
	UnitDaysBefore float64 `json:"unit_days_before"`
	UnitDaysAfter  float64 `json:"unit_days_after"`
	// Expected is the number of claims after the fix that the rate before it would bring.
	Expected float64 `json:"expected"`
	// Ratio is the rate after over the rate before at like ages, with its exact 95 % interval.
	Ratio float64 `json:"ratio"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// P is the one-sided p-value and Alpha what it had to be below at this look.
	P     float64 `json:"p"`
	Alpha float64 `json:"alpha"`
	// Verdict is "effective", "not shown" or "too early"; Reason says why in words.
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
}

// CAPAFilter narrows corrective actions; zero fields do not.
type CAPAFilter struct {
	ID       string
	State    CAPAState
	Cause    *Cause
	Owner    string
	Supplier string
	// From is inclusive, Until exclusive; they compare OpenedAt.
	From, Until time.Time
	// Limit is the most that come, 1..MaxCAPAs; After the id to go on behind.
	Limit int
	After string
}

// MaxCAPAs is the largest limit of a list of corrective actions or of credits.
const MaxCAPAs = 1000

// QualityEvent is one line of the log of quality work, which only grows.
type QualityEvent struct {
	At   time.Time `json:"at"`
	Who  string    `json:"who"`
	What string    `json:"what"` // one of the CAPA... and Credit... names in notice.go
	// On is the id of a corrective action or credit, set by the store.
	On string `json:"on"`
	// Detail says in words what changed.
	Detail string `json:"detail,omitempty"`
	// Version is the one that the change made, set by the store.
	Version int64 `json:"version"`
}

// CorrectiveActions keeps what is done about causes. All methods must be safe for concurrent
// use, also by several processes on one database.
type CorrectiveActions interface {
	// AddCAPA must store the action at version 1 with its events and notices in one
	// transaction; ErrConflict when the id is taken or an Open one has the same cause.
	AddCAPA(ctx context.Context, c CAPA, e []QualityEvent, n []Notice) error
	// CAPA must return ErrNotFound for an unknown id.
	CAPA(ctx context.Context, id string) (CAPA, error)
	// CAPAs must order by id, newest first.
	CAPAs(ctx context.Context, f CAPAFilter) ([]CAPA, error)
	// ChangeCAPA must replace all but ID, Cause and OpenedAt, raise the version, and add events
	// and notices, in one transaction and only if c.Version is current and the action Open;
	// else ErrConflict, or ErrNotFound.
	ChangeCAPA(ctx context.Context, c CAPA, e []QualityEvent, n []Notice) error
	// QualityLog lists the events on a corrective action or credit, oldest first.
	QualityLog(ctx context.Context, on string) ([]QualityEvent, error)
}

// Quality keeps quality work: corrective actions, credits and what was announced of them.
type Quality interface {
	CorrectiveActions
	Credits
	Notices
}
