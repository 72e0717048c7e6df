// Package postgres keeps the contracts of package store in Postgres (15 or newer) with the
// extension pgvector (0.8 or newer), for installations where several machines work on one
// database. It stands where package sqlite stands: behind whatever consumes a role of store.
//
// Trade-offs: facts that filters ask for are repeated as tags beside each vector, so that a
// filtered search needs no join; that costs space and one more index at ingest. Vectors are
// kept in half precision, which halves memory and moves a similarity by about 1e-4. Search is
// exact while the rows to look at are few, and goes through an HNSW index above that; see
// [Store.Nearest]. Erased rows stay in the files until Postgres vacuums them.
package postgres
