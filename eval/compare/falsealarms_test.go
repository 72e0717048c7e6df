package compare

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/defekt/defekt/eval/sample"
	"gonum.org/v1/gonum/stat/distuv"
)

// sims is how often each world is drawn: `go test ./eval/compare -run FalseAlarms -sims 1000 -v`
// prints the whole table.
var sims = flag.Int("sims", 50, "simulated comparisons in each cell of the false-alarm tables")

// allowed is the most alarms that runs may show when the true rate is 5.5 %: more happen with
// a probability of at most 1 in 10,000 (exact binomial), so that a table of some hundred
// figures fails by chance about once in a hundred seeds, and never for one seed.
func allowed(runs int) int {
	d := distuv.Binomial{N: float64(runs), P: 0.055}
	for k := range runs {
		if 1-d.CDF(float64(k)) <= 1e-4 {
			return k
		}
	}
	return runs
}

// sizes are the numbers of claims: all in a full run, two in a short one.
func sizes() []int {
	if *sims < 500 {
		return []int{50, 200}
	}
	return []int{30, 50, 200, 1000}
}

// each calls f for every run, on two processors at most.
func each(runs int, f func(run int)) {
	var wg sync.WaitGroup
	var next atomic.Int64
	for range 2 {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= runs; i = int(next.Add(1)) {
				f(i)
			}
		})
	}
	wg.Wait()
}

// simOptions draw so often that p can be 5 % exactly, and no more in a short run.
func simOptions(run int) Options {
	o := DefaultOptions()
	o.Draws, o.Seed = 399, uint64(run)
	if *sims < 500 {
		o.Draws = 199
	}
	return o
}

// TestFalseAlarms: two equal models must be told apart in at most 5.5 % of comparisons at
// level 5 %, whatever the figure.
func TestFalseAlarms(t *testing.T) {
	metrics := []string{Accuracy, MacroF1, BalancedAccuracy, QuadraticKappa, LogLoss, Brier, ECECommon}
	total, cells := map[string]int{}, 0
	t.Logf("%-30s %5s  %s", "share of alarms, %", "n", strings.Join(metrics, "  "))
	for _, w := range worlds() {
		for _, n := range sizes() {
			alarms, alone := falseAlarms(t, w, n)
			line, byP, byInterval := "", "", ""
			for _, m := range metrics {
				width := len(m)
				line += fmt.Sprintf("%*.1f  ", width, 100*float64(alarms[m])/float64(*sims))
				byP += fmt.Sprintf("%*.1f  ", width, 100*float64(alone[m][0])/float64(*sims))
				byInterval += fmt.Sprintf("%*.1f  ", width, 100*float64(alone[m][1])/float64(*sims))
				total[m] += alarms[m]
				if alarms[m] > allowed(*sims) {
					t.Errorf("%s, n = %d: %s raises %d alarms in %d runs, at most %d are chance", w.name, n, m, alarms[m], *sims, allowed(*sims))
				}
			}
			cells++
			t.Logf("%-30s %5d  %s", w.name, n, line)
			t.Logf("%-30s %5s  %s", "   p-value alone", "", byP)
			t.Logf("%-30s %5s  %s", "   interval alone", "", byInterval)
		}
	}
	line := ""
	for _, m := range metrics {
		line += fmt.Sprintf("%*.2f  ", len(m), 100*float64(total[m])/float64(cells**sims))
		if total[m] > allowed(cells**sims) {
			t.Errorf("%s raises %d alarms in %d runs", m, total[m], cells**sims)
		}
	}
	t.Logf("%-30s %5s  %s", "all", "", line)
}

// falseAlarms counts by figure how many runs called one model better, and how many would
// have by the p-value or the interval alone.
func falseAlarms(t *testing.T, w world, n int) (alarms map[string]int, alone map[string][2]int) {
	var mu sync.Mutex
	alarms, alone = map[string]int{}, map[string][2]int{}
	each(*sims, func(run int) {
		a, b := w.pair(rand.New(rand.NewPCG(uint64(run), uint64(n))), n)
		r, err := Run(context.Background(), a, b, simOptions(run))
		if err != nil {
			t.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for _, d := range r.Axes[0].Differences {
			by := alone[d.Metric]
			if d.P <= r.Alpha {
				by[0]++
			}
			if d.Low > 0 || d.High < 0 {
				by[1]++
			}
			alone[d.Metric] = by
			if d.Outcome != None {
				alarms[d.Metric]++
			}
		}
	})
	return alarms, alone
}

// TestFalseAlarmsOfTheWhole: the summary over five axes.
func TestFalseAlarmsOfTheWhole(t *testing.T) {
	for _, n := range []int{50, 200} {
		var alarms atomic.Int64
		each(*sims, func(run int) {
			r := rand.New(rand.NewPCG(uint64(run), 77))
			a, b := &sample.Sample{IDs: ids(n)}, &sample.Sample{IDs: ids(n)}
			for i := range 5 {
				x, y := worlds()[i%4].axis(r, fmt.Sprint("axis-", i), n, nil)
				a.Axes, b.Axes = append(a.Axes, x), append(b.Axes, y)
			}
			o := simOptions(run)
			o.Draws = 100 // McNemar's test draws nothing
			got, err := Run(context.Background(), a, b, o)
			if err != nil {
				t.Error(err)
				return
			}
			if !strings.HasPrefix(got.Verdict, "No difference") {
				alarms.Add(1)
			}
		})
		t.Logf("five axes, n = %d: %.1f %% of %d comparisons find a difference somewhere", n, 100*float64(alarms.Load())/float64(*sims), *sims)
		if int(alarms.Load()) > allowed(*sims) {
			t.Errorf("n = %d: %d alarms in %d runs", n, alarms.Load(), *sims)
		}
	}
}

// TestFalseAlarmsOfSlices: with 30 slices, the share of false ones among those called
// different is at most 5.5 % on average: when no slice differs (then any find is false), and
// when the models differ in the slices of one field and in no other.
func TestFalseAlarmsOfSlices(t *testing.T) {
	for _, c := range []struct {
		name string
		w    world
		gain float64
	}{{"no slice differs", worlds()[0], 0}, {"equally good in each", worlds()[2], 0}, {"six slices differ", worlds()[0], 2}} {
		for _, n := range []int{300, 1000} {
			var mu sync.Mutex
			sum, finds := 0.0, 0
			runs := 4 * *sims // cheap: nothing is drawn
			each(runs, func(run int) {
				r := rand.New(rand.NewPCG(uint64(run), 99))
				a, b := sliced(r, c.w, n, c.gain)
				got, err := onlySlices(a, b)
				if err != nil || got.Looks != 30 {
					t.Errorf("%d looks, error %v", got.Looks, err)
					return
				}
				share := falseShare(got, c.gain > 0)
				mu.Lock()
				sum, finds = sum+share, finds+got.Shown
				mu.Unlock()
			})
			t.Logf("%-22s n = %4d: false discovery %.2f %%, %.2f finds a run", c.name, n, 100*sum/float64(runs), float64(finds)/float64(runs))
			// A share of false finds is within 0..1, so that its sum is at most as uncertain
			// as a count of runs.
			if sum > float64(allowed(runs)) {
				t.Errorf("%s, n = %d: false discovery %.3f in %d runs", c.name, n, sum/float64(runs), runs)
			}
			if c.gain > 0 && n >= 1000 && finds < runs {
				t.Errorf("%s, n = %d: %d finds in %d runs", c.name, n, finds, runs)
			}
		}
	}
}

// onlySlices is the part of Run that is about slices.
func onlySlices(a, b *sample.Sample) (Slices, error) {
	o := DefaultOptions()
	o.Slices.MinSize = 10
	pairs := match(a, b)
	parts, err := cut(a, b, pairs, o)
	if err != nil {
		return Slices{}, err
	}
	p, err := collect(&a.Axes[0], &b.Axes[0], pairs, false)
	if err != nil {
		return Slices{}, err
	}
	l := looks{o: o}
	l.add(p, parts)
	return l.result(), nil
}

// sliced draws one axis and five fields of six values. With a gain, B is better where the
// first field is 0, 1 or 2 and A, by as much, where it is 3, 4 or 5, so that no slice of
// another field differs.
func sliced(r *rand.Rand, w world, n int, gain float64) (a, b *sample.Sample) {
	fields := map[string][]string{}
	for f := range 5 {
		column := make([]string, n)
		for i := range column {
			column[i] = fmt.Sprint(r.IntN(6))
		}
		fields[fmt.Sprint("field-", f)] = column
	}
	first := fields["field-0"]
	up := func(i int) bool { return first[i] < "3" }
	axisA, axisB := w.axis(r, "severity", n, func(i int) float64 {
		if up(i) {
			return gain
		}
		return 0
	})
	if gain > 0 {
		exchange(&axisA, &axisB, r, w, n, gain, up)
	}
	return &sample.Sample{IDs: ids(n), Axes: []sample.Axis{axisA}, Fields: fields}, &sample.Sample{IDs: ids(n), Axes: []sample.Axis{axisB}, Fields: fields}
}

// exchange gives A the gain where B has none, by drawing those rows with the roles turned.
func exchange(a, b *sample.Axis, r *rand.Rand, w world, n int, gain float64, up func(int) bool) {
	plain, better := w.axis(r, a.ID, n, func(int) float64 { return gain })
	for i := range n {
		if !up(i) {
			a.Truth[i], b.Truth[i] = plain.Truth[i], plain.Truth[i]
			a.Chosen[i], b.Chosen[i] = better.Chosen[i], plain.Chosen[i]
		}
	}
}

// falseShare is the share of false ones among the slices called different, 0 without any.
func falseShare(s Slices, firstFieldDiffers bool) float64 {
	wrong := 0
	for _, d := range s.List {
		if d.Outcome != None && (!firstFieldDiffers || d.Field != "field-0") {
			wrong++
		}
	}
	if s.Shown == 0 {
		return 0
	}
	return float64(wrong) / float64(s.Shown)
}
