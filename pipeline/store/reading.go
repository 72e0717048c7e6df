package store

import (
	"context"
	"time"
)

// Reading is one code on a claim's photo, and what it says.
type Reading struct {
	// Photo is the photo's place in the claim, from 0.
	Photo int `json:"photo"`
	// Symbology is qr, datamatrix, code128, ean13, ean8, upca or upce.
	Symbology string `json:"symbology"`
	// Text is what the code holds, GS (0x1d) between GS1 element strings.
	Text string `json:"text"`
	// Serial, GTIN (14 digits) and Lot are what the text says, empty where it does not.
	Serial string `json:"serial,omitempty"`
	GTIN   string `json:"gtin,omitempty"`
	Lot    string `json:"lot,omitempty"`
	// Made is the day, month or year of making that the text or the brand's rule tells.
	Made time.Time `json:"made,omitzero"`
	// Form is how the text is written, as package serial has it; empty when it names nothing.
	Form string `json:"form,omitempty"`
	// Doubt says why the code was not believed; empty when it was.
	Doubt string `json:"doubt,omitempty"`
}

// PhotoReadings is what all codes on a claim's photos say.
type PhotoReadings struct {
	// Claim is the claim's id, At when its photos were read.
	Claim string    `json:"claim"`
	At    time.Time `json:"at"`
	// Serial is the unit that the photos show; empty when they name none, or several.
	Serial string `json:"serial,omitempty"`
	// Adopted says that the claim has its serial from its photos. Set by the store.
	Adopted bool `json:"adopted,omitempty"`
	// Conflict says in a sentence what contradicts what: the photos the serial that was typed,
	// or one another. Empty when nothing does.
	Conflict string    `json:"conflict,omitempty"`
	Codes    []Reading `json:"codes,omitempty"`
	// Failed are photos that could not be read, by their place.
	Failed []int `json:"failed,omitempty"`
}

// Limits of readings.
const (
	// MaxReadings is the most codes of one claim.
	MaxReadings = 200
	// MaxReadingText is the most bytes of a code's text, and of a sentence here.
	MaxReadingText = 8000
)

// Readings keeps what codes on photos say. It goes with the claim when that is erased.
type Readings interface {
	// PutReadings must keep the readings in place of earlier ones and, in the same transaction
	// and only if the claim has no serial, make r.Serial (unless empty) its serial for all who
	// read, list or search claims, with a line in the audit trail. It must announce
	// ClaimRead then, and where there is a Conflict that was not there before. adopted says
	// that the serial was taken. ErrNotFound when the claim is gone.
	PutReadings(ctx context.Context, r PhotoReadings) (adopted bool, err error)
	// ReadingsOf must return ErrNotFound when the claim's photos were never read, or it is
	// unknown.
	ReadingsOf(ctx context.Context, claim string) (PhotoReadings, error)
}
