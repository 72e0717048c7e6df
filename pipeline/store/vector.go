package store

import "context"

// Near asks for the claims nearest to a vector.
type Near struct {
	Space  string
	Vector []float32 // unit length
	// K is the number of claims wanted, 1..MaxNear.
	K      int
	Filter Filter
	// Except is a claim to leave out, usually the one asked about.
	Except string
}

// MaxNear is the largest K.
const MaxNear = 200

// Neighbour is a claim with its cosine similarity, -1..1. A claim with several vectors of
// the space (several photos) counts once, with its nearest.
type Neighbour struct {
	ID    string
	Score float64
}

// Neighbours is the answer to Near.
type Neighbours struct {
	// Hits are ordered by score descending, then id ascending.
	Hits []Neighbour
	// Exact says that nothing nearer was missed. Truncated says that fewer than K came though
	// more exist; a store must try an exact search before it says so.
	Exact, Truncated bool
}

// Vectors searches the vectors that Finish stored.
type Vectors interface {
	// Nearest must apply the filter before it counts to K: a filter never shortens the
	// answer while K matching claims exist.
	Nearest(ctx context.Context, q Near) (Neighbours, error)
	// VectorsOf gives a claim's vectors, in the order in which they were stored; ErrNotFound
	// for an unknown claim.
	VectorsOf(ctx context.Context, id string) ([]Vector, error)
}
