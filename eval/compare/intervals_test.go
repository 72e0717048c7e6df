package compare

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/defekt/defekt/eval/sample"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestIntervalsHold: where the models differ, the intervals hold the true difference, which is
// that of very many claims, in about 95 % of samples.
func TestIntervalsHold(t *testing.T) {
	gain := func(int) float64 { return 0.5 }
	draw := func(w world, n int, seed uint64) (a, b *sample.Sample) {
		x, y := w.axis(rand.New(rand.NewPCG(seed, 31)), "severity", n, gain)
		return &sample.Sample{IDs: ids(n), Axes: []sample.Axis{x}}, &sample.Sample{IDs: ids(n), Axes: []sample.Axis{y}}
	}
	for _, w := range []world{worlds()[0], worlds()[3]} {
		a, b := draw(w, 200_000, 1)
		p, err := collect(&a.Axes[0], &b.Axes[0], match(a, b), false)
		if err != nil {
			t.Fatal(err)
		}
		truth := map[string]float64{}
		for _, f := range p.figures() {
			out := make([]estimate, len(f.metrics()))
			f.meter()(f.table().counts, out)
			for m, name := range f.metrics() {
				truth[name] = out[m].difference()
			}
		}
		for _, n := range []int{100, 400} {
			var mu sync.Mutex
			missed := map[string]int{}
			runs := 2 * *sims
			each(runs, func(run int) {
				a, b := draw(w, n, uint64(run)+10)
				r, err := Run(context.Background(), a, b, simOptions(run))
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
					return
				}
				for _, d := range r.Axes[0].Differences {
					if d.Low > truth[d.Metric] || truth[d.Metric] > d.High {
						missed[d.Metric]++
					}
				}
			})
			for _, m := range []string{Accuracy, MacroF1, BalancedAccuracy, QuadraticKappa, LogLoss, Brier} {
				rate := float64(missed[m]) / float64(runs)
				t.Logf("%-30s n = %3d: %-17s held in %.1f %%", w.name, n, m, 100*(1-rate))
				// More than this happens once in 10,000 at a true 8 %.
				if d := (distuv.Binomial{N: float64(runs), P: 0.08}); 1-d.CDF(float64(missed[m]-1)) < 1e-4 {
					t.Errorf("%s, n = %d: intervals of %s miss %.1f %%", w.name, n, m, 100*rate)
				}
			}
		}
	}
}
