// Package datasets reads labelled claims from disk, whatever their layout, and answers
// questions about them: what is in them, what is wrong with them, how to split them.
//
// [Open] takes JSON Lines, JSON, CSV, a folder of photos, what Label Studio, FiftyOne and
// Hugging Face's image folders write, or a descriptor: a small YAML that says which columns
// hold what, so that nobody has to convert files. Descriptors of known
// public sets are embedded (see [Catalog]). Everything comes out as a stream of
// [claim.Claim]; memory does not grow with the data beyond one hash per id.
//
// Nothing is lost: every row gives a claim. A row that cannot be read gives one with the
// id "line-N" and a [claim.Problem]; the stream's own error is kept for failures of the
// file itself. Blank lines are no rows, and rows that a descriptor's "where" leaves out
// are left out on purpose.
//
// Place in the flow: imports taxonomy and pipeline/claim, nothing that decodes photos or
// knows models; whoever wants photos hashed passes a decoder in. Trade-offs: with
// "taxonomy: infer" the labels are read twice (once in Open to find the axes), and rows
// are checked for duplicate ids by 64-bit hashes, so two ids in about 10^19 pairs may be
// taken for one.
package datasets
