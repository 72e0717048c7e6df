package wire

import "time"

// Unit is what is known of the unit that a claim is about. It is worked out when it is asked for.
type Unit struct {
	Serial      string       `json:"serial,omitempty" doc:"The serial, in the spelling of the known unit if there is one."`
	Typed       string       `json:"typed,omitempty" doc:"What was typed, where that is spelled otherwise."`
	Status      string       `json:"status,omitempty" enum:"known,several,unknown,faulty" doc:"Whether one unit has this serial, units of several products, none, or none can (see fault). Absent without a serial."`
	FromPhoto   bool         `json:"from_photo,omitempty" doc:"The serial was read from a photo; none was typed."`
	Fault       *UnitFault   `json:"fault,omitempty" doc:"What is wrong with the serial."`
	Suggestions []Suggestion `json:"suggestions,omitempty" nullable:"false" doc:"Known serials that an unknown one may stand for, likeliest first. It is never replaced by one of them. On a new claim only where the sender waits (Prefer)."`
	Conflict    string       `json:"conflict,omitempty" doc:"What on the photos contradicts the serial, in a sentence."`
	SKU         string       `json:"sku,omitempty"`
	Batch       string       `json:"batch,omitempty"`
	Plant       string       `json:"plant,omitempty"`
	MadeAt      time.Time    `json:"made_at,omitzero"`
	SoldAt      time.Time    `json:"sold_at,omitzero"`
	ReplacedBy  string       `json:"replaced_by,omitempty" doc:"The serial of the unit that its owner got for it."`
	Replaces    []string     `json:"replaces,omitempty" nullable:"false" doc:"Serials of the units that it replaced, the latest first."`
	Warranty    *Warranty    `json:"warranty,omitempty" doc:"There when the unit is known."`
	Repeats     []Repeat     `json:"repeats,omitempty" nullable:"false" doc:"Earlier claims of this unit and of those that it replaced, newest first."`
	Issues      []KnownIssue `json:"issues,omitempty" nullable:"false" doc:"What is known to be wrong with its batch, lots or product."`
	Codes       []PhotoCode  `json:"codes,omitempty" nullable:"false" doc:"The codes on the claim's photos, once they were read."`
}

// UnitFault says why no unit can have a serial.
type UnitFault struct {
	Code   string `json:"code" doc:"Such as serial_check_digit, serial_pattern, serial_date."`
	Detail string `json:"detail"`
}

// Suggestion is a known serial near the one that was typed.
type Suggestion struct {
	Serial string  `json:"serial"`
	Price  float64 `json:"price" doc:"What the errors between them cost; the smaller the likelier."`
}

// Warranty says whether a claim is covered.
type Warranty struct {
	Standing string    `json:"standing" enum:"covered,not_covered,unclear"`
	Reason   string    `json:"reason" doc:"For programs: within_term, extended, registered, expired, excluded, outside_area, replaced, no_terms, no_start, not_started."`
	Why      string    `json:"why" doc:"For people."`
	Notes    []string  `json:"notes,omitempty" nullable:"false" doc:"What was assumed or is odd."`
	Start    time.Time `json:"start,omitzero"`
	End      time.Time `json:"end,omitzero" doc:"The first day that is outside."`
	DaysLeft int       `json:"days_left" doc:"From the claim to the end; below 0 when it is over."`
}

// Repeat is an earlier claim of a unit.
type Repeat struct {
	Claim  string            `json:"claim" format:"uuid"`
	Serial string            `json:"serial"`
	At     time.Time         `json:"at"`
	Labels map[string]string `json:"labels,omitempty" doc:"Label by axis."`
}

// KnownIssue is something that is known to be wrong with a group of units.
type KnownIssue struct {
	ID         string `json:"id" doc:"The alarm's."`
	Group      string `json:"group" doc:"What it is about, as kind and name."`
	Label      string `json:"label,omitempty" doc:"axis=label in which it shows."`
	Text       string `json:"text"`
	Resolution string `json:"resolution,omitempty" doc:"What to do with such a claim."`
}

// PhotoCode is a code on a photo.
type PhotoCode struct {
	Photo     int       `json:"photo" doc:"The photo's place, counted from 0."`
	Symbology string    `json:"symbology" enum:"qr,datamatrix,code128,ean13,ean8,upca,upce"`
	Text      string    `json:"text"`
	Serial    string    `json:"serial,omitempty"`
	GTIN      string    `json:"gtin,omitempty"`
	Lot       string    `json:"lot,omitempty"`
	MadeAt    time.Time `json:"made_at,omitzero"`
	Doubt     string    `json:"doubt,omitempty" doc:"Why it was not believed."`
}
