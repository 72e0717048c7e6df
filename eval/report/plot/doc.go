// Package plot draws figures as HTML and inline SVG: reliability and risk-coverage curves,
// confusion, rows of estimates with their intervals (per label, slices, differences) and
// values over time. It needs no network, no script and no inline style, so that its figures
// live under a strict content security policy, and it takes its colours from the custom
// properties of pipeline/look, so that they follow light, dark and paper.
//
// It stands beside eval/report, which says what to draw, and knows nothing of evaluations:
// numbers and words in, markup out. What is text stays text: rows and matrices are HTML
// tables, in which only the marks are SVG, so that they wrap on a phone, can be copied, and
// are read out by a screen reader. Curves are SVG of a fixed shape whose letters stay
// readable from 320 pixels on; each has a title and a description in words.
//
// The trade-off: these few figures only, each with one way to look. Who wants another takes
// the JSON.
package plot
