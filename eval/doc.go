// Package eval scores predictions against people's labels: per axis accuracy, macro-F1,
// balanced accuracy, per-label figures, calibration, what abstention buys, sets of labels
// and cost, all with intervals. It takes predictions from anywhere (a model of ours or a
// table of somebody else's) and knows nothing of how they came about.
//
// [Collector] pairs claims with predictions and makes a sample of them; [Score] computes a
// [Result] from any sample. Figures are pure functions of package metric; this package
// chooses which stand where, keeps the count of what was left out, and lays results out as
// JSON and as a table. Everything is kept in memory, a million claims on five axes in about
// 600 MB; there is no other way to draw and rank them.
package eval
