// Package acquire says which claims are worth a label when a model is to learn from it.
//
// It is pure: vectors and probabilities go in, an order comes out; it knows no store, no
// model and no queue. Its place in the flow: package review orders people's queue by the loss
// that a look prevents now; this order says what the next model gains by it.
//
// The methods are those of pool-based active learning (Settles: Active Learning Literature
// Survey, 2009), each small enough to read; .ci/learning replays labelled sets with all of
// them, and the default is what did best on folds of their training splits.
//
// Trade-offs: claims are chosen in batches, since people work in parallel and a head is not
// fitted after each answer, so that a batch must not spend itself on one kind of claim. All
// is greedy: a choice costs one pass over the candidates. What is chosen is no fair sample of
// what comes in; figures of accuracy need the random slice of package review.
package acquire
