package capa

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// Desk moves actions on. It is safe for concurrent use, also by several processes on one store.
type Desk struct {
	store store.CorrectiveActions
	now   func() time.Time
}

// NewDesk makes a desk; now is the clock, time.Now when nil.
func NewDesk(actions store.CorrectiveActions, now func() time.Time) *Desk {
	if now == nil {
		now = time.Now
	}
	return &Desk{actions, now}
}

// Opening is what a new action starts with.
type Opening struct {
	Cause store.Cause
	Title string // made of the cause when empty
	Owner string
	// Severity, Supplier and SKU may be empty.
	Severity, Supplier, SKU string
	// Due are the days after the opening that steps are due, where not the default.
	Due map[string]Days
	// Firing is why; Rule is "manual" when empty, Key the rule's name.
	Firing store.Firing
	// Who opens it: a person, or a rule.
	Who string
}

// attempts bounds how often a change is tried again after somebody else was faster.
const attempts = 8

// Open opens an action, or attaches the firing to the open one of the same cause: there is one
// action for each cause, however many rules fire and however many processes look. created says
// which; a firing whose key is there already changes nothing.
func (d *Desk) Open(ctx context.Context, o Opening) (c store.CAPA, created bool, err error) {
	if o, err = o.ready(d.at()); err != nil {
		return store.CAPA{}, false, err
	}
	for range attempts {
		c, err = d.openOf(ctx, o.Cause)
		switch {
		case errors.Is(err, store.ErrNotFound):
			created = true
			c, err = d.add(ctx, o)
		case err == nil:
			created = false
			c, err = d.attach(ctx, c, o)
		}
		if !errors.Is(err, store.ErrConflict) {
			return c, created && err == nil, err
		}
	}
	return store.CAPA{}, false, fmt.Errorf("open an action: %w", store.ErrBusy)
}

func (o Opening) ready(at time.Time) (Opening, error) {
	switch {
	case o.Cause.Kind == "" || o.Cause.Name == "":
		return o, claim.Problem{Code: CodeCause, Where: "cause", Message: "an action is about a group of units; give its kind and name"}
	case len(o.Cause.Kind) > MaxName || len(o.Cause.Name) > MaxName || len(o.Cause.Label) > MaxName || len(o.Owner) > MaxName:
		return o, claim.Problem{Code: CodeCause, Where: "cause", Message: fmt.Sprintf("names, labels and owners have at most %d bytes", MaxName)}
	case len(o.Title) > MaxText || len(o.Firing.What) > MaxText:
		return o, tooLong("title")
	}
	if o.Title == "" {
		o.Title = Describe(o.Cause)
	}
	if o.Firing.Rule == "" {
		o.Firing.Rule = "manual"
	}
	if o.Firing.Key == "" {
		o.Firing.Key = o.Firing.Rule
	}
	if o.Who == "" {
		o.Who = o.Firing.Rule
	}
	o.Firing.At = at
	return o, nil
}

// Describe is a cause for people: "symptom=crack, lot L-17 (hinge, ACME)".
func Describe(c store.Cause) string {
	group := store.Group{Kind: store.GroupKind(c.Kind), Name: c.Name}.String()
	if c.Label == "" {
		return group
	}
	return c.Label + ", " + group
}

func (d *Desk) openOf(ctx context.Context, cause store.Cause) (store.CAPA, error) {
	list, err := d.store.CAPAs(ctx, store.CAPAFilter{State: store.CAPAOpen, Cause: &cause, Limit: 1})
	if err != nil {
		return store.CAPA{}, err
	}
	if len(list) == 0 {
		return store.CAPA{}, store.ErrNotFound
	}
	return list[0], nil
}

func (d *Desk) add(ctx context.Context, o Opening) (store.CAPA, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return store.CAPA{}, fmt.Errorf("open an action: %w", err)
	}
	at := o.Firing.At
	c := store.CAPA{
		ID: id.String(), Version: 1, State: store.CAPAOpen, Cause: o.Cause, Title: o.Title, Owner: o.Owner, Severity: o.Severity,
		Supplier: o.Supplier, SKU: o.SKU, Firings: []store.Firing{o.Firing}, Steps: planned(at, o.Due), OpenedAt: at,
	}
	event := store.QualityEvent{At: at, Who: o.Who, What: store.CAPAOpened, Detail: o.Firing.Rule + ": " + o.Firing.What}
	return c, d.store.AddCAPA(ctx, c, []store.QualityEvent{event}, d.tell(c, store.CAPAOpened))
}

// attach adds a firing. The first one stays, and the newest.
func (d *Desk) attach(ctx context.Context, c store.CAPA, o Opening) (store.CAPA, error) {
	if slices.ContainsFunc(c.Firings, func(f store.Firing) bool { return f.Key == o.Firing.Key }) {
		return c, nil
	}
	c.Firings = append(slices.Clone(c.Firings), o.Firing)
	if len(c.Firings) > MaxFirings {
		c.Firings = slices.Delete(c.Firings, 1, 2)
	}
	return d.change(ctx, c, o.Who, store.CAPAFired, o.Firing.Rule+": "+o.Firing.What)
}

// change stores an action with one line of the log and tells the webhooks.
func (d *Desk) change(ctx context.Context, c store.CAPA, who, what, detail string) (store.CAPA, error) {
	event := store.QualityEvent{At: d.at(), Who: who, What: what, Detail: detail}
	if err := d.store.ChangeCAPA(ctx, c, []store.QualityEvent{event}, d.tell(c, what)); err != nil {
		return store.CAPA{}, err
	}
	c.Version++
	return c, nil
}

func (d *Desk) at() time.Time { return d.now().UTC().Truncate(time.Microsecond) }

// Announcement is what a notice says of an action.
type Announcement struct {
	ID       string          `json:"id"`
	State    store.CAPAState `json:"state"`
	Cause    store.Cause     `json:"cause"`
	Title    string          `json:"title"`
	Owner    string          `json:"owner,omitempty"`
	Severity string          `json:"severity,omitempty"`
	Supplier string          `json:"supplier,omitempty"`
	SKU      string          `json:"sku,omitempty"`
	OpenedAt time.Time       `json:"opened_at"`
	FixedAt  time.Time       `json:"fixed_at,omitzero"`
	ClosedAt time.Time       `json:"closed_at,omitzero"`
	// Check is the last one.
	Check *store.CAPACheck `json:"check,omitempty"`
}

func (d *Desk) tell(c store.CAPA, what string) []store.Notice {
	a := Announcement{c.ID, c.State, c.Cause, c.Title, c.Owner, c.Severity, c.Supplier, c.SKU, c.OpenedAt, c.FixedAt, c.ClosedAt, nil}
	if n := len(c.Checks); n > 0 {
		a.Check = &c.Checks[n-1]
	}
	data, err := json.Marshal(a)
	if err != nil { // a number that JSON does not have; the check refuses them
		return nil
	}
	return []store.Notice{{Type: what, Data: string(data)}}
}

func tooLong(where string) error {
	return claim.Problem{Code: CodeText, Where: where, Message: fmt.Sprintf("a text has at most %d bytes", MaxText)}
}
