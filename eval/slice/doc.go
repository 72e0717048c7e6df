// Package slice cuts a sample (package sample) by its fields and says where a model is worse
// than elsewhere: by language, product, source, month, length of text or any context field.
//
// It stands between a sample and whoever shows slices: the evaluation's report reads its
// [Report], package compare uses its [Cut] and its corrections for many looks. Small slices
// lie: with 20 claims the worst of 30 equal slices looks ten points worse than the mean. So
// each accuracy comes with one that is drawn to the mean by as much as the evidence asks,
// and "worse" is said only after an exact test and a correction over all slices and axes.
package slice
