// Package sqlite keeps Defekt's memory in one file: the default store, for one machine. It
// keeps the contracts of package store, as package storetest checks.
//
// Writers take turns, since SQLite has one at a time; readers never wait for them (WAL).
// Each commit is synced, so that an accepted claim survives a power cut. Several processes
// may use one file on one machine, not over a network file system.
//
// Neighbours are searched exactly. The vectors of each space lie in memory, 1.5 KB a vector
// of 384 dimensions; they are read on first use and follow the database, whoever writes to
// it. From a few hundred thousand vectors on, package postgres is the better choice.
//
// What is erased is overwritten in the file (secure_delete), and the write-ahead log is cut;
// copies made before by [Backup] keep it.
package sqlite
