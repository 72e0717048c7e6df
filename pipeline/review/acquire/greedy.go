package acquire

import (
	"math"
	"math/rand/v2"
)

// seed keeps the draws of this package apart from those of others with the same seed.
const seed = 0xacc

// spread takes, one by one, the candidate farthest from all labelled and taken ones.
func (m *matrix) spread(cfg Config) []int {
	near := m.fromLabelled()
	out := make([]int, 0, cfg.Batch)
	if len(m.rows) == m.n { // nothing to be far from: begin in the midst
		out = m.take(out, near, m.midst(), m.apart)
	}
	for len(out) < cfg.Batch {
		out = m.take(out, near, largest(near), m.apart)
	}
	return out
}

// varied takes, one by one, the candidate of the largest uncertainty times distance from what
// is labelled or taken.
func (m *matrix) varied(uncertainty []float64, cfg Config) []int {
	near, worth := m.fromLabelled(), make([]float64, m.n)
	out := make([]int, 0, cfg.Batch)
	for len(out) < cfg.Batch {
		for i, d := range near {
			if worth[i] = -1; d >= 0 { // taken ones are below 0
				worth[i] = uncertainty[i] * math.Pow(min(d, 1), cfg.Diversity)
			}
		}
		out = m.take(out, near, largest(worth), m.apart)
	}
	return out
}

// gradients draws candidates with a probability in proportion to the squared distance of
// their gradients from those of what is taken (k-means++; Arthur, Vassilvitskii 2007). The
// gradient of a linear head is (p - label) x vector with the likeliest label, so that its
// products are those of the two parts.
func (m *matrix) gradients(p [][]float64, cfg Config) []int {
	residual := make([][]float64, m.n)
	for i, q := range p {
		residual[i] = append([]float64(nil), q...)
		residual[i][largest(q)]--
	}
	product := func(i, j int) float64 {
		sum := 0.0
		for k, v := range residual[i] {
			sum += v * residual[j][k]
		}
		return sum * m.cosine(i, j)
	}
	norm, near := make([]float64, m.n), m.far()
	for i := range norm {
		norm[i] = product(i, i)
	}
	apart := func(i, j int) float64 { return max(norm[i]+norm[j]-2*product(i, j), 0) }
	rng := rand.New(rand.NewPCG(cfg.Seed, seed))
	out := m.take(make([]int, 0, cfg.Batch), near, largest(norm), apart)
	for len(out) < cfg.Batch {
		out = m.take(out, near, draw(rng, near), apart)
	}
	return out
}

// far gives a distance for each candidate to nothing at all.
func (m *matrix) far() []float64 {
	near := make([]float64, m.n)
	for i := range near {
		near[i] = math.MaxFloat64
	}
	return near
}

// fromLabelled gives each candidate's distance to the nearest labelled row. Candidates go
// outside: the labelled rows are few enough to stay in the cache.
func (m *matrix) fromLabelled() []float64 {
	near := m.far()
	for i := range near {
		for j := m.n; j < len(m.rows); j++ {
			near[i] = min(near[i], m.apart(i, j))
		}
	}
	return near
}

// take adds candidate i to out; near, the distances to the nearest of what is taken, follows,
// and is -1 for i.
func (m *matrix) take(out []int, near []float64, i int, apart func(i, j int) float64) []int {
	near[i] = -1
	m.approach(near, i, apart)
	return append(out, i)
}

// approach lowers the distances to those to row j.
func (m *matrix) approach(near []float64, j int, apart func(i, j int) float64) {
	for i, d := range near {
		if d > 0 {
			near[i] = min(d, apart(i, j))
		}
	}
}

// largest gives the place of the largest value, the first of equals.
func largest(v []float64) int {
	best := 0
	for i, x := range v {
		if x > v[best] {
			best = i
		}
	}
	return best
}

// draw takes a place with a probability in proportion to its distance; values below 0 are
// never drawn while others are there. When all distances are 0 it is the first of them.
func draw(rng *rand.Rand, near []float64) int {
	total := 0.0
	for _, d := range near {
		total += max(d, 0)
	}
	at := rng.Float64() * total
	for i, d := range near {
		if at -= max(d, 0); at < 0 {
			return i
		}
	}
	return largest(near)
}

// midst is the candidate nearest to the mean of all.
func (m *matrix) midst() int {
	mean := make([]float64, m.dim)
	for _, r := range m.rows[:m.n] {
		for j, v := range r.Data {
			mean[j] += float64(v)
		}
	}
	score := make([]float64, m.n)
	for i, r := range m.rows[:m.n] {
		for j, v := range r.Data {
			score[i] += float64(v) * mean[j]
		}
	}
	return largest(score)
}
