package gs1

import (
	"strings"
	"time"
)

// Element is one application identifier with its value, as in the code.
type Element struct {
	AI    string `json:"ai"`
	Value string `json:"value"`
}

// Data is the content of a code: valid elements, each identifier once, in the code's order.
type Data []Element

// Get gives an identifier's value, or "".
func (d Data) Get(ai string) string {
	for _, e := range d {
		if e.AI == ai {
			return e.Value
		}
	}
	return ""
}

// GTIN gives the trade item's number with 14 digits, from (01) or, for a piece of one, from
// (8006); "" without one.
func (d Data) GTIN() string {
	if g := d.Get("01"); g != "" {
		return g
	}
	if g := d.Get("8006"); g != "" {
		return g[:14]
	}
	return ""
}

// Serial gives (21), or "".
func (d Data) Serial() string { return d.Get("21") }

// Lot gives (10), or "".
func (d Data) Lot() string { return d.Get("10") }

// Date gives a date of (11), (13), (15), (16) or (17) and whether it stands for a whole
// month (its day is 00: the last day of the month is given). now decides the century. It is
// false when the identifier is absent or no date.
func (d Data) Date(ai string, now time.Time) (day time.Time, wholeMonth, ok bool) {
	return parseDate(d.Get(ai), now)
}

// HasCheckDigit says whether one of the elements carries a check digit, all of which are
// right in valid Data: a misread would hardly have passed.
func (d Data) HasCheckDigit() bool {
	for _, e := range d {
		for _, c := range table()[e.AI].parts {
			if c.check == "csum" || c.check == "pair" {
				return true
			}
		}
	}
	return false
}

// String gives the form that is printed beside codes: (01)09521234543213(21)12345.
func (d Data) String() string {
	var b strings.Builder
	for _, e := range d {
		b.WriteString("(" + e.AI + ")" + e.Value)
	}
	return b.String()
}

// ElementString gives the form that scanners send: GS (0x1d) after each value that has no
// predefined length and is not the last.
func (d Data) ElementString() string {
	var b strings.Builder
	for i, e := range d {
		b.WriteString(e.AI + e.Value)
		if i < len(d)-1 && !table()[e.AI].fixed {
			b.WriteByte(gs)
		}
	}
	return b.String()
}
