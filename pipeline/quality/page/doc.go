// Package page writes one self-contained HTML page with the predictions of a run: a
// summary and one card for each claim, with photos, marked words and reasons.
//
// It stands under pipeline/quality because that room turns predictions into what people
// read (reports, scorecards, lists); this is its first and plainest report. It comes last
// in the flow: it takes claims and predictions as the engine gave them, and nothing that
// computes knows of it.
//
// Trade-offs: the page is one file with its photos inside, so that it can be mailed and
// opened anywhere, and has neither scripts nor links to the outside (its own content
// security policy forbids both). Cards are written as they come, so memory does not grow
// with the run. The summary is only known at the end: it is the last section of the file
// and of a printed copy; style puts it first on the screen, and a link at the top leads
// to it for those who read without style. Everything from a claim is escaped by html/template.
package page
