package drift

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// variation is half the sum of absolute differences.
func variation(b, a []float64) float64 {
	sum := 0.0
	for l := range b {
		sum += math.Abs(a[l] - b[l])
	}
	return sum / 2
}

// stability is the population stability index; shares must be above 0.
func stability(b, a []float64) float64 {
	sum := 0.0
	for l := range b {
		sum += (a[l] - b[l]) * math.Log(a[l]/b[l])
	}
	return sum
}

// shares of counts, each count raised by a part of a claim, so that a label that one side
// lacks does not make the index infinite; labels that both lack are left out.
func shares(counts, other []float64, raise float64) []float64 {
	var out []float64
	sum := 0.0
	for l, c := range counts {
		if c+other[l] > 0 {
			out = append(out, c+raise)
			sum += c + raise
		}
	}
	for l := range out {
		out[l] /= sum
	}
	return out
}

// half a claim is what counts are raised by for the index.
const half = 0.5

// effects gives total variation and index with intervals. Both are biased upward, on few
// claims far: two halves of one pile differ. So the measured difference is scaled by a
// factor, and the interval holds what those factors stand for under which the measured
// figure is not unusual.
func effects(ctx context.Context, before, after []int, o Options) (tv, psi Figure, err error) {
	b, a := floats(before), floats(after)
	pb, pa := shares(b, a, half), shares(a, b, half)
	s := &scaled{before: pb, after: pa, n: total(before), m: total(after), draws: o.Draws, seed: o.Seed}
	tv.Value, psi.Value = variation(shares(b, a, 0), shares(a, b, 0)), stability(pb, pa)
	tv.Low, tv.High, err = s.interval(ctx, tv.Value, o.Level, variation, 0)
	if err != nil {
		return tv, psi, err
	}
	psi.Low, psi.High, err = s.interval(ctx, psi.Value, o.Level, stability, half)
	return tv, psi, err
}

func floats(counts []int) []float64 {
	out := make([]float64, len(counts))
	for l, c := range counts {
		out[l] = float64(c)
	}
	return out
}

// scaled is two distributions whose difference can be scaled.
type scaled struct {
	before, after []float64
	n, m          int
	draws         int
	seed          uint64
}

// at gives both distributions with t times their difference, as far as shares stay above 0.
func (s *scaled) at(t float64) (b, a []float64) {
	b, a = make([]float64, len(s.before)), make([]float64, len(s.before))
	sb, sa := 0.0, 0.0
	for l := range b {
		mid, step := (s.before[l]+s.after[l])/2, t*(s.after[l]-s.before[l])/2
		b[l], a[l] = max(1e-9, mid-step), max(1e-9, mid+step)
		sb, sa = sb+b[l], sa+a[l]
	}
	for l := range b {
		b[l], a[l] = b[l]/sb, a[l]/sa
	}
	return b, a
}

// reach is the share of draws at factor t whose figure is at least, and at most, the measured.
func (s *scaled) reach(t, measured float64, figure func(b, a []float64) float64, raise float64) (above, below float64) {
	b, a := s.at(t)
	x, y, all := make([]float64, len(b)), make([]float64, len(b)), make([]float64, len(b))
	for l := range all {
		all[l] = 1 // no label is left out
	}
	for d := range s.draws {
		rng := rand.New(rand.NewPCG(s.seed, uint64(d)+100))
		multinomial(rng, s.n, b, x)
		multinomial(rng, s.m, a, y)
		v := figure(shares(x, all, raise), shares(y, all, raise))
		above += float64(one(v >= measured)) / float64(s.draws)
		below += float64(one(v <= measured)) / float64(s.draws)
	}
	return above, below
}

func multinomial(rng *rand.Rand, n int, p, out []float64) {
	left, rest := float64(n), 1.0
	for l, share := range p {
		out[l] = 0
		switch {
		case left <= 0:
		case share >= rest || l == len(p)-1:
			out[l] = left
		default:
			out[l] = distuv.Binomial{N: left, P: share / rest, Src: rng}.Rand()
		}
		left -= out[l]
		rest -= share
	}
}

// interval looks for the factors at which the measured figure begins and ceases to be usual.
func (s *scaled) interval(ctx context.Context, measured, level float64, figure func(b, a []float64) float64, raise float64) (low, high float64, err error) {
	tail := (1 - level) / 2
	const most = 8.0 // times the measured difference
	find := func(lowEnd, highEnd float64, goOn func(t float64) bool) float64 {
		for range 14 {
			if ctx.Err() != nil {
				return 0
			}
			if mid := (lowEnd + highEnd) / 2; goOn(mid) {
				lowEnd = mid
			} else {
				highEnd = mid
			}
		}
		return (lowEnd + highEnd) / 2
	}
	from, to := 0.0, most
	if above, _ := s.reach(0, measured, figure, raise); above < tail {
		from = find(0, 1, func(t float64) bool { a, _ := s.reach(t, measured, figure, raise); return a < tail })
	}
	if _, below := s.reach(most, measured, figure, raise); below < tail {
		to = find(min(1, from), most, func(t float64) bool { _, b := s.reach(t, measured, figure, raise); return b >= tail })
	}
	size := func(t float64) float64 { return figure(s.at(t)) }
	return size(from), size(to), ctx.Err()
}
