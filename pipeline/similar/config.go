package similar

import (
	"errors"
	"fmt"
)

// Config says how claims are grouped. The zero value of a field is replaced by its default.
type Config struct {
	// Neighbours is how many nearest claims each claim is tied to, 1..200; default 15.
	Neighbours int
	// Lexical is the share of common words in the similarity, 0..1; the rest is the cosine of
	// the vectors. Default 0.5; a negative value means 0. A pair that lacks words or vectors
	// is compared by what it has.
	Lexical float64
	// MinSimilarity is the similarity from which two claims may be tied, 0..1; default 0.2.
	MinSimilarity float64
	// MinSize is the number of claims that make a cluster, 2 or more; default 3. Smaller
	// groups stay in the noise pool.
	MinSize int
	// Resolution is gamma of the modularity (Reichardt and Bornholdt 2006): more of it gives
	// more and smaller clusters. Default 2.
	Resolution float64
	// Starts is the number of searches for communities, of which the best is kept; default 5.
	Starts int
	// Grow is the share of new claims from which re-clustering is due; default 0.2.
	Grow float64
	// Central is the number of central claims named by a cluster; default 3.
	Central int
	// Seed makes the same clusters of the same claims; default 1.
	Seed uint64
	// Growth says when a cluster is emerging.
	Growth Growth
}

// maxNeighbours bounds the work of one claim.
const maxNeighbours = 200

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	set(&c.Neighbours, 15)
	set(&c.Lexical, 0.5)
	set(&c.MinSimilarity, 0.2)
	set(&c.MinSize, 3)
	set(&c.Resolution, 2)
	set(&c.Starts, 5)
	set(&c.Grow, 0.2)
	set(&c.Central, 3)
	set(&c.Seed, 1)
	c.Lexical = max(c.Lexical, 0)
	c.Growth = c.Growth.withDefaults()
	return c
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// ErrConfig marks settings that cannot be used.
var ErrConfig = errors.New("clusters: bad setting")

// Validate reports the first setting that cannot be used, as an [ErrConfig].
func (c Config) Validate() error {
	c = c.withDefaults()
	switch {
	case c.Neighbours < 1 || c.Neighbours > maxNeighbours:
		return fmt.Errorf("%w: neighbours %d is not within 1..%d", ErrConfig, c.Neighbours, maxNeighbours)
	case !(c.Lexical <= 1):
		return fmt.Errorf("%w: lexical %g is not within 0..1", ErrConfig, c.Lexical)
	case !(c.MinSimilarity > 0 && c.MinSimilarity <= 1):
		return fmt.Errorf("%w: min similarity %g is not within 0..1", ErrConfig, c.MinSimilarity)
	case c.MinSize < 2:
		return fmt.Errorf("%w: min size %d is less than 2", ErrConfig, c.MinSize)
	case !(c.Resolution > 0 && c.Resolution <= 1e6):
		return fmt.Errorf("%w: resolution %g is not above 0", ErrConfig, c.Resolution)
	case c.Starts < 1 || c.Central < 1:
		return fmt.Errorf("%w: starts %d and central %d must be 1 or more", ErrConfig, c.Starts, c.Central)
	case !(c.Grow > 0):
		return fmt.Errorf("%w: grow %g is not above 0", ErrConfig, c.Grow)
	}
	return c.Growth.Validate()
}
