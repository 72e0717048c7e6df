// Package compare decides whether model B is better than model A on the same claims.
//
// It takes two samples (package sample), pairs them by claim id and gives, for each axis and
// figure, the difference with a paired bootstrap interval and a p-value, which claims
// flipped, how small a difference this sample could have shown, and where (in which slices)
// the models differ, with the number of looks accounted for. Reports, gates and the command
// line read its [Result]; it reads no files and knows no models.
//
// Three choices matter. Rows enter through distinct cells (truth, A's answer, B's answer), so
// that one bootstrap draw is a multinomial over cells and costs the same for ten thousand
// claims as for a million. P-values come from exchanging the two models' answers claim by
// claim, with a studentised statistic: exact when the models are interchangeable, and still
// right on large samples when they err on different claims but are equally good; accuracy
// has McNemar's mid-p test instead, slices his exact one. And a difference is called shown only when the p-value
// and the interval agree, so that no sentence contradicts its own numbers; this is a little
// stricter than either alone.
package compare
