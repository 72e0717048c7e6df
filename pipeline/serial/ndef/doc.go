// Package ndef finds links and texts in what an NFC tag holds.
//
// Its place in the flow: package serial hands it the bytes that a phone or reader took from
// a tag and looks for a serial in the links and texts that come back.
//
// Source: NFC Forum, NFC Data Exchange Format 1.0 (record layout in 3.2), URI Record Type
// Definition 1.0 (prefixes in table 3), Text RTD 1.0, Smart Poster RTD 1.1; Type 2 Tag
// Operation 1.1 for the blocks (TLV) around a message.
//
// The trade-offs: chunked records, which no tag of a product has a reason for, are refused;
// records of other types are counted and passed over.
package ndef
