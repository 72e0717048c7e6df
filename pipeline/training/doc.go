// Package training makes a model from labelled claims: it fits the encoders that are
// fitted (n-grams, facts), has the engine encode every claim once, and fits one head per
// axis on the result.
//
// It stands in the pipeline and not in models because photos come to their features
// through the engine's stages, the same ones that serve claims later: what a head is
// fitted on and what it is asked with can never differ in decoding or scaling.
package training
