// Package similar groups claims that tell of the same thing into clusters.
//
// Its place in the flow: behind the store, on the vectors that classification left there and
// the claims' words. [Board] is the clusters of one space in memory and does all the thinking,
// without a database; [Keeper] applies it to a store.
//
// A claim is compared with all others by the words they share (weighted by rarity) and the
// cosine of their vectors: on technical recalls words tell more, on short complaints vectors
// do, and the mean of both is good at either. Each claim is tied to its nearest ones, and
// groups are communities of that graph. A new claim makes one move of that search and so joins
// or seeds a cluster within milliseconds; grouping anew now and then mends what such moves get
// wrong. It starts from nothing each time, so that the order of arrival cannot last; ids go on
// by overlap.
//
// Trade-offs: comparison is exact, so a claim costs time in proportion to their number and
// grouping anew to its square (measured in the benchmarks); everything is in memory, about
// 2 kB a claim; one process at a time may keep a space's clusters.
package similar
