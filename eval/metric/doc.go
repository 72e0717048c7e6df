// Package metric holds the pure functions that score predictions: no I/O, no state, only
// slices in and numbers out. It is a leaf, so that the fitting of heads chooses its
// settings by the very same figures that evaluations report.
//
// Definitions follow scikit-learn where it has the metric; each function names its source.
//
// There are three views of the rows: counts of truth against answer ([Confusion], and
// [Counts] for what is drawn), rows by confidence ([Rank]) and whole distributions. What is
// drawn is drawn over the cells of the first two, not over rows, so that a million rows cost
// what a thousand do. Which interval stands with which figure, what it covers and what was
// tried instead is written down in intervals.md.
package metric
