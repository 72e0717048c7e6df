// Package report turns the results of an evaluation into what people read: one
// self-contained HTML file, Markdown for a pull request, and a leaderboard of many runs.
//
// It stands last in eval: it takes what eval, eval/compare, eval/slice, eval/gate,
// eval/people and eval/drift computed and computes no figure of its own, only sentences about
// them and their order on the page. Every part of a [Report] may be missing; a table of
// predictions without probabilities gives a page without calibration, not one with zeros.
//
// Trade-offs: the HTML has its pictures and styles inside and forbids itself everything else
// (its content security policy names the hash of its style, and of its script where it has
// one), so that it can be mailed, attached to a ticket and opened years later. There are no
// interactive plots; each plot has its numbers beside it. Whatever comes from outside
// (texts, labels, names) is cleaned by pipeline/look and escaped by html/template.
package report
