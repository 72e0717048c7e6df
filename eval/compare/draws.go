package compare

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// draws are repeated measurements of one table's figures, by figure and draw.
type draws struct {
	observed []estimate
	// resampled are deviations from the observed difference in bootstrap draws, exchanged the
	// differences when answers change places at random; both in standard errors of the draw.
	resampled, exchanged [][]float64
}

// run draws from f's table. Each draw has a stream of random numbers of its own, so that
// results are the same on any number of processors. It fails when ctx ends.
func run(ctx context.Context, f figures, count int, seed, stream uint64) (*draws, error) {
	metrics := len(f.metrics())
	d := &draws{observed: make([]estimate, metrics), resampled: columns(metrics, count), exchanged: columns(metrics, count)}
	f.meter()(f.table().counts, d.observed)
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), count)
	for w := range workers {
		wg.Go(func() { d.work(ctx, f, w, workers, seed, stream) })
	}
	wg.Wait()
	return d, ctx.Err()
}

func columns(metrics, count int) [][]float64 {
	out := make([][]float64, metrics)
	for m := range out {
		out[m] = make([]float64, count)
	}
	return out
}

// work does every workers-th draw.
func (d *draws) work(ctx context.Context, f figures, from, workers int, seed, stream uint64) {
	t, measure := f.table(), f.meter()
	counts, out := make([]int32, len(t.counts)), make([]estimate, len(d.observed))
	source := rand.NewPCG(0, 0)
	r := rand.New(source)
	for i := from; i < len(d.resampled[0]) && ctx.Err() == nil; i += workers {
		source.Seed(seed, stream<<32|uint64(i))
		t.resample(r, counts)
		measure(counts, out)
		for m, e := range out {
			d.resampled[m][i] = deviation(e, d.observed[m])
		}
		t.exchange(r, counts)
		measure(counts, out)
		for m, e := range out {
			d.exchanged[m][i] = e.studentised()
		}
	}
}

// studentised is the difference in standard errors; infinite for a difference without any
// spread.
func (e estimate) studentised() float64 {
	d := e.difference()
	if math.Abs(d) < 1e-12 {
		return 0
	}
	return d / e.se
}

// leastSpread bounds how much smaller than the observed one the standard error of a draw may
// be taken: draws of few claims may by chance have hardly any that differ.
const leastSpread = 0.25

// deviation is by how many of its own standard errors a draw misses the observed difference.
func deviation(draw, observed estimate) float64 {
	se := max(draw.se, leastSpread*observed.se)
	if se == 0 {
		return 0
	}
	return (draw.difference() - observed.difference()) / se
}

// interval is the interval of figure m at 1 - alpha: the observed difference and as many of
// its standard errors to either side as the draws miss it by in their own (symmetric
// bootstrap-t; Hall: On Symmetric Bootstrap Confidence Intervals, JRSS B 1988). On some tens
// of claims with rare labels the bootstrap sees too little; there the exchange draws ask for
// more, and have it, so that the interval holds 0 whenever p is above alpha. most is the
// largest difference that the figure can have.
func (d *draws) interval(m int, alpha, most float64) (low, high float64) {
	return d.around(m, max(critical(d.resampled[m], alpha), critical(d.exchanged[m], alpha)), most)
}

// accuracyInterval is that of accuracy, figure m. Exchange draws would make of McNemar's mid-p
// the conservative exact test; what the bootstrap misses on few flips, those that did not
// happen, the interval of paired shares has.
func (d *draws) accuracyInterval(m int, flips McNemar, n int, alpha float64) (low, high float64) {
	low, high = d.around(m, critical(d.resampled[m], alpha), widest(Accuracy))
	least, most := pairedShares(flips.Fixed, flips.Broken, n, alpha)
	return min(low, least), max(high, most)
}

// around is the observed difference and so many standard errors to either side.
func (d *draws) around(m int, errors, most float64) (low, high float64) {
	e := d.observed[m]
	half := e.se * errors
	if !(half < 2*most) { // also where no claim varies, 0 times infinity
		half = 2 * most
	}
	return max(-most, e.difference()-half), min(most, e.difference()+half)
}

// critical is the size that a share alpha of draws exceeds or meets, counting the observed
// one among them.
func critical(draws []float64, alpha float64) float64 {
	sizes := make([]float64, len(draws))
	for i, v := range draws {
		sizes[i] = math.Abs(v)
	}
	slices.Sort(sizes)
	k := max(1, int(alpha*float64(len(sizes)+1)+1e-9))
	return sizes[len(sizes)-min(k, len(sizes))]
}

// p is the share of exchanges that differ at least as much as the models do, the models
// themselves counted as one of them. Exact when the models are interchangeable; since the
// statistic is studentised, also right on large samples when they are merely equally good
// (Janssen: Studentized permutation tests for non-i.i.d. hypotheses, Statistics & Probability
// Letters 1997; Chung and Romano: Exact and asymptotically robust permutation tests, Annals
// of Statistics 2013).
func (d *draws) p(m int) float64 {
	observed := math.Abs(d.observed[m].studentised())
	as := 1
	for _, v := range d.exchanged[m] {
		if math.Abs(v) >= observed*(1-1e-9) {
			as++
		}
	}
	return float64(as) / float64(len(d.exchanged[m])+1)
}
