// Package metric holds the pure functions that score predictions: no I/O, no state, only
// slices in and numbers out. It is a leaf, so that the fitting of heads chooses its
// settings by the very same figures that evaluations report.
//
// Definitions follow scikit-learn where it has the metric; each function names its source.
package metric
