// Package serial finds out which unit a claim is about: from codes on its photos, tags that
// were read, and what was typed.
//
// Its place in the flow: between the photos and the store. Package codes reads photos,
// packages gs1, epc and ndef understand what codes and tags hold, package rules knows each
// brand's serials, package suggest the known ones; this package puts it together. It hands
// on one serial with GTIN, lot and date of making, or says in plain sentences why there is
// none or more than one ([Resolver]).
//
// The trade-offs: what was typed stays the claim's serial when a photo contradicts it, since
// a photo may show another unit's label, but the contradiction is flagged and the serial is
// not called certain. A bare text in a code is taken for a serial only when the brand's rules
// allow that, or when there are no rules for the brand.
package serial
