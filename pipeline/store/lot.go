package store

import (
	"context"
	"time"
)

// Batch is a production batch. It is known by code and SKU, of which the SKU may be unknown:
// the same rules hold as for a [Unit].
type Batch struct {
	Code   string    `json:"batch"`
	SKU    string    `json:"sku,omitempty"`
	Plant  string    `json:"plant,omitempty"`
	Line   string    `json:"line,omitempty"`
	MadeAt time.Time `json:"made_at,omitzero"`
	// Size is the number of units made, 0 when unknown; it may be more than are known.
	Size int    `json:"size,omitempty"`
	Note string `json:"note,omitempty"`
}

// Lot is a delivery of components of one make.
type Lot struct {
	LotRef
	MadeAt     time.Time `json:"made_at,omitzero"`
	ReceivedAt time.Time `json:"received_at,omitzero"`
	ExpiresAt  time.Time `json:"expires_at,omitzero"`
	// Size is the number of pieces, 0 when unknown.
	Size int `json:"size,omitempty"`
	// Price is that of one piece, the zero value when unknown.
	Price Money  `json:"price,omitzero"`
	Note  string `json:"note,omitempty"`
}

// Inspection is one look at a batch, a lot or a unit, before or after delivery.
type Inspection struct {
	// ID is its natural key; never empty.
	ID string `json:"id"`
	// On is what was inspected: a batch, a lot, a unit's serial (kind "unit"), a shipment or
	// a supplier.
	On Group     `json:"on"`
	At time.Time `json:"at"`
	// Checked pieces, of which Failed.
	Checked int `json:"checked,omitempty"`
	Failed  int `json:"failed,omitempty"`
	// Result is "pass", "fail" or what the house says; Defect what was found, as given.
	Result string `json:"result,omitempty"`
	Defect string `json:"defect,omitempty"`
	By     string `json:"by,omitempty"`
	Note   string `json:"note,omitempty"`
}

// GroupUnit is the kind of a group of one unit, named by its serial; only inspections and
// events are on such.
const GroupUnit GroupKind = "unit"

// Genealogy keeps batches and lots. Which lots are in a unit is on the unit, which units hold
// a lot is [Units.UnitsOf] with the lot as group.
type Genealogy interface {
	// PutBatches and PutLots must keep all or none; zero fields leave what is there. The
	// errors are those of [Units.PutUnits].
	PutBatches(ctx context.Context, batches []Batch) (Written, error)
	PutLots(ctx context.Context, lots []Lot) (Written, error)
	// BatchesBy gives the batches that a name keeps ("B-12" or "B-12|SKU-9"), by code, SKU.
	// An empty name gives the first MaxUnitPage of all.
	BatchesBy(ctx context.Context, name string) ([]Batch, error)
	// LotsBy gives the lots that a name keeps ("L-17", "L-17|hinge"; "||ACME" gives a
	// supplier's), by code, component, supplier; at most MaxUnitPage.
	LotsBy(ctx context.Context, name string) ([]Lot, error)
	// PutInspections must keep all or none; one with a known ID replaces it.
	PutInspections(ctx context.Context, list []Inspection) (Written, error)
	// InspectionsOn gives those on a group (names as in a [UnitFilter]; the zero group gives
	// all) from (inclusive) until (exclusive, zero is open), by At, then ID, at most
	// MaxUnitPage.
	InspectionsOn(ctx context.Context, on Group, from, until time.Time) ([]Inspection, error)
}
