package eval_test

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// small is n claims on one axis of k labels.
func small(n, k int) *sample.Sample {
	s := &sample.Sample{IDs: make([]string, n)}
	s.Axes = []sample.Axis{drawnAxis("a", n, k, rand.New(rand.NewPCG(11, uint64(n))))}
	return s
}

func score(t *testing.T, s *sample.Sample, o eval.Options) *eval.Result {
	t.Helper()
	r, err := eval.Score(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t *testing.T, r *eval.Result) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestScoreIsTheSameAtAnyNumberOfCores(t *testing.T) {
	s, o := million(700), eval.DefaultOptions()
	o.Draws = 200
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := written(t, score(t, s, o))
	runtime.GOMAXPROCS(4)
	if four := written(t, score(t, s, o)); one != four {
		t.Error("four cores give another result than one")
	}
	o.Seed = 2
	if other := written(t, score(t, s, o)); one == other {
		t.Error("another seed gives the same draws")
	}
}

// Every figure has an interval that holds it, and nothing is lost on the way to JSON.
func TestScoreGivesIntervals(t *testing.T) {
	s, o := million(2000), eval.DefaultOptions()
	o.Costs = map[string]eval.Costs{"axis-0": {Wrong: 2}}
	r := score(t, s, o)
	a := r.Axes["axis-0"]
	for name, v := range map[string]float64{
		"accuracy": a.Accuracy, "macro_f1": a.MacroF1, "balanced_accuracy": a.BalancedAccuracy, "weighted_f1": a.WeightedF1,
		"kappa": a.Kappa, "mcc": a.MCC, "ece": a.ECE, "log_loss": *a.LogLoss, "brier": *a.Brier, "coverage": a.Coverage,
		"accuracy_covered": a.AccuracyCovered, "accuracy_80": a.Accuracy80, "aurc": *a.AURC, "augrc": *a.AUGRC, "e_aurc": *a.EAURC,
		"quadratic_kappa": *a.QuadraticKappa, "ordinal_error": *a.OrdinalError, "conformal.coverage": a.Conformal.Coverage, "cost.mean": a.Cost.Mean,
	} {
		i, ok := a.Intervals[name]
		if !ok || !i.Contains(v) || i.Method == "" || i.High-i.Low > 0.3 {
			t.Errorf("%s is %.4f within %+v", name, v, i)
		}
	}
	tree := r.Axes["axis-4"]
	if i := tree.Intervals["hierarchical.f1"]; tree.Hierarchical == nil || !i.Contains(tree.Hierarchical.F1) || tree.Hierarchical.F1 <= tree.Accuracy {
		t.Errorf("hierarchical %+v within %+v beside accuracy %.3f", tree.Hierarchical, i, tree.Accuracy)
	}
	if a.Hierarchical != nil {
		t.Error("an axis without a tree has hierarchical figures")
	}
	if text := written(t, r); !strings.Contains(text, `"recall_interval"`) || strings.Contains(text, "NaN") {
		t.Error("the JSON lacks label intervals or has a NaN")
	}
}

func TestRareLabelsAreAHeadline(t *testing.T) {
	o := eval.DefaultOptions()
	o.Watch = []string{"label-0"}
	a := score(t, small(3000, 12), o).Axes["a"] // shares 0.4, 0.24, 0.144, 0.086, 0.052, 0.031, ...
	if a.Rare == nil || a.Rare.Recall == nil || !a.Rare.Interval.Contains(*a.Rare.Recall) {
		t.Fatalf("rare: %+v", a.Rare)
	}
	hits, n, watched := 0.0, 0, false
	for _, l := range a.Rare.Labels {
		if l.Watched {
			watched = l.Label == "label-0"
			continue
		}
		if share := float64(l.N) / float64(a.N); share >= 0.05 {
			t.Errorf("%s has %.3f of the truth", l.Label, share)
		}
		hits += l.Recall * float64(l.N)
		n += l.N
	}
	if !watched || n != a.Rare.N || math.Abs(hits/float64(n)-*a.Rare.Recall) > 1e-9 {
		t.Errorf("watched %v, %d rows, recall %g of %+v", watched, n, hits/float64(n), a.Rare)
	}
}

func TestConformalSetsKeepTheirTarget(t *testing.T) {
	c := score(t, small(20000, 6), eval.DefaultOptions()).Axes["a"].Conformal
	if math.Abs(c.Coverage-0.9) > 0.015 || math.Abs(c.Overall.Coverage-0.9) > 0.015 || c.N+c.Calibration != 20000 {
		t.Errorf("target 0.9, met %.3f by label and %.3f overall on %d + %d", c.Coverage, c.Overall.Coverage, c.N, c.Calibration)
	}
	for name, l := range c.PerLabel {
		if l.Calibration > 200 && math.Abs(*l.Coverage-0.9) > 0.06 {
			t.Errorf("%s: covered %.3f of %d", name, *l.Coverage, l.N)
		}
	}
	if c.MeanSize <= 1 || c.Overall.MeanSize > c.MeanSize || len(c.Always) != 0 {
		t.Errorf("mean sizes %.2f and %.2f, always %v", c.MeanSize, c.Overall.MeanSize, c.Always)
	}
	few := score(t, small(40, 8), eval.DefaultOptions()).Axes["a"].Conformal
	if len(few.Always) == 0 {
		t.Error("forty claims are enough for eight labels")
	}
}

// With a price for the rare label's misses the rule of least expected cost must be cheaper
// than the model's own answers, and dearer than nothing.
func TestCostRulePays(t *testing.T) {
	review, o := 0.4, eval.DefaultOptions()
	o.Costs = map[string]eval.Costs{"a": {Wrong: 1, Matrix: map[string]map[string]float64{"label-3": {"label-0": 20, "label-1": 20, "label-2": 20}}, Review: &review}}
	c := score(t, small(8000, 4), o).Axes["a"].Cost
	if c.N != 8000 || *c.Rule >= *c.Answered || *c.Rule >= c.Mean || *c.Rule <= 0 || c.Reviewed <= 0 || *c.Rule > review {
		t.Errorf("%+v: rule %.3f, held back reviewed %.3f", c, *c.Rule, *c.Answered)
	}
	if at := c.Thresholds["label-3"]; math.Abs(at-1.0/21) > 1e-9 {
		t.Errorf("label-3 pays from %.4f on, want 1/21", at)
	}
	o.Costs["a"] = eval.Costs{Wrong: math.Inf(1)}
	if _, err := eval.Score(t.Context(), small(10, 4), o); err == nil || !strings.Contains(err.Error(), "+Inf") {
		t.Errorf("an infinite price: %v", err)
	}
}

func TestScoreRefuses(t *testing.T) {
	o := eval.DefaultOptions()
	o.Level, o.Draws, o.Risk = 1, -1, 0
	_, err := eval.Score(t.Context(), small(10, 3), o)
	for _, want := range []string{"level 1", "-1 draws", "risk 0"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in %v", want, err)
		}
	}
	bad := small(10, 3)
	bad.Axes[0].Truth[4] = 17
	if _, err := eval.Score(t.Context(), bad, eval.DefaultOptions()); err == nil || !strings.Contains(err.Error(), `axis "a": index 17`) {
		t.Errorf("a stray index: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := eval.Score(ctx, small(10, 3), eval.DefaultOptions()); err == nil {
		t.Error("a cancelled context is no error")
	}
}

// A table without confidences has no figures of them, and few rows none that are no number.
func TestScoreOfLittle(t *testing.T) {
	s := small(3, 3)
	s.Axes[0].Classes, s.Axes[0].Probabilities = nil, nil
	clear(s.Axes[0].Confidence)
	a := score(t, s, eval.DefaultOptions()).Axes["a"]
	if a.AURC != nil || a.Conformal != nil || a.TopK != nil || a.BrierParts != nil {
		t.Errorf("figures of confidences that are not there: %+v", a)
	}
	if _, ok := a.Intervals["ece"]; ok {
		t.Error("an interval of a calibration error without confidences")
	}
	o := eval.DefaultOptions()
	o.Draws = 0
	written(t, score(t, small(1, 2), o))
	if got := score(t, small(0, 2), o); len(got.Axes) != 0 {
		t.Errorf("an axis without rows: %+v", got.Axes)
	}
}

func TestCollectorMakesASample(t *testing.T) {
	tax := taxonomy.Starter()
	c := eval.NewCollector(tax, map[string][]string{"defect_type": {"material", "design"}})
	c.Add(map[string]string{"defect_type": "corrosion"}, claim.Prediction{ID: "one", Axes: map[string]claim.AxisPrediction{
		"defect_type": {Label: "material", Probability: 0.8, Probabilities: []float64{0.8, 0.2}}}})
	c.AddRow(eval.Row{Labels: map[string]string{"defect_type": "odd"}, Fields: map[string]string{"language": "de"}, Prediction: answer("defect_type", "design", 0.6, true)})
	s := c.Sample()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	if s.IDs[0] != "one" || s.IDs[1] != "row-2" || s.Fields["language"][0] != "" || s.Fields["language"][1] != "de" {
		t.Errorf("ids %v, fields %v", s.IDs, s.Fields)
	}
	a := s.Axis("defect_type")
	name := func(i int32) string { return a.Labels[i] }
	if name(a.Truth[0]) != "material" || name(a.Given[0]) != "corrosion" || name(a.Parents[a.Given[0]]) != "material" || name(a.Truth[1]) != "odd" {
		t.Errorf("labels %v, parents %v, truth %v, given %v", a.Labels, a.Parents, a.Truth, a.Given)
	}
	if !a.Held(1) || a.Held(0) || a.Distribution(1) != nil || a.Distribution(0)[0] != 0.8 || name(a.Classes[1]) != "design" {
		t.Errorf("abstained %v, probabilities %v, classes %v", a.Abstained, a.Probabilities, a.Classes)
	}
	c.Add(nil, claim.Prediction{})
	if s.N() != 2 || c.Sample().N() != 3 {
		t.Error("a sample must not grow with its collector")
	}
	// hP 1 and hR 2/3 of one row that is right at the coarser level, and one row that is off.
	h := score(t, s, eval.DefaultOptions()).Axes["defect_type"].Hierarchical
	if h == nil || h.Precision != 0.5 || math.Abs(h.Recall-1.0/3) > 1e-12 {
		t.Errorf("hierarchical %+v", h)
	}
}
