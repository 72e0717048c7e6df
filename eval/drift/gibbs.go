package drift

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// gibbs is the state of the sampler.
type gibbs struct {
	rng       *rand.Rand
	answers   []int
	known     [][]int     // the confusion's counts
	share     []float64   // of true labels
	confuse   [][]float64 // probability of an answer given the true label
	allocated [][]float64 // claims by true label and answer
	count     []float64   // claims by true label
	prior     float64     // of a cell of the confusion
}

func newGibbs(c Confusion, answers []int, seed uint64) *gibbs {
	g := &gibbs{rng: rand.New(rand.NewPCG(seed, 31)), answers: answers, known: c.Counts, prior: 1 / float64(len(answers))}
	g.share, g.count = make([]float64, len(c.Labels)), make([]float64, len(c.Labels))
	seen := 0.0
	for l, row := range c.Counts {
		g.confuse = append(g.confuse, make([]float64, len(answers)))
		g.allocated = append(g.allocated, make([]float64, len(answers)))
		if total(row) > 0 {
			seen++
			g.share[l] = 1
		}
		g.drawConfusion(l)
	}
	for l := range g.share {
		g.share[l] /= seen
	}
	return g
}

// step draws true labels, shares and confusion in turn.
func (g *gibbs) step() {
	for l := range g.count {
		g.count[l] = 0
	}
	weights := make([]float64, len(g.share))
	for a, n := range g.answers {
		sum := 0.0
		for l := range weights {
			weights[l] = g.share[l] * g.confuse[l][a]
			sum += weights[l]
		}
		left := float64(n)
		for l, w := range weights {
			g.allocated[l][a] = 0
			if left > 0 && w > 0 {
				g.allocated[l][a] = binomial(g.rng, left, w/sum)
			}
			left -= g.allocated[l][a]
			sum -= w
			g.count[l] += g.allocated[l][a]
		}
	}
	sum := 0.0
	for l, n := range g.count {
		if g.share[l] > 0 || total(g.known[l]) > 0 {
			g.share[l] = gamma(g.rng, n+0.5)
			sum += g.share[l]
		}
	}
	for l := range g.share {
		g.share[l] /= sum
		g.drawConfusion(l)
	}
}

func (g *gibbs) drawConfusion(l int) {
	sum := 0.0
	for a, n := range g.known[l] {
		v := gamma(g.rng, float64(n)+g.allocated[l][a]+g.prior)
		g.confuse[l][a] = v
		sum += v
	}
	for a := range g.confuse[l] {
		g.confuse[l][a] /= sum
	}
}

func binomial(rng *rand.Rand, n, p float64) float64 {
	if p >= 1 {
		return n
	}
	return distuv.Binomial{N: n, P: p, Src: rng}.Rand()
}

func gamma(rng *rand.Rand, shape float64) float64 {
	return distuv.Gamma{Alpha: shape, Beta: 1, Src: rng}.Rand()
}
