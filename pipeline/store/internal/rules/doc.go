// Package rules holds what SQL stores do alike: cutting times, cleaning texts, writing
// documents, making ids and cursors, refusing questions that no store can answer, deciding what
// becomes of a row that is there already, and reading and writing rows whose columns are the
// same in both. Units, which have the same tables in both, are put and asked for here but for
// the statements of a dialect, which it sees as interfaces such as [UnitTx].
//
// It knows no database. Its errors for wrong use carry no domain error, since callers check
// before they ask; ErrCursor alone is for what a client may send.
package rules
