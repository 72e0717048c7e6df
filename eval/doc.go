// Package eval scores predictions against people's labels: per axis accuracy, macro-F1,
// balanced accuracy, per-label figures, calibration, and what abstention buys. It takes
// predictions from anywhere (a model of ours or a table of somebody else's) and knows
// nothing of how they came about.
//
// Figures are pure functions of package metric; this package pairs rows, keeps the count
// of what was left out, and lays results out as JSON and as a table.
package eval
