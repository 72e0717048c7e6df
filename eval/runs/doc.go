// Package runs keeps the results of evaluations in a folder, so that a figure can be looked
// up, compared and traced weeks later: one sub-folder a run with run.json (who and what),
// result.json (the figures, opaque here), rows (the claims' truths and answers, see
// [WriteRows]) and, if there is one, report.html.
//
// Place in the flow: the last stop of `defekt eval`, and where comparison, leaderboard and
// drift begin. It imports package sample only; results come and go as bytes.
//
// Trade-offs: the folders are the truth and index.json is only a memory of them, so that a
// run can be copied, sent and deleted with a file manager, and two processes can write at
// the same time. A list therefore looks at every run's files (four calls of stat each),
// which a folder of tens of thousands of runs will feel.
package runs
