package compare

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/eval/sample"
)

func mustRun(t testing.TB, a, b *sample.Sample, o Options) *Result {
	t.Helper()
	for _, s := range []*sample.Sample{a, b} {
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Run(context.Background(), a, b, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func quick() Options {
	o := DefaultOptions()
	o.Draws = 400
	return o
}

func (a *Axis) get(t testing.TB, name string) Difference {
	t.Helper()
	for _, d := range a.Differences {
		if d.Metric == name {
			return d
		}
	}
	t.Fatalf("no %s among %d figures", name, len(a.Differences))
	return Difference{}
}

// TestFiguresAreThoseOfMetric: each model's figure is what package metric says of it alone.
func TestFiguresAreThoseOfMetric(t *testing.T) {
	a, b := worlds()[3].pair(rand.New(rand.NewPCG(1, 2)), 300)
	r := mustRun(t, a, b, quick())
	for side, s := range map[string]*sample.Sample{"a": a, "b": b} {
		x := &s.Axes[0]
		var truth, chosen []int
		var probabilities [][]float64
		for i := range x.Truth {
			truth, chosen = append(truth, int(x.Truth[i])), append(chosen, int(x.Chosen[i]))
			row := make([]float64, 4)
			for k, v := range x.Distribution(i) {
				row[k] = float64(v)
			}
			probabilities = append(probabilities, row)
		}
		conf, err := metric.NewConfusion(x.Labels, truth, chosen)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]float64{
			Accuracy: conf.Accuracy(), MacroF1: conf.MacroF1(), BalancedAccuracy: conf.BalancedAccuracy(),
			QuadraticKappa: conf.QuadraticKappa(), LogLoss: metric.LogLoss(probabilities, truth), Brier: metric.Brier(probabilities, truth),
		} {
			d := r.Axes[0].get(t, name)
			got := d.A
			if side == "b" {
				got = d.B
			}
			if math.Abs(got-want) > 1e-12 {
				t.Errorf("%s of %s is %.15f, package metric says %.15f", name, side, got, want)
			}
		}
	}
}

// TestECECommonByHand: with bins that both models share, two of 20 claims at least.
func TestECECommonByHand(t *testing.T) {
	var rows []eceRow
	for i := range 40 {
		// A states 0.9 and is right in 30 of 40; B states 0.6 and is right in 20.
		rows = append(rows, eceRow{a: 0.9, b: 0.6, rightA: i%4 != 0, rightB: i%2 == 0})
	}
	out := make([]estimate, 1)
	f := newECEFigures(rows)
	f.meter()(f.t.counts, out)
	if f.bins != 2 || math.Abs(out[0].a-0.15) > 1e-7 || math.Abs(out[0].b-0.1) > 1e-7 {
		t.Errorf("%d bins, %+v; want 2, 0.15 and 0.1", f.bins, out[0])
	}
}

// TestStandardErrors: those by influence are those of the bootstrap, on many claims.
func TestStandardErrors(t *testing.T) {
	a, b := worlds()[3].pair(rand.New(rand.NewPCG(8, 2)), 3000)
	pairs := match(a, b)
	p, err := collect(&a.Axes[0], &b.Axes[0], pairs, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.figures() {
		const draws = 1500
		table, measure, r := f.table(), f.meter(), rand.New(rand.NewPCG(1, 1))
		out, counts := make([]estimate, len(f.metrics())), make([]int32, len(table.counts))
		sum, squares := make([]float64, len(out)), make([]float64, len(out))
		for range draws {
			table.resample(r, counts)
			measure(counts, out)
			for m, e := range out {
				sum[m] += e.difference()
				squares[m] += e.difference() * e.difference()
			}
		}
		measure(table.counts, out)
		for m, name := range f.metrics() {
			spread := math.Sqrt(squares[m]/draws - sum[m]*sum[m]/draws/draws)
			// The spread of 1,500 draws is known to 2 %; bins make that of the ECE rougher.
			within := 0.08
			if name == ECECommon {
				within = 0.25
			}
			if math.Abs(out[m].se/spread-1) > within {
				t.Errorf("%s: standard error %.5f, draws spread by %.5f", name, out[m].se, spread)
			}
		}
	}
}

// TestDrawsKeepTheirCounts: a bootstrap draw has n claims and, on average, each cell's own
// number, whichever way it is drawn; an exchange keeps each pair of cells together.
func TestDrawsKeepTheirCounts(t *testing.T) {
	few := &table{counts: []int32{500, 3, 47, 0}, mirror: []int32{1, 0, 2, 3}, live: 3}
	for c, n := range few.counts {
		for range n {
			few.of = append(few.of, int32(c))
		}
	}
	many := *few
	many.live = 100 // claim by claim
	for name, tab := range map[string]*table{"by cell": few, "by claim": &many} {
		r, counts, sums := rand.New(rand.NewPCG(1, 1)), make([]int32, 4), [4]float64{}
		squares := 0.0
		const draws = 4000
		for range draws {
			tab.resample(r, counts)
			total := int32(0)
			for c, v := range counts {
				sums[c] += float64(v) / draws
				total += v
			}
			squares += math.Pow(float64(counts[2])-47, 2) / draws
			if total != 550 {
				t.Fatalf("%s: %d claims drawn", name, total)
			}
		}
		// Multinomial: 47 claims of 550 vary by 47 x 503/550 = 43.0.
		if math.Abs(sums[0]-500) > 0.5 || math.Abs(sums[1]-3) > 0.15 || math.Abs(sums[2]-47) > 0.5 || math.Abs(squares-43) > 4 {
			t.Errorf("%s: means %v, variance %.1f", name, sums, squares)
		}
		tab.exchange(r, counts)
		if counts[0]+counts[1] != 503 || counts[2] != 47 || counts[0] < 200 || counts[0] > 300 {
			t.Errorf("%s: exchanged %v", name, counts)
		}
	}
}

func TestSameOnAnyNumberOfProcessors(t *testing.T) {
	a, b := worlds()[0].pair(rand.New(rand.NewPCG(3, 3)), 150)
	var first []byte
	for _, processors := range []int{1, 3, 8} {
		before := runtime.GOMAXPROCS(processors)
		got, err := json.Marshal(mustRun(t, a, b, quick()))
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		}
		if !bytes.Equal(got, first) {
			t.Errorf("%d processors give another result", processors)
		}
	}
}

// TestBetterModelIsShown: a model that is better by a few points is, with flips that add up.
func TestBetterModelIsShown(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	x, y := worlds()[0].axis(r, "severity", 1500, func(int) float64 { return 0.6 })
	a, b := &sample.Sample{IDs: ids(1500), Axes: []sample.Axis{x}}, &sample.Sample{IDs: ids(1500), Axes: []sample.Axis{y}}
	o := quick()
	o.NameA, o.NameB, o.MaxFlips = "live", "new", 7
	got := mustRun(t, a, b, o)
	axis := got.Axes[0]
	d := axis.get(t, Accuracy)
	if axis.Outcome != Better || !(d.Low > 0 && d.Low < d.Difference && d.Difference < d.High) {
		t.Errorf("%s: %+v", axis.Outcome, d)
	}
	if axis.get(t, LogLoss).Outcome != Better || axis.get(t, LogLoss).Difference >= 0 {
		t.Errorf("log loss: %+v", axis.get(t, LogLoss))
	}
	m, f := axis.McNemar, axis.Flips
	if m.BothRight+m.Fixed+m.Broken+m.BothWrong != axis.N || f.FixedTotal != m.Fixed || f.BrokenTotal != m.Broken || len(f.Fixed) != 7 || len(f.Broken) != 7 {
		t.Errorf("%+v, flips %d and %d of %d and %d", m, len(f.Fixed), len(f.Broken), f.FixedTotal, f.BrokenTotal)
	}
	if math.Abs(d.Difference-float64(m.Fixed-m.Broken)/float64(axis.N)) > 1e-12 {
		t.Errorf("difference %v, flips %d and %d", d.Difference, m.Fixed, m.Broken)
	}
	for i, one := range f.Broken {
		if one.A != one.Truth || one.B == one.Truth || (i > 0 && one.ConfidenceB > f.Broken[i-1].ConfidenceB) {
			t.Errorf("broken flip %d: %+v", i, one)
		}
	}
	for _, want := range []string{"new is better: +", "points accuracy (", fmt.Sprintf("%d claims right that live missed and lost %d", f.FixedTotal, f.BrokenTotal)} {
		if !strings.Contains(axis.Verdict, want) {
			t.Errorf("%q is not in %q", want, axis.Verdict)
		}
	}
	if got.Verdict != "new is better on severity than live (accuracy on 1500 claims)." {
		t.Errorf("%q", got.Verdict)
	}
	turned := mustRun(t, b, a, o)
	if turned.Axes[0].Outcome != Worse || turned.Axes[0].get(t, Accuracy).Difference != -d.Difference || turned.Axes[0].McNemar.MidP != m.MidP {
		t.Errorf("turned round: %s, %+v", turned.Axes[0].Outcome, turned.Axes[0].get(t, Accuracy))
	}
	if worse, _, ok := turned.Worse("severity", "ece", "", ""); !ok {
		t.Errorf("gates get no answer about ece (%v)", worse)
	}
	if _, _, ok := turned.Worse("severity", "recall", "", ""); ok {
		t.Error("an answer about what was not compared")
	}
}

// tree is an axis of a label with two children, and one beside it.
func tree(truth, chosen []int32) sample.Axis {
	return sample.Axis{ID: "defect", Labels: []string{"crack", "deep", "fine", "rust"}, Parents: []int32{-1, 0, 0, -1},
		Truth: truth, Chosen: chosen, Confidence: make([]float32, len(truth))}
}

// TestPairing: claims in one sample only, other order, truths of other depth, truths that
// contradict, missing answers.
func TestPairing(t *testing.T) {
	a := &sample.Sample{IDs: []string{"1", "2", "3", "4", "5", "6", "only-a"},
		Axes: []sample.Axis{tree([]int32{1, 1, 1, 3, -1, 2, 1}, []int32{1, 2, -1, 3, 3, 2, 1}), {ID: "more", Truth: make([]int32, 7), Chosen: make([]int32, 7), Confidence: make([]float32, 7), Labels: []string{"x"}, Parents: []int32{-1}}}}
	// B knows no children of crack, and has its own order of labels.
	b := &sample.Sample{IDs: []string{"6", "5", "4", "3", "2", "1", "only-b"}, Axes: []sample.Axis{{
		ID: "defect", Labels: []string{"rust", "crack"}, Parents: []int32{-1, -1}, Confidence: make([]float32, 7),
		Truth: []int32{1, -1, 1, 1, 1, 1, 0}, Chosen: []int32{0, 0, 0, 1, 1, 1, 0},
	}}}
	r := mustRun(t, a, b, quick())
	if r.N != 6 || r.OnlyA != 1 || r.OnlyB != 1 || len(r.Axes) != 1 || len(r.AxesOnlyA) != 1 {
		t.Fatalf("%d claims, %d and %d in one only, %d axes", r.N, r.OnlyA, r.OnlyB, len(r.Axes))
	}
	x := r.Axes[0]
	// 1, 2: crack in both (A said fine for deep: right at this depth); 3: A has no answer;
	// 4: rust against crack; 5: no truth; 6: A fine = crack, right; B rust, wrong.
	if x.N != 3 || x.Coarsened != 4 || x.Conflicts != 1 || x.UnansweredA != 1 || x.UnansweredB != 0 {
		t.Errorf("%+v", x)
	}
	if x.McNemar.BothRight != 2 || x.McNemar.Broken != 1 || x.Flips.Broken[0].ID != "6" || x.Flips.Broken[0].Truth != "crack" || x.Flips.Broken[0].B != "rust" {
		t.Errorf("%+v, %+v", x.McNemar, x.Flips)
	}
	for _, want := range []string{"No difference shown", "A alone leaves 1 claim unanswered", "1 claim left out"} {
		if !strings.Contains(x.Verdict, want) {
			t.Errorf("%q is not in %q", want, x.Verdict)
		}
	}
	o := quick()
	o.UnansweredIsWrong = true
	x = mustRun(t, a, b, o).Axes[0]
	if x.N != 4 || x.McNemar.Fixed != 1 || x.Flips.Fixed[0].ID != "3" || x.Flips.Fixed[0].A != "" {
		t.Errorf("unanswered is wrong: %+v", x)
	}
}

func TestOrdersThatContradict(t *testing.T) {
	axis := func(labels ...string) *sample.Sample {
		return &sample.Sample{IDs: []string{"1"}, Axes: []sample.Axis{{ID: "severity", Ordinal: true, Labels: labels, Parents: make([]int32, len(labels)),
			Truth: []int32{0}, Chosen: []int32{0}, Confidence: []float32{0}}}}
	}
	a, b := axis("minor", "critical"), axis("minor", "major", "critical")
	l, err := merge(&a.Axes[0], &b.Axes[0])
	if err != nil || strings.Join(l.ids, " ") != "minor major critical" {
		t.Errorf("merged to %v: %v", l, err)
	}
	turned := axis("critical", "minor")
	if _, err := Run(context.Background(), a, turned, quick()); err == nil || !strings.Contains(err.Error(), "differently") {
		t.Errorf("orders that contradict: %v", err)
	}
}

// TestNothingToCompare: no panic, no NaN, and words that say so.
func TestNothingToCompare(t *testing.T) {
	a, b := worlds()[0].pair(rand.New(rand.NewPCG(1, 1)), 20)
	same := mustRun(t, a, a, quick())
	if d := same.Axes[0].get(t, Accuracy); d.Difference != 0 || d.P != 1 || !(d.Low < 0 && d.High > 0 && d.MinimalEffect > 0.1) {
		t.Errorf("a model against itself: %+v", d)
	}
	one := mustRun(t, a.Take([]int{0}), b.Take([]int{0}), quick())
	for i := range b.IDs {
		b.IDs[i] += "-other"
	}
	none := mustRun(t, a, b, quick())
	b.IDs, b.Axes[0].ID = a.IDs, "other"
	noAxis := mustRun(t, a, b, quick())
	c, d := worlds()[0].pair(rand.New(rand.NewPCG(1, 1)), 20)
	for i := range c.Axes[0].Truth {
		c.Axes[0].Truth[i], d.Axes[0].Truth[i] = sample.Undecided, sample.Undecided
	}
	unlabelled := mustRun(t, c, d, quick())
	empty := mustRun(t, &sample.Sample{}, &sample.Sample{}, quick())
	for name, r := range map[string]*Result{"itself": same, "one claim": one, "no claim": none, "no axis": noAxis, "no truth": unlabelled, "nothing": empty} {
		if _, err := json.Marshal(r); err != nil || r.Verdict == "" {
			t.Errorf("%s: %q, %v", name, r.Verdict, err)
		}
		for _, a := range r.Axes {
			if a.Outcome != None || a.Verdict == "" {
				t.Errorf("%s: %s, %q", name, a.Outcome, a.Verdict)
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	for want, spoil := range map[string]func(*Options){
		"alpha":          func(o *Options) { o.Alpha = 0 },
		"at least 100":   func(o *Options) { o.Draws = 10 },
		"flips":          func(o *Options) { o.MaxFlips = -1 },
		"smallest slice": func(o *Options) { o.Slices.MinSize = 0 },
		"buckets":        func(o *Options) { o.Limits.Buckets = 0 },
		`"plane"`:        func(o *Options) { o.Slices.Fields = []string{"plane"} },
	} {
		o := quick()
		spoil(&o)
		a, b := worlds()[0].pair(rand.New(rand.NewPCG(1, 1)), 5)
		if _, err := Run(context.Background(), a, b, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a, b := worlds()[0].pair(rand.New(rand.NewPCG(1, 1)), 50)
	if _, err := Run(ctx, a, b, quick()); err == nil {
		t.Error("a cancelled comparison gives a result")
	}
}

// TestSlicesShowWhere: B is better in one language only.
func TestSlicesShowWhere(t *testing.T) {
	n := 1200
	language := make([]string, n)
	for i := range language {
		language[i] = []string{"de", "en", "fr"}[i%3]
	}
	x, y := worlds()[0].axis(rand.New(rand.NewPCG(2, 2)), "severity", n, func(i int) float64 {
		if language[i] == "fr" {
			return 2
		}
		return 0
	})
	a := &sample.Sample{IDs: ids(n), Axes: []sample.Axis{x}, Fields: map[string][]string{"language": language}}
	b := &sample.Sample{IDs: ids(n), Axes: []sample.Axis{y}}
	r := mustRun(t, a, b, quick())
	top := r.Slices.List[0]
	if top.Value != "fr" || top.Outcome != Better || r.Slices.Shown != 1 || r.Slices.Looks != 3 || !(top.Low > 0 && top.MacroF1B > top.MacroF1A) {
		t.Errorf("%+v; %d shown of %d", top, r.Slices.Shown, r.Slices.Looks)
	}
	if worse, detail, ok := r.Worse("severity", Accuracy, "language", "fr"); worse || !ok || detail == "" {
		t.Errorf("gates hear %v, %q, %v", worse, detail, ok)
	}
}

// BenchmarkRun compares a million claims on one axis with distributions, 1,000 draws.
func BenchmarkRun(b *testing.B) {
	x, y := worlds()[3].pair(rand.New(rand.NewPCG(1, 1)), 1_000_000)
	o := DefaultOptions()
	o.Draws = 1000
	b.ReportAllocs()
	for b.Loop() {
		mustRun(b, x, y, o)
	}
}
