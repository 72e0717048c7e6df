// Package ngram turns texts into sparse tf-idf blocks over word or character n-grams.
//
// An encoder is fitted on training texts: n-grams in enough of them become columns, all
// others are ignored later. Words and characters are fitted as two encoders, so that each
// becomes a block of its own with a norm of its own (Joachims 1998; Wang and Manning 2012
// for bigrams with linear models). Characters survive typos, clerk's shorthand and
// inflection; words and word pairs carry negation and can be shown to a person.
//
// Grams are known by a 40-bit hash, not by their text: a vocabulary of 100,000 columns
// then takes under 1 MB, holds no customer's words, and has an expected 0.005 collisions.
// Two colliding grams share a column, which is harmless. The price is that a column
// cannot be named without a text; [Explain] names it in the text at hand.
//
// Scripts without spaces (Han, Kana, Thai, Lao, Khmer, Myanmar) have no word tokens: their
// runs of letters give character n-grams in either kind of encoder.
package ngram
