package acquire

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas/blas32"
)

const (
	// rounds is the number of passes of k-means; more change little of which claims lie in
	// the midst.
	rounds = 5
	// sampled is the most rows that the groups are learnt from, grouped the most groups.
	sampled, grouped = 2_000, 150
	// typicalOf is the number of neighbours that a claim's typicality is taken over, and
	// typicalAmong the most members of a group among which they are sought.
	typicalOf, typicalAmong = 20, 200
)

// typical groups candidates and labelled claims into as many groups as there are labelled ones
// and places in the batch, and takes the most typical candidate of each, groups with few labels
// first, of those the largest.
func (m *matrix) typical(cfg Config) []int {
	k := min(len(m.rows)-m.n+cfg.Batch, grouped, m.n)
	of := m.groups(k, cfg.Seed)
	members, labels := make([][]int, k), make([]int, k)
	for i, g := range of {
		if i < m.n {
			members[g] = append(members[g], i)
		} else {
			labels[g]++
		}
	}
	for g := range members {
		m.byTypicality(members[g])
	}
	order := make([]int, k)
	for g := range order {
		order[g] = g
	}
	out := make([]int, 0, cfg.Batch)
	for len(out) < cfg.Batch { // a group again only when it is the turn of those with as many labels
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Or(cmp.Compare(labels[a], labels[b]), cmp.Compare(len(members[b]), len(members[a])))
		})
		for _, g := range order {
			if len(members[g]) == 0 {
				labels[g] = math.MaxInt
				continue
			}
			out, members[g] = append(out, members[g][0]), members[g][1:]
			labels[g]++
			break
		}
	}
	return out
}

// byTypicality orders the members of a group by the mean nearness of their nearest ones.
func (m *matrix) byTypicality(members []int) {
	among := members
	if len(among) > typicalAmong {
		among = make([]int, typicalAmong)
		for i := range among {
			among[i] = members[i*len(members)/typicalAmong]
		}
	}
	worth := make(map[int]float64, len(members))
	near := make([]float64, 0, len(among))
	for _, i := range members {
		near = near[:0]
		for _, j := range among {
			if i != j {
				near = append(near, m.cosine(i, j))
			}
		}
		slices.SortFunc(near, func(a, b float64) int { return cmp.Compare(b, a) })
		near := near[:min(len(near), typicalOf)]
		for _, s := range near {
			worth[i] += s / float64(len(near))
		}
	}
	slices.SortStableFunc(members, func(a, b int) int { return cmp.Compare(worth[b], worth[a]) })
}

// groups numbers each row's group by spherical k-means (Dhillon, Modha 2001) with k-means++
// starts.
func (m *matrix) groups(k int, from uint64) []int {
	rng := rand.New(rand.NewPCG(from, seed))
	sample := rng.Perm(len(m.rows))[:min(len(m.rows), max(sampled, k))]
	centres := m.starts(rng, sample, k)
	of := make([]int, len(m.rows))
	for range rounds {
		for _, i := range sample {
			of[i] = m.nearest(centres, i)
		}
		m.recentre(centres, sample, of)
	}
	for i := range of {
		of[i] = m.nearest(centres, i)
	}
	return of
}

// starts draws rows far apart.
func (m *matrix) starts(rng *rand.Rand, sample []int, k int) []blas32.Vector {
	near := make([]float64, len(sample))
	for i := range near {
		near[i] = 1
	}
	centres := make([]blas32.Vector, 0, k)
	for len(centres) < k {
		at := sample[draw(rng, near)]
		for i, s := range sample {
			near[i] = min(near[i], m.apart(s, at))
		}
		c := blas32.Vector{N: m.dim, Inc: 1, Data: slices.Clone(m.rows[at].Data)}
		centres = append(centres, c)
	}
	return centres
}

func (m *matrix) nearest(centres []blas32.Vector, i int) int {
	best, most := 0, float32(math.Inf(-1))
	for c, v := range centres {
		if d := blas32.Dot(v, m.rows[i]); d > most {
			best, most = c, d
		}
	}
	return best
}

// recentre moves the centres into the midst of their rows; one without rows stays.
func (m *matrix) recentre(centres []blas32.Vector, sample, of []int) {
	sums, size := make([]blas32.Vector, len(centres)), make([]int, len(centres))
	for c := range sums {
		sums[c] = blas32.Vector{N: m.dim, Inc: 1, Data: make([]float32, m.dim)}
	}
	for _, i := range sample {
		blas32.Axpy(1, m.rows[i], sums[of[i]])
		size[of[i]]++
	}
	for c, n := range size {
		if n > 0 {
			unit(centres[c].Data, sums[c].Data)
		}
	}
}
