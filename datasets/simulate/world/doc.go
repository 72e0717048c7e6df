// Package world simulates what a maker of 200 products sees in three years: batches made of
// suppliers' component lots, shipped through warehouses, sold through channels, failing by age
// and season, reported late and classified with errors. Defects are planted in it and the truth
// about them is kept, so that whatever looks for patterns can be scored.
//
// Its place in the flow: beside the data sets. [World.Write] gives files that the importers of
// units and the readers of claims take; .ci/patterns scores package pattern on it. It knows
// nothing of either.
//
// What is drawn: a [World] is a plan (products, batches, lots, defects), small and made at once.
// Each [Batch] is then drawn from a stream of its own (seed and number), so that any number of
// cores gives the same bytes, and two million units need no memory but for the batches under way.
// A world without defects has the same units and the same healthy claims as the one of the same
// seed with them.
//
// Failures of one kind come by the sum of two Weibull hazards, infant mortality and wear, and a
// constant, times the product's own factor, small natural differences between batches, lots,
// suppliers and plants, the season at the day of failure, and a planted defect's multiplier.
//
// Trade-offs: units of one cohort (sold on one day from one shipment) update their firmware on
// one day; a unit that failed goes on as before; every claim has one symptom. A figure measured
// here says how a method does in this world, no more.
package world
