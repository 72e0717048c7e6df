// Package pipeline is the engine: claims in, features or predictions out, in the order
// they came.
//
// Its place in the flow: datasets (or, later, HTTP) yields claims; the engine opens and
// decodes their photos, has the encoders turn photos and text into blocks of features,
// and has the heads decide. One goroutine carries one claim through all stages, so a
// claim is never half in one queue and half in another; what is scarce is bounded apart:
// the number of claims under way (Config.InFlight), of photos being decoded (one a core,
// since a decoded photo is the largest thing in memory), and the encoders' batches, which
// form across claims. Output waits for earlier claims, bounded by the same InFlight.
//
// Faults are answers: a photo that cannot be read costs the claim that photo, not the
// claim; a panic anywhere costs one claim, never the run. Each leaves a coded problem on
// the claim's prediction.
package pipeline
