package metric

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Resample draws the matrix again and again and gives an interval for each figure, by the
// percentiles of its values; ok is false for figures that were no number in some draw.
// figures puts one value each into out, which has the length that it is asked for.
//
// Rows in the same cell are interchangeable, so that drawing rows is drawing the cells'
// weights at once: the time does not depend on the number of rows. The draw is the Bayesian
// bootstrap (Rubin: The Bayesian Bootstrap, Annals of Statistics 1981), a Dirichlet over the
// cells, with 4/labels rows spread evenly over all cells on top; otherwise a cell that
// happens to be empty would stay so in all draws and the interval be too short (see
// intervals.md). It asks for rows drawn at random with labels as they come. The same seed
// gives the same interval anywhere.
func Resample(c Counts, draws int, seed uint64, level float64, figures func(c Counts, out []float64), n int) (out []Interval, ok []bool) {
	k := float64(c.labels())
	soft := slices.Clone(c)
	for i := range soft {
		soft[i] += 4 / k / (k * k)
	}
	drawn := make(Counts, len(c))
	r := rand.New(rand.NewPCG(seed, 0x2a))
	return percentiles(draws, n, level, func(values []float64) {
		for i, alpha := range soft {
			drawn[i] = gamma(alpha, r)
		}
		figures(drawn, values)
	})
}

// percentiles calls once per draw and gives the interval of each of n values.
func percentiles(draws, n int, level float64, once func(values []float64)) (out []Interval, ok []bool) {
	columns, values := make([][]float64, n), make([]float64, n)
	for range draws {
		once(values)
		for i, v := range values {
			columns[i] = append(columns[i], v)
		}
	}
	out, ok = make([]Interval, n), make([]bool, n)
	for i, column := range columns {
		slices.Sort(column) // NaN first
		if ok[i] = len(column) > 1 && !math.IsNaN(column[0]); ok[i] {
			out[i] = Interval{Low: Quantile(column, 0.5-level/2), High: Quantile(column, 0.5+level/2), Method: MethodBootstrap}
		}
	}
	return out, ok
}

// Quantile is that of sorted values, two at least, linear between them (numpy's default).
func Quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-2)
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// gamma draws from the gamma distribution of that shape and scale 1.
func gamma(shape float64, r *rand.Rand) float64 {
	return distuv.Gamma{Alpha: shape, Beta: 1, Src: r}.Rand()
}
