// Package trace knows where units come from: it reads units, batches, component lots, suppliers,
// warehouses, shipments, sales, inspections, warranty terms and costs into the store, and tells
// what is known of one unit: its warranty, earlier failures and known issues.
//
// Its place in the flow: between files (or bodies of HTTP) and the store's roles of units
// ([Import]); and beside classification, which it gives facts of the unit as context ([Tracer]).
//
// Files are CSV, JSON Lines or EPCIS 2.0 (JSON-LD documents, or one event a line), packed by gzip
// or not, read as a stream in chunks: memory does not grow with the file. What a file holds is
// told by the names of its columns, for which see [Kinds]. A line that cannot be used is
// reported with a code and its number, and the rest goes on.
//
// Trade-offs: a chunk is kept as a whole, not the file, so that an import that breaks off leaves
// what came before it; since all puts are idempotent, the cure is to import again. EPCIS events
// are turned into what they say of a unit and kept in its time line. What is known is only added
// to: units that leave a pallet keep its shipment, a part that is taken out stays among the lots,
// and a transaction that is taken back stays, the latter two with a notice ([CodePartly]). A
// shipping event of a pallet sets the shipment, not the units in it.
package trace
