// Package detection measures early detection on a folder of complaint streams with known
// outcomes: how many recalls are flagged before they were announced, how long before, and how
// many streams without a recall are flagged at all.
//
// Its place in the flow: behind package watch, for `defekt bench detection` and for fitting
// the weights that ship. A folder holds cases.jsonl, complaints.jsonl and recalls.jsonl (or
// .gz); [Open] reads it. Streams without a recall that look like defects all the same are
// marked ambiguous in the data and count nowhere.
//
// Trade-offs: a replay asks on each day with news what was known by then, exactly as a daily
// job would, but it looks back only as far as the data go; complaints that were deleted since
// are missing.
package detection
