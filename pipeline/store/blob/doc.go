// Package blob keeps the bytes of photos, each once, under the sha256 of its content.
//
// Content addressing makes a blob immutable: writing is safe to repeat, any machine may write
// the same photo at the same time, and reading finds out whether the bytes are still the ones
// that came in. What refers to a blob is the database's to know; here nobody counts.
//
// Two places: a [Folder], for one machine or a shared disk, and a [Bucket] of any
// S3-compatible store. Both use the same names (ab/cd/abcd...), so that copying the one into
// the other with any tool is moving house.
//
// The way of a photo: the service puts it and then stores the claim that names it, in this
// order, so that a claim never names what is not there. A crash in between leaves a blob
// without a claim, which Sweep finds. Putting a blob that is there already counts as new for
// Sweep's grace time; so with a grace time longer than any claim takes from Put to the store
// (an hour is ample), sweeping takes nothing from a claim that is just coming in. Delete, for
// erasure, has no such grace: whoever erases must ask the store about other claims last, and
// whoever accepts may Put once more after the claim is stored, which is cheap.
package blob
