package drift

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/combin"
	"gonum.org/v1/gonum/stat/distuv"
)

// testTable tests whether two rows of counts come from one distribution: Pearson's chi-square,
// by its formula where every expected count is 5 or more (Cochran: Some Methods for
// Strengthening the Common Chi-Square Tests, Biometrics 1954), else by random tables with the
// same margins, which keeps its level however few the counts are.
func testTable(ctx context.Context, before, after []int, permutations int, seed uint64) (Test, error) {
	t := newMargins(before, after)
	out := Test{Name: "chi-square", Statistic: t.chiSquare(before), Freedom: len(t.total) - 1}
	if out.Freedom < 1 || t.n == 0 || t.first == 0 || t.first == t.n {
		return Test{Name: "chi-square", P: 1}, nil
	}
	if t.least() >= 5 {
		out.P = distuv.ChiSquared{K: float64(out.Freedom)}.Survival(out.Statistic)
		return out, nil
	}
	rng := rand.New(rand.NewPCG(seed, 11))
	out.Name, out.Permutations = "chi-square over random tables", permutations
	drawn, extreme := make([]int, len(before)), 1
	for i := range permutations {
		if i%64 == 0 && ctx.Err() != nil {
			return Test{}, ctx.Err()
		}
		t.draw(rng, drawn)
		// Equal tables must count as such whatever the order of sums.
		if t.chiSquare(drawn) >= out.Statistic*(1-1e-9) {
			extreme++
		}
	}
	out.P = float64(extreme) / float64(permutations+1)
	return out, nil
}

// margins are the sums of a table of two rows.
type margins struct {
	by       []int // counts of both rows by label
	total    []int // those above 0
	first, n int   // counts in the first row and in both
}

func newMargins(before, after []int) margins {
	var m margins
	for l := range before {
		c := before[l] + after[l]
		m.by = append(m.by, c)
		if c > 0 {
			m.total = append(m.total, c)
		}
		m.first += before[l]
		m.n += c
	}
	return m
}

func (m margins) least() float64 {
	least := math.Inf(1)
	row := float64(min(m.first, m.n-m.first))
	for _, c := range m.total {
		least = min(least, row*float64(c)/float64(m.n))
	}
	return least
}

func (m margins) chiSquare(first []int) float64 {
	share := float64(m.first) / float64(m.n)
	sum := 0.0
	for l, c := range m.by {
		if c > 0 {
			d := float64(first[l]) - share*float64(c)
			sum += d * d / (float64(c) * share * (1 - share))
		}
	}
	return sum
}

// draw fills in the first row of a random table with these margins.
func (m margins) draw(rng *rand.Rand, first []int) {
	left, rows := m.first, m.n
	for l, c := range m.by {
		first[l] = hypergeometric(rng, c, rows-c, left)
		left -= first[l]
		rows -= c
	}
}

// hypergeometric draws how many of k balls drawn without replacement are red, of red and
// white ones, by inversion from the mode outwards: as fast as the spread is small.
func hypergeometric(rng *rand.Rand, red, white, k int) int {
	low, high := max(0, k-white), min(k, red)
	if low == high {
		return low
	}
	mode := min(high, max(low, int(float64(k+1)*float64(red+1)/float64(red+white+2))))
	choose := func(n, r int) float64 { return combin.LogGeneralizedBinomial(float64(n), float64(r)) }
	p := math.Exp(choose(red, mode) + choose(white, k-mode) - choose(red+white, k))
	u := rng.Float64() - p
	up, down, pUp, pDown := mode, mode, p, p
	for u >= 0 && (up < high || down > low) {
		if up < high {
			pUp *= float64(red-up) * float64(k-up) / (float64(up+1) * float64(white-k+up+1))
			up++
			if u -= pUp; u < 0 {
				return up
			}
		}
		if down > low {
			pDown *= float64(down) * float64(white-k+down) / (float64(red-down+1) * float64(k-down+1))
			down--
			if u -= pDown; u < 0 {
				return down
			}
		}
	}
	return mode
}
