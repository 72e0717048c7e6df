// Package models puts encoders and heads together into a model: what a claim goes through
// between its decoded photos and its labels. A model is a folder (model.json, the fitted
// text encoders, the photo encoders' bundles, one file a head) with one digest over all.
//
// Encoders are an open list: anything that turns a claim and its photos into blocks of
// features. The ones that are fitted with the heads (n-grams, facts) are known here; the
// frozen ones (ONNX photo and sentence encoders, remote endpoints) are opened by the
// [Loader] that cmd puts together, so that this package needs no runtime library.
package models
