// Package rules holds what SQL stores do alike: cutting times, cleaning texts, writing
// documents, making ids and cursors, and refusing questions that no store can answer.
//
// It knows no database. Its errors for wrong use carry no domain error, since callers check
// before they ask; ErrCursor alone is for what a client may send.
package rules
