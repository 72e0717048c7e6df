// Package board is the pages of quality work: what changed this week, patterns with their charts
// and what can be done about them, corrective actions, suppliers, batches, lots, products, single
// units on one time line, and the five measures.
//
// Its place in the flow: last, beside pipeline/web (claims) and pipeline/web/desk (review). It
// shows what packages surveillance, quality and trace know and lets people act through them; it
// computes no figure of its own. Package site is under it.
//
// Pages need no script. What takes longer than a page may (scorecards, measures, the ranking of
// all groups) is made beside the page, once for all who ask, kept for a while and shown with the
// time it was made; until it is there the page says so. What a person changes names the version
// that he saw: when somebody else was faster, nothing is changed and the page shows what stands
// now together with what was written.
//
// Trade-offs: lists that the store cannot page through by what they are ranked by (open alarms,
// corrective actions) are read up to a limit, and the page says when there are more; downloads are
// made whole before the first byte, in a temporary file, so that half a recall list never looks
// like a whole one.
package board
