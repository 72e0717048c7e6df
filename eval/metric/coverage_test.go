package metric

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The acceptance figure is measured with
//
//	go test ./eval/metric -run Coverage -coverage.sims 2000 -v
//
// and fewer simulations make a quick check with as much more room as their error asks for.
var coverageSims = flag.Int("coverage.sims", 40, "simulated samples for each row of the coverage table")

// population is rows as probabilities of the cells of a confusion matrix.
type population struct {
	name  string
	cells Counts
}

// populations have a share of right answers around 0.7, 0.8 and 0.9, two or five labels.
// Half of the wrong answers follow the labels' shares, half are spread evenly.
func populations(rare bool) []population {
	var out []population
	for _, right := range []float64{0.7, 0.8, 0.9} {
		for _, shares := range map[bool][][]float64{
			false: {{0.5, 0.5}, {0.2, 0.2, 0.2, 0.2, 0.2}},
			true:  {{0.95, 0.05}, {0.55, 0.25, 0.1, 0.05, 0.05}},
		}[rare] {
			k := len(shares)
			cells := make(Counts, k*k)
			for t, share := range shares {
				recall := min(0.97, right+0.05*float64(k/2-t)) // the rarer, the harder
				for p := range k {
					cells[t*k+p] = share * recall
					if t != p {
						cells[t*k+p] = share * (1 - recall) * (0.5*shares[p]/(1-share) + 0.5/float64(k-1))
					}
				}
			}
			out = append(out, population{fmt.Sprintf("%d labels, %.1f right", k, right), cells})
		}
	}
	return out
}

// draw counts n rows of the population.
func (p population) draw(n int, r *rand.Rand) Counts {
	c := make(Counts, len(p.cells))
	for range n {
		u, i := r.Float64(), 0
		for i < len(c)-1 && u >= p.cells[i] {
			u -= p.cells[i]
			i++
		}
		c[i]++
	}
	return c
}

func (c Counts) score(k int) Score {
	m := c.margins()
	return Score{
		Precision: ratio(m.hits[k], m.chosen[k]), Recall: ratio(m.hits[k], m.truth[k]), F1: ratio(2*m.hits[k], m.truth[k]+m.chosen[k]),
		Support: int(m.truth[k]), Predicted: int(m.chosen[k]),
	}
}

func quadraticKappa(c Counts) float64 { kappa, _ := c.Ordinal([]float64{0, 1, 2, 3, 4}); return kappa }
func ordinalError(c Counts) float64   { _, steps := c.Ordinal([]float64{0, 1, 2, 3, 4}); return steps }

// kept counts by figure and population how often an interval held the truth.
type kept map[string]map[string]*[2]int

func (t kept) add(figure, population string, held bool) {
	if t[figure] == nil {
		t[figure] = map[string]*[2]int{}
	}
	if t[figure][population] == nil {
		t[figure][population] = &[2]int{}
	}
	t[figure][population][1]++
	if held {
		t[figure][population][0]++
	}
}

// shares gives the coverage over all populations and the least and largest of one.
func (t kept) shares(figure string) (all, low, high float64, n int) {
	held := 0
	low, high = 1, 0
	for _, c := range t[figure] {
		held += c[0]
		n += c[1]
		share := float64(c[0]) / float64(c[1])
		low, high = min(low, share), max(high, share)
	}
	return float64(held) / float64(n), low, high, n
}

// meant is the population's mean of a label's figure over the labels that the sample holds:
// what a sample without some label can speak of.
func meant(sample, truth Counts, of func(Score) float64, occurs func(Score) bool) float64 {
	sum, n := 0.0, 0.0
	scaled := slices.Clone(truth)
	for i := range scaled {
		scaled[i] *= 1e9 // Score counts whole rows
	}
	for k := range sample.labels() {
		if occurs(sample.score(k)) {
			sum += of(scaled.score(k))
			n++
		}
	}
	return sum / n
}

func tallyFigures(into kept, p population, n int, r *rand.Rand, rare bool) {
	const level = 0.95
	c := p.draw(n, r)
	m, truth := c.margins(), p.cells.margins()
	add := func(figure string, i Interval, v float64) {
		into.add(figure, p.name, i.Low <= v+1e-9 && v <= i.High+1e-9)
	}
	add("accuracy", Wilson(m.right, m.n, level), truth.right)
	for k := range m.hits {
		kinds := []string{""}
		if rare && truth.truth[k] < 0.06 {
			kinds = append(kinds, " of 5 % labels")
		}
		s := c.score(k)
		for _, kind := range kinds {
			if s.Support > 0 {
				add("recall"+kind, Wilson(m.hits[k], m.truth[k], level), truth.hits[k]/truth.truth[k])
			}
			if s.Predicted > 0 {
				add("precision"+kind, Wilson(m.hits[k], m.chosen[k], level), truth.hits[k]/truth.chosen[k])
			}
			if s.Support+s.Predicted > 0 {
				add("F1"+kind, F1Interval(s, level), 2*truth.hits[k]/(truth.truth[k]+truth.chosen[k]))
			}
		}
	}
	add("macro-F1", c.MacroF1Interval(level), meant(c, p.cells, func(s Score) float64 { return s.F1 }, func(s Score) bool { return s.Support+s.Predicted > 0 }))
	add("balanced accuracy", c.BalancedAccuracyInterval(level), meant(c, p.cells, func(s Score) float64 { return s.Recall }, func(s Score) bool { return s.Support > 0 }))
	drawn := []func(Counts) float64{Counts.WeightedF1, Counts.Kappa, Counts.MCC, quadraticKappa, ordinalError}
	intervals, _ := Resample(c, 500, r.Uint64(), level, func(c Counts, out []float64) {
		for i, f := range drawn {
			out[i] = f(c)
		}
	}, len(drawn))
	for i, name := range []string{"weighted F1", "kappa", "MCC", "quadratic kappa", "ordinal error"} {
		add(name, intervals[i], drawn[i](p.cells))
	}
}

// honesty is how far stated confidences are from the truth.
var honesty = map[string]func(c float64) float64{
	"calibrated":         func(c float64) float64 { return c },
	"too sure by 0.1":    func(c float64) float64 { return c - 0.1 },
	"logits 1.6 too far": func(c float64) float64 { return 1 / (1 + math.Exp(-math.Log(c/(1-c))/1.6)) },
	"too modest":         func(c float64) float64 { return 1 / (1 + math.Exp(-math.Log(c/(1-c))*1.5)) },
}

func tallyCalibration(into kept, n int, r *rand.Rand) {
	for name, truth := range honesty {
		confidence, correct := make([]float64, n), make([]bool, n)
		for i := range confidence {
			confidence[i] = 0.3 + 0.695*math.Sqrt(r.Float64())
		}
		slices.Sort(confidence)
		for i, c := range confidence {
			correct[i] = r.Float64() < truth(c)
		}
		ranked := Rank(confidence, correct)
		_, sweep := ranked.ECESweep()
		for figure, bins := range map[string]int{"ECE of 15 bins": MaxBins, "ECE of swept bins": sweep} {
			want, at := 0.0, 0
			for _, b := range ranked.Bins(bins) {
				sum := 0.0
				for _, c := range confidence[at : at+b.N] {
					sum += c - truth(c)
				}
				at += b.N
				want += math.Abs(sum) / float64(n)
			}
			i, _ := ranked.ECEInterval(bins, 0.95, 300, r.Uint64())
			into.add(figure, name, i.Low <= want+1e-12 && want <= i.High+1e-12)
		}
	}
}

func TestCoverage(t *testing.T) {
	sims := *coverageSims
	var table strings.Builder
	fmt.Fprintf(&table, "%-28s %6s %-12s %8s   %s\n", "figure", "n", "labels", "coverage", "least..most over the populations")
	for _, n := range []int{50, 200, 1000} {
		for kind, rare := range map[string]bool{"balanced": false, "some 5 %": true} {
			into, r := kept{}, rand.New(rand.NewPCG(uint64(n), 7))
			for _, p := range populations(rare) {
				for range sims {
					tallyFigures(into, p, n, r, rare)
				}
			}
			report(t, &table, into, n, kind, sims)
		}
		into, r := kept{}, rand.New(rand.NewPCG(uint64(n), 8))
		for range sims {
			tallyCalibration(into, n, r)
		}
		report(t, &table, into, n, "-", sims)
	}
	t.Log("\n" + table.String())
}

// report holds each figure's coverage over all populations to 93-97 %, and four standard
// errors of the simulation.
func report(t *testing.T, table *strings.Builder, into kept, n int, kind string, sims int) {
	figures := make([]string, 0, len(into))
	for f := range into {
		figures = append(figures, f)
	}
	slices.Sort(figures)
	for _, f := range figures {
		all, low, high, rows := into.shares(f)
		fmt.Fprintf(table, "%-28s %6d %-12s %8.3f   %.3f..%.3f\n", f, n, kind, all, low, high)
		room := 4 * math.Sqrt(0.05*0.95/float64(min(rows, 6*sims)))
		if all < 0.93-room || all > 0.97+room {
			t.Errorf("%s, n = %d, %s: coverage %.3f", f, n, kind, all)
		}
	}
}
