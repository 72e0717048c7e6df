package serial

import (
	"time"
)

// Form is how an identity was written down.
type Form string

// The forms.
const (
	FormGS1   Form = "gs1"          // element strings
	FormLink  Form = "digital_link" // GS1 Digital Link
	FormEPC   Form = "epc"
	FormBrand Form = "brand" // a serial by a brand's rule
	FormGTIN  Form = "gtin"  // EAN or UPC: the product, not the unit
	FormPlain Form = "plain" // a text about which nothing is known
)

// Identity is what one text says about the unit. Any part may be empty.
type Identity struct {
	Serial string `json:"serial,omitempty"`
	// GTIN has 14 digits with a right check digit.
	GTIN string `json:"gtin,omitempty"`
	Lot  string `json:"lot,omitempty"`
	// Made is when the unit was made, by its code or serial; Precision is "day", "week",
	// "month" or "year".
	Made      time.Time `json:"made,omitzero"`
	Precision string    `json:"precision,omitempty"`
	Plant     string    `json:"plant,omitempty"`
	Brand     string    `json:"brand,omitempty"`
	Form      Form      `json:"form"`
	// Proven says that a check digit of the text was tested and is right.
	Proven bool `json:"proven,omitempty"`
	// From says where the text comes from, in words: "photo 2", "the tag", "the form".
	From string `json:"from,omitempty"`
}
