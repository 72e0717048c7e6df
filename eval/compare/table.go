package compare

import (
	"math/bits"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// table counts claims by distinct cell. What a claim's cell means is known to the figures
// that use it; drawing needs only the counts.
type table struct {
	counts []int32
	// mirror gives the cell with the models' answers exchanged, the cell itself when that
	// changes nothing.
	mirror []int32
	// of is the cell of each claim; live the number of leading cells that claims are in.
	of   []int32
	live int
}

func (t *table) n() int { return len(t.of) }

// figures are measured together, from one table.
type figures interface {
	table() *table
	// metrics names the figures, in the order in which a meter gives them.
	metrics() []string
	// meter gives a function that measures the figures of counts by cell; each caller that
	// runs at the same time needs its own.
	meter() func(counts []int32, out []estimate)
}

// estimate is one figure of both models and the standard error of b - a.
type estimate struct{ a, b, se float64 }

func (e estimate) difference() float64 { return e.b - e.a }

// resample fills counts with one bootstrap draw: n claims with replacement, which is a
// multinomial over cells.
func (t *table) resample(r *rand.Rand, counts []int32) {
	clear(counts)
	n := t.n()
	if n <= 8*t.live { // hardly fewer cells than claims
		for range n {
			counts[t.of[r.IntN(n)]]++
		}
		return
	}
	left, claims := n, n
	for c := 0; c < t.live && left > 0; c++ {
		here := int(t.counts[c])
		drawn := left
		if here < claims {
			drawn = int(distuv.Binomial{N: float64(left), P: float64(here) / float64(claims), Src: r}.Rand())
		}
		counts[c] = int32(drawn)
		left -= drawn
		claims -= here
	}
}

// exchange fills counts with one draw in which each claim's two answers change places with
// probability 1/2.
func (t *table) exchange(r *rand.Rand, counts []int32) {
	copy(counts, t.counts)
	for c, m := range t.mirror {
		if int(m) <= c {
			continue
		}
		if both := int(t.counts[c] + t.counts[m]); both > 0 {
			heads := fairHeads(r, both)
			counts[c], counts[m] = int32(heads), int32(both-heads)
		}
	}
}

// fairHeads is the number of heads in n throws of a fair coin.
func fairHeads(r *rand.Rand, n int) int {
	heads := 0
	for ; n >= 64; n -= 64 {
		heads += bits.OnesCount64(r.Uint64())
	}
	if n > 0 {
		heads += bits.OnesCount64(r.Uint64() >> (64 - n))
	}
	return heads
}
