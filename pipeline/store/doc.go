// Package store says what Defekt remembers and what every store must guarantee: claims with
// their photos' digests, predictions, vectors, clusters, keys, webhooks and an audit trail.
//
// It holds types and role interfaces with their contracts, no database. Package sqlite and
// package postgres keep the contracts, package storetest checks both with the same cases.
// Roles are small, so that whoever consumes one can fake it; a store implements all.
//
// Times are UTC with microseconds, since that is what the coarser of the stores keeps: a
// store must cut what is finer. Strings compare by bytes. Nothing here holds photo bytes:
// these are blobs, named by their sha256, in package blob.
package store
