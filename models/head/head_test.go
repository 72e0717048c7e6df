package head

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/models/feature"
)

// quick is a configuration that fits in milliseconds.
func quick() Config {
	c := DefaultConfig()
	c.Strengths = []float64{1, 10, 100}
	c.MaxIterations, c.Balances, c.Adjusts, c.Folds = 100, []float64{0, 0.5}, []float64{0, 0.5, 1}, 3
	return c
}

// world draws rows of three ordered classes: a dense block in which class k sits around k
// in the first column, and a sparse block with one telling column a class. keep says which
// blocks a row has.
func world(n int, seed uint64, keep func(i int) (dense, sparse bool)) Data {
	r := rand.New(rand.NewPCG(seed, 7))
	d := Data{
		Axis: "severity", Classes: []string{"critical", "major", "minor"},
		Layout: feature.Layout{
			{Name: "photo", Kind: feature.Dense, Dim: 4, Source: "photos"},
			{Name: "words", Kind: feature.Sparse, Dim: 6, Source: "text"},
		},
	}
	for i := range n {
		k := i % 3
		e := make(feature.Example, 2)
		dense, sparse := keep(i)
		v := []float32{float32(k) + float32(r.NormFloat64())*0.6, float32(r.NormFloat64()), float32(r.NormFloat64()), 5}
		noise := uint32(3 + r.IntN(3))
		if dense {
			e[0] = feature.DenseBlock(v)
		}
		if sparse {
			e[1] = feature.SparseBlock([]uint32{uint32(k), noise}, []float32{float32(r.IntN(2)), 0.7})
		}
		d.Examples, d.Labels, d.Groups = append(d.Examples, e), append(d.Labels, k), append(d.Groups, fmt.Sprint("g", i/2))
	}
	return d
}

func both(int) (bool, bool) { return true, true }

func fit(t *testing.T, d Data, cfg Config) *Head {
	t.Helper()
	h, err := Fit(context.Background(), d, cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func accuracy(t *testing.T, h *Head, d Data) float64 {
	t.Helper()
	hits := 0
	for i, e := range d.Examples {
		out, err := h.Predict(e)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, p := range out.Probabilities {
			sum += p
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("row %d: probabilities sum to %g", i, sum)
		}
		if out.Choice == d.Labels[i] {
			hits++
		}
	}
	return float64(hits) / float64(len(d.Examples))
}

func TestFitLearnsFromBothBlocks(t *testing.T) {
	train, test := world(300, 1, both), world(300, 2, both)
	joined := accuracy(t, fit(t, train, quick()), test)
	onlyDense := func(int) (bool, bool) { return true, false }
	photo := accuracy(t, fit(t, world(300, 1, onlyDense), quick()), world(300, 2, onlyDense))
	if joined < 0.8 || photo > joined-0.05 {
		t.Errorf("joined %.3f, photos alone %.3f: the text block must help", joined, photo)
	}
}

func TestMissingBlocks(t *testing.T) {
	h := fit(t, world(400, 3, both), quick())
	text := accuracy(t, h, world(200, 4, func(int) (bool, bool) { return false, true }))
	photo := accuracy(t, h, world(200, 4, func(int) (bool, bool) { return true, false }))
	if text < 0.5 || photo < 0.55 {
		t.Errorf("text alone %.3f, photos alone %.3f: both must stay far above 1/3", text, photo)
	}
	out, err := h.Predict(make(feature.Example, 2))
	if err != nil {
		t.Fatal(err)
	}
	for k, p := range out.Probabilities {
		if p > 0.75 {
			t.Errorf("a claim with nothing in it is answered with p[%d] = %.2f", k, p)
		}
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	write := func(workers int, seed uint64) []byte {
		cfg := quick()
		cfg.Workers, cfg.Seed = workers, seed
		var buf bytes.Buffer
		if _, err := fit(t, world(120, 5, both), cfg).WriteTo(&buf); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	if !bytes.Equal(write(1, 1), write(4, 1)) {
		t.Error("the number of workers changes the file")
	}
	if bytes.Equal(write(1, 1), write(1, 2)) {
		t.Error("the seed changes nothing")
	}
}

func TestFileRoundTrip(t *testing.T) {
	h, d := fit(t, world(120, 6, both), quick()), world(50, 7, both)
	var buf bytes.Buffer
	if _, err := h.WriteTo(&buf); err != nil {
		t.Fatal(err)
	}
	back, err := Read(&buf)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range d.Examples {
		want, _ := h.Predict(e)
		got, err := back.Predict(e)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("row %d (-want +got):\n%s", i, diff)
		}
	}
}

func FuzzRead(f *testing.F) {
	h, err := Fit(context.Background(), world(60, 8, both), quick(), nil)
	if err != nil {
		f.Fatal(err)
	}
	var buf bytes.Buffer
	if _, err := h.WriteTo(&buf); err != nil {
		f.Fatal(err)
	}
	f.Add(buf.Bytes())
	f.Add(buf.Bytes()[:buf.Len()/2])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := Read(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, ErrFile) {
				t.Fatalf("error without ErrFile: %v", err)
			}
			return
		}
		if _, err := h.Predict(make(feature.Example, len(h.Layout))); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRefusals(t *testing.T) {
	one := world(30, 9, both)
	for i := range one.Labels {
		one.Labels[i] = 1
	}
	bad := quick()
	bad.Folds, bad.Objective = 1, "luck"
	cases := map[string]struct {
		data Data
		cfg  Config
		want error
	}{
		"few rows":  {world(6, 9, both), quick(), ErrTooFewRows},
		"one class": {one, quick(), ErrOneClass},
		"config":    {world(30, 9, both), bad, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Fit(context.Background(), c.data, c.cfg, nil)
			if err == nil || (c.want != nil && !errors.Is(err, c.want)) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(ctx, world(60, 9, both), quick(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled fit: %v", err)
	}
}

func TestFoldsKeepGroupsAndClasses(t *testing.T) {
	d := world(300, 10, both)
	folds := assignFolds(d.Labels, d.Groups, 3, 5, 1)
	where := map[string]int{}
	count := [5][3]int{}
	for i, f := range folds {
		if g, ok := where[d.Groups[i]]; ok && g != f {
			t.Fatalf("group %s is in folds %d and %d", d.Groups[i], g, f)
		}
		where[d.Groups[i]] = f
		count[f][d.Labels[i]]++
	}
	for f, classes := range count {
		for k, n := range classes {
			if n < 17 || n > 23 {
				t.Errorf("fold %d has %d rows of class %d, want about 20", f, n, k)
			}
		}
	}
}

func TestAbstainRules(t *testing.T) {
	confidence := []float64{0.95, 0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35}
	correct := []bool{true, true, true, false, true, true, false, false, true, false}
	cases := []struct {
		rule Abstain
		want float64
	}{
		{Abstain{Rule: RuleCoverage, Coverage: 0.5}, 0.6},
		{Abstain{Rule: RuleCoverage, Coverage: 1}, 0.35},
		{Abstain{Rule: RuleRisk, Risk: 0.2}, 0.55},
		{Abstain{Rule: RuleRisk, Risk: 0}, 0.8},
		{Abstain{Rule: RuleAuto, Coverage: 0.3, Risk: 0.2}, 0.55},
		{Abstain{Rule: RuleAuto, Coverage: 0.8, Risk: 0}, 0.45},
		{Abstain{Rule: RuleNever}, 0},
	}
	for _, c := range cases {
		if got := c.rule.threshold(confidence, correct); got != c.want {
			t.Errorf("%+v: threshold %g, want %g", c.rule, got, c.want)
		}
	}
	if got := atRisk([]float64{0.9}, []bool{false}, 0); got <= 1 {
		t.Errorf("no threshold keeps the risk, yet %g is reachable", got)
	}
}

func TestCostRuleAbstainsOnDearErrors(t *testing.T) {
	h := &Head{Classes: []string{"critical", "minor"}, Abstain: Abstain{
		Rule: RuleCost, Review: 1,
		Cost: map[string]map[string]float64{"critical": {"minor": 50}, "minor": {"critical": 2}},
	}}
	if h.abstains([]float64{0.05, 0.95}, 1) == "" {
		t.Error("5 % risk of a missed critical claim costs 2.5 looks, yet it is answered")
	}
	if reason := h.abstains([]float64{0.9, 0.1}, 0); reason != "" {
		t.Errorf("a cheap error abstains: %s", reason)
	}
}

func TestWeightsNameTheTellingColumn(t *testing.T) {
	d := world(300, 11, both)
	h := fit(t, d, quick())
	weight := h.ColumnWeights(1, 2)
	for column := range uint32(6) {
		if column != 2 && weight(column) >= weight(2) {
			t.Errorf("column %d weighs %.2f, the telling column 2 only %.2f", column, weight(column), weight(2))
		}
	}
	e := feature.Example{feature.DenseBlock([]float32{4, 0, 0, 5}), {}}
	if got := h.DenseShare(e, 0, 2); got <= 0 {
		t.Errorf("a photo far on the side of label 2 adds %.2f", got)
	}
	// The shares must add up to the score: that is what makes them an explanation.
	h.Confidence = confidence{Slope: 1}
	e[1] = feature.SparseBlock([]uint32{2}, []float32{1})
	with, _ := h.Predict(e)
	e[1] = feature.SparseBlock(nil, nil)
	without, _ := h.Predict(e)
	odds := func(p []float64) float64 { return math.Log(p[2]) - (math.Log(p[0])+math.Log(p[1])+math.Log(p[2]))/3 }
	if got, want := odds(with.Probabilities)-odds(without.Probabilities), weight(2); math.Abs(got-want) > 1e-6 {
		t.Errorf("column 2 moves the log-odds by %.6f, its weight says %.6f", got, want)
	}
}

func TestCalibrationUndoesScaleAndShift(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var scores [][]float64
	var truth []int
	for range 4000 {
		z := []float64{r.NormFloat64() * 2, 0}
		p := 1 / (1 + math.Exp(-z[0]))
		label := 1
		if r.Float64() < p {
			label = 0
		}
		scores, truth = append(scores, []float64{3*z[0] + 1.5, 0}), append(truth, label)
	}
	c, err := calibrate(scores, truth)
	if err != nil {
		t.Fatal(err)
	}
	shift := c.Bias[0] - c.Bias[1]
	if math.Abs(c.Scale-1.0/3) > 0.03 || math.Abs(shift+0.5) > 0.12 {
		t.Errorf("scale %.3f shift %.3f, want 0.333 and -0.5", c.Scale, shift)
	}
}

func TestGradientAndKernels(t *testing.T) {
	d := world(30, 12, both)
	tr := fitTransform(d.Layout, d.Examples)
	samples := d.samples(tr, 0.5)
	if len(samples) != 90 {
		t.Fatalf("%d samples of 30 rows with two sources, want 90", len(samples))
	}
	rows, all := make([]row, len(samples)), make([]int, len(samples))
	for i := range rows {
		rows[i], all[i] = samples[i].row, i
	}
	p := d.problem(newGram(rows, tr), samples, all, path{balance: 0.5, smoothing: 0.1})
	r := rand.New(rand.NewPCG(3, 4))
	x, g := newMix(len(all), 3), newMix(len(all), 3)
	for i := range x.a {
		x.a[i] = r.NormFloat64() * 0.3
	}
	x.bias[1] = 0.2
	set := func() { p.kernel.mul(all, all, x.a, x.ka, 3) }
	set()
	p.gradient(x, 0.05, g)
	slow := make([]float64, len(x.a))
	newPasses(rows, tr).mul(all, all, x.a, slow, 3)
	for i := range slow {
		if math.Abs(slow[i]-x.ka[i]) > 1e-5 {
			t.Fatalf("products differ at %d: %g by pairs, %g by passes", i, x.ka[i], slow[i])
		}
	}
	// Along any direction the slope is the inner product with the gradient, and the
	// numerical derivative of the loss.
	dir := newMix(len(all), 3)
	for i := range dir.a {
		dir.a[i] = r.NormFloat64()
	}
	dir.bias[0] = 1
	p.kernel.mul(all, all, dir.a, dir.ka, 3)
	const h = 1e-5
	up, _ := p.along(x, dir, h, 0.05)
	down, _ := p.along(x, dir, -h, 0.05)
	_, slope := p.along(x, dir, 0, 0.05)
	if want := (up - down) / (2 * h); math.Abs(slope-want) > 1e-5*math.Abs(want) || math.Abs(g.dot(dir)-want) > 1e-4*math.Abs(want) {
		t.Errorf("slope %g, gradient says %g, numerically %g", slope, g.dot(dir), want)
	}
}

func TestSolveReachesTheMinimum(t *testing.T) {
	d := world(90, 13, both)
	f := prepare(&d, quick(), func() {})
	all := make([]int, len(f.rows))
	for i := range all {
		all[i] = i
	}
	p := f.problem(f.kernel, f.rows, all, path{})
	x, err := p.solve(context.Background(), newMix(len(all), 3), 10, 500)
	if err != nil {
		t.Fatal(err)
	}
	g := newMix(len(all), 3)
	p.gradient(x, 1/(10*p.total), g)
	if norm := math.Sqrt(g.dot(g)); norm > 1e-3 {
		t.Errorf("gradient of norm %g at the minimum", norm)
	}
}

func TestPhotosThatTrainingNeverSawAreStrange(t *testing.T) {
	textOnly := func(int) (bool, bool) { return false, true }
	h := fit(t, world(120, 15, textOnly), quick())
	out, err := h.Predict(feature.Example{feature.DenseBlock([]float32{1, 0, 0, 5}), {}})
	if err != nil || out.Abstain != reasonStrange {
		t.Errorf("a photo for a head fitted on texts: abstain %q, error %v", out.Abstain, err)
	}
}

func TestStrangePhotos(t *testing.T) {
	h := fit(t, world(300, 14, both), quick())
	far := feature.DenseBlock([]float32{60, -60, 60, 5})
	out, err := h.Predict(feature.Example{far, {}})
	if err != nil || out.Abstain != reasonStrange {
		t.Errorf("a strange photo alone: abstain %q, error %v", out.Abstain, err)
	}
	text := feature.SparseBlock([]uint32{0}, []float32{1})
	withPhoto, _ := h.Predict(feature.Example{far, text})
	without, _ := h.Predict(feature.Example{{}, text})
	if diff := cmp.Diff(without, withPhoto); diff != "" {
		t.Errorf("a strange photo moves the answer to a text (-without +with):\n%s", diff)
	}
}
