package people

import (
	"context"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// noise is the fitted noise model.
type noise struct {
	share, power float64
	// right is, by row, the sharpened probability of the given label and its kin.
	right  []float64
	spread float64 // the chance that a wrong label is this one: 1/(labels-1)
}

// Bounds of the fit.
const (
	maxNoise           = 0.5
	minPower, maxPower = 0.25, 4.0
	leastP             = 1e-7 // below it, probabilities are rounding
)

// fitNoise finds the power on a grid, then by golden section, and for each power the share.
func fitNoise(ctx context.Context, g *given) (*noise, error) {
	logs := logarithms(g)
	at := func(logPower float64) (*noise, float64) {
		m := &noise{power: math.Exp(logPower), spread: 1 / math.Max(1, float64(len(g.labels)-1))}
		m.right = sharpened(g, logs, m.power)
		m.share = m.bestShare()
		return m, m.likelihood(m.share)
	}
	const steps = 8
	low, high := math.Log(minPower), math.Log(maxPower)
	width := (high - low) / steps
	best, bestAt := math.Inf(-1), low
	for i := range steps + 1 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if _, v := at(low + float64(i)*width); v > best {
			best, bestAt = v, low+float64(i)*width
		}
	}
	a, b := math.Max(low, bestAt-width), math.Min(high, bestAt+width)
	const golden = 0.6180339887498949
	c, d := b-golden*(b-a), a+golden*(b-a)
	_, fc := at(c)
	_, fd := at(d)
	for b-a > 1e-3 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if fc > fd {
			b, d, fd = d, c, fc
			c = b - golden*(b-a)
			_, fc = at(c)
		} else {
			a, c, fc = c, d, fd
			d = a + golden*(b-a)
			_, fd = at(d)
		}
	}
	m, _ := at((a + b) / 2)
	return m, nil
}

func logarithms(g *given) [][]float64 {
	k := len(g.labels)
	flat := make([]float64, k*len(g.p))
	out := make([][]float64, len(g.p))
	for i, p := range g.p {
		out[i] = flat[i*k : (i+1)*k]
		for c, v := range p {
			out[i][c] = math.Log(math.Max(float64(v), leastP))
		}
	}
	return out
}

// sharpened is, by row, the share of the given label and its kin in the distribution raised
// to a power.
func sharpened(g *given, logs [][]float64, power float64) []float64 {
	out := make([]float64, len(logs))
	for i, row := range logs {
		all, right := 0.0, 0.0
		kin := g.kin[g.label[i]]
		for c, v := range row {
			e := math.Exp(power * v)
			all += e
			if kin[c] {
				right += e
			}
		}
		out[i] = right / all
	}
	return out
}

// terms are the likelihoods of a row's label when it was kept and when it was replaced.
func (m *noise) terms(right float64) (kept, replaced float64) {
	return math.Max(right, 1e-300), (1 - right) * m.spread
}

func (m *noise) likelihood(share float64) float64 {
	sum := 0.0
	for _, r := range m.right {
		kept, replaced := m.terms(r)
		sum += math.Log(kept + share*(replaced-kept))
	}
	return sum
}

// bestShare halves the interval: the likelihood is concave in the share.
func (m *noise) bestShare() float64 {
	slope := func(share float64) float64 {
		sum := 0.0
		for _, r := range m.right {
			kept, replaced := m.terms(r)
			sum += (replaced - kept) / (kept + share*(replaced-kept))
		}
		return sum
	}
	if slope(0) <= 0 {
		return 0
	}
	return halve(0, maxNoise, func(x float64) bool { return slope(x) > 0 })
}

// halve finds where yes turns to no between low and high.
func halve(low, high float64, yes func(float64) bool) float64 {
	for range 40 {
		if mid := (low + high) / 2; yes(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// figure is the share with its likelihood-ratio interval, the power held.
func (m *noise) figure(level float64) Figure {
	drop := distuv.ChiSquared{K: 1}.Quantile(level) / 2
	top := m.likelihood(m.share)
	inside := func(x float64) bool { return top-m.likelihood(x) <= drop }
	f := Figure{Value: m.share, High: maxNoise}
	if !inside(0) {
		f.Low = halve(0, m.share, func(x float64) bool { return !inside(x) })
	}
	if !inside(maxNoise) {
		f.High = halve(m.share, maxNoise, inside)
	}
	return f
}

// wrong is the probability that row i's label was replaced.
func (m *noise) wrong(i int) float64 {
	kept, replaced := m.terms(m.right[i])
	return m.share * replaced / ((1-m.share)*kept + m.share*replaced)
}

// matrix is, by given label, where its rows belong.
func (m *noise) matrix(g *given) [][]float64 {
	k := len(g.labels)
	logs, n := logarithms(g), make([]float64, k)
	out := make([][]float64, k)
	for l := range k {
		out[l] = make([]float64, k)
	}
	for i, l := range g.label {
		w := m.wrong(i)
		n[l]++
		out[l][l] += 1 - w
		others := 0.0
		for c, v := range logs[i] {
			if !g.kin[l][c] {
				others += math.Exp(m.power * v)
			}
		}
		if others == 0 {
			out[l][l] += w
			continue
		}
		for c, v := range logs[i] {
			if !g.kin[l][c] {
				out[l][c] += w * math.Exp(m.power*v) / others
			}
		}
	}
	for l := range k {
		for c := range k {
			if n[l] > 0 {
				out[l][c] /= n[l]
			}
		}
		if n[l] == 0 {
			out[l][l] = 1
		}
	}
	return out
}
