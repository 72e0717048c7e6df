// Package epc reads and writes the identifiers on RFID and NFC tags: SGTIN-96 and SGTIN-198
// (a GTIN with a serial) and GID-96 (a maker's own numbers), each as the hex digits that a
// reader gives, as EPC tag URI and as pure identity URI.
//
// Its place in the flow: package serial hands it what a reader or a form sent and takes GTIN
// and serial; package ndef finds the URIs on NFC tags.
//
// Source: GS1 EPC Tag Data Standard, release 1.13 and 2.1: headers in table 14-1, partitions
// in table 14-2, encodings in 14.6.1 and 14.6.10, escapes in table A-1, examples in annex E.
//
// The trade-offs: tags of logistics, assets and documents (SSCC, GRAI, GIAI ...) are refused
// by name, since they identify no product unit; so are the SGTIN+ and DSGTIN+ forms of
// release 2, which hardly any reader writes yet.
package epc
