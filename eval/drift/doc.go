// Package drift compares two samples of claims, or two periods of one: are the labels
// distributed otherwise, do the claims look or read otherwise, is the model less sure or
// less right than it was. It also corrects counts for what a classifier is known to confuse,
// so that a new model does not look like a new defect.
//
// It stands beside package eval and reads package sample: columns of numbers, no claims. The
// tests are permutation tests where rows are few and keep their level (a simulation in this
// package says so); effect sizes stand beside every p-value, since with enough claims
// everything differs.
//
// Trade-offs: the embedding test looks at a sample of rows, of a size that is reported. The
// correction of counts assumes that the classifier confuses in the same way as where its
// confusion was measured; where the claims of a label have changed in nature, it is wrong, and
// no figure computed without labels can say so.
package drift
