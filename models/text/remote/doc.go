// Package remote gets sentence vectors from any endpoint that speaks OpenAI's embeddings
// API, hosted or on one's own machines.
//
// Texts leave the machine: that is the caller's decision, made by naming an endpoint. The
// vectors are as stable as the endpoint; a model that is changed behind the same name
// cannot be seen here, but a change of dimension is. Batches are sent side by side, at
// most MaxInFlight at a time; busy and failing answers are tried again with full jitter
// (Brooker, "Exponential Backoff And Jitter", AWS 2015) unless the endpoint says how long
// to wait. The key never stands in an error.
package remote
