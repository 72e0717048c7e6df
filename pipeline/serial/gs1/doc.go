// Package gs1 reads what GS1 codes hold: element strings as scanners and labels give them,
// and GS1 Digital Link URIs.
//
// Its place in the flow: package serial hands it the text of a code or of a form, and takes
// GTIN, serial, lot and dates from what comes back; package codes asks it whether a text
// read from a photo proves itself by its check digits.
//
// Sources: GS1 General Specifications, release 25 (application identifiers in section 3,
// FNC1 and concatenation in 7.8, check digits in 7.9, dates in 7.12, character sets in
// 7.11); GS1 Digital Link Standard: URI Syntax, release 1.6; formats and links between keys
// and their qualifiers were compared with GS1's Barcode Syntax Dictionary.
//
// The trade-offs: every application identifier is known with its length, character set,
// check digit and date, and an unknown one is an error, because a wrong split of an element
// string gives a wrong serial. Countries, currencies, IBANs and coupons are not looked into:
// no unit is identified by them. The compressed form of Digital Links is refused with a
// message that says so.
package gs1
