package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// RecordKind is a kind of master data.
type RecordKind string

// The kinds of records.
const (
	RecordProduct   RecordKind = "product"   // ID is the SKU; body [Product]
	RecordGTIN      RecordKind = "gtin"      // ID is a GTIN of 14 digits; body [GTIN]
	RecordSupplier  RecordKind = "supplier"  // body [Supplier]
	RecordWarehouse RecordKind = "warehouse" // body [Warehouse]
	RecordShipment  RecordKind = "shipment"  // body [Shipment]
	RecordTerms     RecordKind = "terms"     // body [Terms]
)

// Record is one entry of master data: what a name stands for.
type Record struct {
	Kind RecordKind
	// ID is the name that units and lots use; never empty.
	ID string
	// Body is a JSON object, see the types named at the kinds; [RecordOf] and [ReadRecord]
	// write and read it.
	Body json.RawMessage
}

// Records keeps master data.
type Records interface {
	// PutRecords must keep all or none. A field that the body does not have stays as it was;
	// others are replaced.
	PutRecords(ctx context.Context, list []Record) (Written, error)
	// RecordsOf gives the records of a kind by ID; ids narrow it (unknown ones are absent),
	// none means all, at most MaxUnitPage.
	RecordsOf(ctx context.Context, kind RecordKind, ids ...string) ([]Record, error)
}

// Product is what is known of an SKU.
type Product struct {
	// GTIN has 14 digits.
	GTIN string `json:"gtin,omitempty"`
	Name string `json:"name,omitempty"`
	// Family is the products that it is likely to fail like: "cordless drill". What is usual of a
	// new product is taken from them.
	Family string `json:"family,omitempty"`
	// Terms is the id of the warranty terms of its units.
	Terms string `json:"terms,omitempty"`
	// Price is what a unit costs, for what a recall would cost; Recall what bringing one
	// back does.
	Price  Money `json:"price,omitzero"`
	Recall Money `json:"recall,omitzero"`
}

// GTIN says whose number it is.
type GTIN struct {
	SKU string `json:"sku,omitempty"`
}

// Supplier is who delivers components.
type Supplier struct {
	Name    string `json:"name,omitempty"`
	Country string `json:"country,omitempty"`
	// Contact is where chargebacks go, such as an address of e-mail.
	Contact string `json:"contact,omitempty"`
}

// Warehouse is where units lie.
type Warehouse struct {
	Name    string `json:"name,omitempty"`
	Country string `json:"country,omitempty"`
}

// Shipment is units that travelled together.
type Shipment struct {
	Carrier   string    `json:"carrier,omitempty"`
	From      string    `json:"from,omitempty"` // warehouse or plant
	To        string    `json:"to,omitempty"`
	ShippedAt time.Time `json:"shipped_at,omitzero"`
	ArrivedAt time.Time `json:"arrived_at,omitzero"`
}

// Terms are what a warranty grants; package trace reads them.
type Terms struct {
	Name string `json:"name,omitempty"`
	// Months is the term, Days a further part of it.
	Months int `json:"months,omitempty"`
	Days   int `json:"days,omitempty"`
	// From is what the term begins with: "sold" (default), "registered", "shipped" or "made".
	From string `json:"from,omitempty"`
	// AssumeDays is the time from shipment, else from making, to a sale that is not known;
	// 0 means package trace's default.
	AssumeDays int `json:"assume_days,omitempty"`
	// RegisteredMonths are added when the unit was registered within RegisterWithinDays of
	// the start (0 means at any time).
	RegisteredMonths   int `json:"registered_months,omitempty"`
	RegisterWithinDays int `json:"register_within_days,omitempty"`
	// Countries and Regions are where it holds; empty means everywhere.
	Countries []string `json:"countries,omitempty"`
	Regions   []string `json:"regions,omitempty"`
	// Excluded are labels that it does not cover, as axis=label: "root_cause=user_damage".
	Excluded []string `json:"excluded,omitempty"`
}

// RecordOf writes a record; v is one of the types above.
func RecordOf(kind RecordKind, id string, v any) (Record, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return Record{}, fmt.Errorf("%s %s: %w", kind, id, err)
	}
	return Record{Kind: kind, ID: id, Body: body}, nil
}

// ReadRecord reads a record's body.
func ReadRecord[T any](r Record) (v T, err error) {
	if err = json.Unmarshal(r.Body, &v); err != nil {
		err = fmt.Errorf("%s %s: %w", r.Kind, r.ID, err)
	}
	return v, err
}
