// Package store says what Defekt remembers and what every store must guarantee:
//
//   - claims with their photos' digests, predictions (past ones too), vectors, clusters and what
//     codes on their photos say;
//   - units with their batches, lots, inspections, events, costs and master data;
//   - what people do with both: the review queue and its reviewers, alarms, corrective actions
//     and credits, and the notices of these;
//   - models and which of them answers, data sets and taxonomies;
//   - keys, webhooks, locks and an audit trail.
//
// It holds types and role interfaces with their contracts, no database. Package sqlite and
// package postgres keep the contracts, package storetest checks both with the same cases.
// Roles are small, so that whoever consumes one can fake it; a store implements all.
//
// Times are UTC with microseconds, since that is what the coarser of the stores keeps: a
// store must cut what is finer. Strings compare by bytes. Nothing here holds photo bytes:
// these are blobs, named by their sha256, in package blob.
package store
