// Package photos draws claims photos by code: products on tables and floors, lit, shot
// from varying places, and damaged in one chosen way. The pictures serve the demo and
// are first training material for the built-in model, and every claim written here says
// so (context drawn = true).
//
// It stands under datasets/simulate because it is one of the ways labelled claims come
// about: a [Spec] is ground truth, [Draw] makes the pixels, [Labels] the labels, and
// [WriteSet] puts both on disk in the dataset format. Nothing of the pipeline is needed
// to draw, and nothing that classifies knows how a photo came about.
//
// The flow of one drawing: background, product (one file each, product_*.go) with its
// shadow and its one detachable part, damage (one file per family, damage_*.go), camera
// (light, blur, colour temperature, vignette, sensor noise). Scene, damage and camera
// draw from separate random streams of one seed, so that the intact and the damaged
// drawing of a seed differ in the damage alone.
//
// Trade-offs: flat textured shapes in perspective instead of a ray tracer. That keeps a
// photo at a few milliseconds and the code readable, and it means a model trained on
// these alone has learnt drawings: measure on real photos before believing it. Same seed,
// same bytes on one platform; the last bit of a channel may differ between processor
// families, since floating point products are fused on some.
package photos
