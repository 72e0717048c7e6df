package store

import (
	"context"
	"time"
)

// Unit is one physical product. Zero fields are unknown; what a later [Units.PutUnits] leaves
// zero stays as it was.
type Unit struct {
	// Serial is as it stands on the label, compared by bytes; never empty. Two products may
	// use the same serial: a unit is known by serial and SKU.
	Serial string `json:"serial"`
	// SKU is the product's article number. Where it is empty, the unit is the one that has
	// the serial, if there is only one.
	SKU string `json:"sku,omitempty"`
	// Batch is the code of the production batch, Plant where it was made.
	Batch  string    `json:"batch,omitempty"`
	Plant  string    `json:"plant,omitempty"`
	MadeAt time.Time `json:"made_at,omitzero"`
	// Lots are the lots of its components, by component, code, supplier. A put replaces the
	// lots of the components that it names and leaves the others; lots without a component
	// are added.
	Lots []LotRef `json:"lots,omitempty"`
	// Warehouse, Shipment and Carrier are the way that it took; the latest counts.
	Warehouse string    `json:"warehouse,omitempty"`
	Shipment  string    `json:"shipment,omitempty"`
	Carrier   string    `json:"carrier,omitempty"`
	ShippedAt time.Time `json:"shipped_at,omitzero"`
	// Channel is the sales channel, such as a shop or dealer; Country is ISO 3166 alpha-2,
	// Region the seller's own division.
	Channel string    `json:"channel,omitempty"`
	SoldAt  time.Time `json:"sold_at,omitzero"`
	Region  string    `json:"region,omitempty"`
	Country string    `json:"country,omitempty"`
	// RegisteredAt is when the owner registered it; Customer is the seller's reference to the
	// owner, Contact how to reach him: "email", "app", "dealer 17". Neither is an address.
	RegisteredAt time.Time `json:"registered_at,omitzero"`
	Customer     string    `json:"customer,omitempty"`
	Contact      string    `json:"contact,omitempty"`
	// Terms is the id of its warranty terms; empty means the product's. ExtendedUntil is the
	// end of an extension that was bought, the first moment outside.
	Terms         string    `json:"terms,omitempty"`
	ExtendedUntil time.Time `json:"extended_until,omitzero"`
	Firmware      string    `json:"firmware,omitempty"`
	// ReplacedBy is the serial of the unit that the owner got for it.
	ReplacedBy string `json:"replaced_by,omitempty"`
	// GoneAt is when it left for good, Gone why: "scrapped", "returned", "replaced".
	GoneAt time.Time `json:"gone_at,omitzero"`
	Gone   string    `json:"gone,omitempty"`
}

// LotRef names a lot. Lots are known by all three, of which Component and Supplier may be
// unknown: suppliers use each other's codes, and a date as the lot of every component.
type LotRef struct {
	Component string `json:"component,omitempty"`
	Code      string `json:"lot"`
	Supplier  string `json:"supplier,omitempty"`
}

// Stage is how far a unit has come.
type Stage string

// The stages of a unit, as its fields say: the last that holds.
const (
	StageStock Stage = "stock" // with the maker
	StageTrade Stage = "trade" // ShippedAt, or Channel: on its way to somebody
	StageField Stage = "field" // SoldAt or RegisteredAt: somebody uses it
	StageGone  Stage = "gone"  // GoneAt, Gone or ReplacedBy: nobody does any more
)

// Stage gives the unit's stage and since when: the zero time when that is not known. A unit
// that is gone has a start of service too: see [Unit.Since].
func (u Unit) Stage() (Stage, time.Time) {
	switch {
	case !u.GoneAt.IsZero() || u.Gone != "" || u.ReplacedBy != "":
		return StageGone, u.GoneAt
	case !u.SoldAt.IsZero() || !u.RegisteredAt.IsZero():
		return StageField, u.Since()
	case !u.ShippedAt.IsZero() || u.Channel != "":
		return StageTrade, u.ShippedAt
	}
	return StageStock, u.MadeAt
}

// Since gives the start of service: the sale, else the registration, else the zero time.
func (u Unit) Since() time.Time {
	if u.SoldAt.IsZero() {
		return u.RegisteredAt
	}
	return u.SoldAt
}

// LotNames are the names of the unit's lots, as its groups have them.
func (u Unit) LotNames() []string {
	out := make([]string, len(u.Lots))
	for i, l := range u.Lots {
		out[i] = l.Name()
	}
	return out
}

// Limits of units.
const (
	// MaxUnitChunk is the most units, batches, lots, records, events or costs of one put, and
	// the most serials of one question.
	MaxUnitChunk = 10_000
	// MaxUnitPage is the most units of one page.
	MaxUnitPage = 10_000
	// MaxUnitLots is the most lots of one unit.
	MaxUnitLots = 200
	// MaxUnitText is the most bytes of a serial, code or name of any kind here.
	MaxUnitText = 200
)

// Written counts what a put did. Same were there already, field for field.
type Written struct{ Added, Changed, Same int }

// RefusedError lists the rows for which a put did nothing at all; without them it may pass.
type RefusedError struct{ Rows []RefusedRow }

// RefusedRow is a row that cannot be kept: Err is [ErrConflict] where it may be meant for
// several things (a serial without SKU that two products have), else says what is wrong.
type RefusedRow struct {
	Index int
	Err   error
}

// Error names the first.
func (e *RefusedError) Error() string {
	if len(e.Rows) == 0 {
		return "rows were refused"
	}
	return e.Rows[0].Err.Error()
}

// Unwrap gives the errors of all rows.
func (e *RefusedError) Unwrap() []error {
	out := make([]error, len(e.Rows))
	for i, r := range e.Rows {
		out[i] = r.Err
	}
	return out
}

// UnitFilter narrows units; zero fields do not. All given ones must hold.
type UnitFilter struct {
	// Groups are those that the unit is in; see [Group] for names that leave parts open.
	Groups []Group
	// Stages keeps units in any of them.
	Stages []Stage
	// MadeFrom and SoldFrom are inclusive, MadeUntil and SoldUntil exclusive. Units whose
	// date is not known are not kept. Sold means [Unit.Since].
	MadeFrom, MadeUntil time.Time
	SoldFrom, SoldUntil time.Time
}

// Units keeps units. All methods must be safe for concurrent use, also by several processes on
// one database.
type Units interface {
	// PutUnits must keep all units or, after an error, none. It is idempotent: what is there
	// already is counted as Same. Units of one serial and SKU within a put take effect in
	// their order. A unit without SKU is the one that has the serial; a unit known without SKU
	// becomes the first with an SKU that comes. Batches, lots and names that were not known
	// are known afterwards. The error is a [*RefusedError] when rows are at fault.
	PutUnits(ctx context.Context, units []Unit) (Written, error)
	// UnitsBySerial gives the units of a serial, by SKU; none is no error.
	UnitsBySerial(ctx context.Context, serial string) ([]Unit, error)
	// UnitsBySerials gives the units of many serials (at most MaxUnitChunk), each by SKU; a
	// serial without a unit is absent. An import or a scan asks once instead of ten thousand
	// times.
	UnitsBySerials(ctx context.Context, serials []string) (map[string][]Unit, error)
	// ReplacedBy gives the units whose [Unit.ReplacedBy] is the serial, by serial, then SKU.
	ReplacedBy(ctx context.Context, serial string) ([]Unit, error)
	// UnitsOf lists by serial, then SKU, at most limit (1..MaxUnitPage). after is the cursor
	// of the page before, empty for the first; next is empty with the last. A cursor that is
	// none is [ErrCursor]. A unit that is there throughout comes exactly once.
	UnitsOf(ctx context.Context, f UnitFilter, after string, limit int) (units []Unit, next string, err error)
	// CountUnits counts by stage; stages without a unit are absent.
	CountUnits(ctx context.Context, f UnitFilter) (map[Stage]int, error)
	// Existing gives, for each key (a serial's letters A to Z, upper case, and digits) that a
	// unit has, its serial, the first by bytes: what package serial/suggest asks for.
	Existing(ctx context.Context, keys []string) (map[string]string, error)
	// Exposure counts units by groups, stage and day.
	Exposure(ctx context.Context, q ExposureQuery) (Exposure, error)
	// ForgetCustomer must take Customer and Contact away from every unit of the customer,
	// note it in the audit trail, and give the number of units; the unit itself is no
	// personal datum.
	ForgetCustomer(ctx context.Context, customer, by string) (int, error)
}
