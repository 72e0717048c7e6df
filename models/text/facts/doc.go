// Package facts turns a claim's context (days since delivery, mileage, warranty yes or
// no, ...) into one sparse block.
//
// Numbers become a thermometer over quantiles of the training values: column i is on when
// the value reaches the i-th quantile. A linear head can then follow any curve, needs no
// scale, and an absurd value counts no more than the largest one seen. Booleans and words
// become one column per value that enough training claims have, and where values have several
// words (a maker, a variant) one per word. A number that is not given
// has a column of its own, since a customer's silence says something too.
//
// The product's name is text: fit a ngram.Encoder on it and give its block the source
// "context" ([Source]).
package facts

// Source is the source of blocks made of context, in the words of package feature.
const Source = "context"
