package store

import (
	"context"
	"time"
)

// UnitEvent is something that happened to a unit: what, where, when. Events are not changed.
type UnitEvent struct {
	Serial string `json:"serial"`
	// SKU may be empty; see [Unit.SKU].
	SKU string    `json:"sku,omitempty"`
	At  time.Time `json:"at"`
	// What is a word such as the last part of an EPCIS business step: "commissioning",
	// "shipping", "retail_selling".
	What string `json:"what"`
	// Where is a place as given, With what else took part: a parent, a document.
	Where string `json:"where,omitempty"`
	With  string `json:"with,omitempty"`
	// Source is where it was read: a file's name.
	Source string `json:"source,omitempty"`
}

// UnitEvents keeps what happened to units.
type UnitEvents interface {
	// AddUnitEvents must keep all or none. An event that is there already (all but Source
	// alike) is counted as Same. Units that were not known are known afterwards.
	AddUnitEvents(ctx context.Context, events []UnitEvent) (Written, error)
	// EventsOf gives a unit's events by At, What, Where, With, at most MaxUnitPage; an empty
	// SKU gives those of all units with the serial.
	EventsOf(ctx context.Context, serial, sku string) ([]UnitEvent, error)
}
