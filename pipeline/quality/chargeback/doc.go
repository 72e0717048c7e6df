// Package chargeback writes what a supplier needs to accept a charge: one ZIP with a cover to
// print, lists of serials, claims, labels and costs, the photos, and a hash of every file.
//
// Its place in the flow: behind packages cases (claims of a lot with units and labels) and the
// store's costs, in front of the person who sends it and of package erp, which books the credit.
// [Collector] gathers a [Package] from the store, [Write] writes it.
//
// The same package gives the same bytes, on any machine and at any time: entries come in a fixed
// order, have one time (that of the newest thing inside), and are stored without compression, so
// that not even another version of the compressor changes them. The digest of the ZIP can
// therefore stand on the credit note.
//
// Trade-offs: lines are held in memory (at most [MaxLines]), photos one at a time; without
// compression the lists are larger, which beside photos does not matter. Customers' texts are
// left out, since a supplier needs no personal data; photos go as they were sent, with what the
// camera wrote into them, because their hash must match.
package chargeback
