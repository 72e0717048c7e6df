package review

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func planner(t *testing.T, cfg PlanConfig) *Planner {
	t.Helper()
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	cfg.Now = func() time.Time { return at }
	p, err := NewPlanner(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRank(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	if a, b := Rank(Value(0.2, 1), at, day), Rank(Value(0.4, 1), at.Add(day), day); math.Abs(a-b) > 1e-9 {
		t.Errorf("half the value a half-life earlier: %g, %g", a, b)
	}
	if Rank(Value(0.5, 3), at, day) <= Rank(Value(0.5, 2), at, day) {
		t.Error("a dearer error ranks lower")
	}
	for _, v := range []float64{Value(0, 0), Value(math.NaN(), math.NaN()), Value(-1, math.Inf(1)), Value(2, 1e9)} {
		if r := Rank(v, at, day); math.IsNaN(r) || math.IsInf(r, 0) {
			t.Errorf("rank %g", r)
		}
	}
}

func TestPlan(t *testing.T) {
	never := PlanConfig{SliceShare: -1, DoubleShare: -1, Costs: map[string]map[string]float64{"severity": {"critical": 100}},
		Gates: []store.Label{{Axis: "severity", Label: "critical"}}}
	sure := claim.AxisPrediction{Label: "leak", Probability: 0.99}
	for name, tc := range map[string]struct {
		cfg     PlanConfig
		axes    map[string]claim.AxisPrediction
		reasons []store.ReviewReason
		asked   []string
	}{
		"sure":   {never, map[string]claim.AxisPrediction{"symptom": sure}, nil, nil},
		"unsure": {never, map[string]claim.AxisPrediction{"symptom": {Label: "leak", Probability: 0.4, Abstained: true}, "x": sure}, []store.ReviewReason{store.ReasonAbstained}, []string{"symptom"}},
		"gate":   {never, map[string]claim.AxisPrediction{"severity": {Label: "critical", Probability: 0.999}}, []store.ReviewReason{store.ReasonGate}, []string{"severity"}},
		"none":   {never, nil, []store.ReviewReason{store.ReasonAbstained}, nil},
		"random": {PlanConfig{SliceShare: 1, DoubleShare: -1}, map[string]claim.AxisPrediction{"symptom": sure}, []store.ReviewReason{store.ReasonRandom}, nil},
	} {
		got := planner(t, tc.cfg).Plan("c1", claim.Claim{Lang: "de", SKU: "K-1"}, claim.Prediction{Axes: tc.axes, Model: "m"})
		if tc.reasons == nil {
			if got != nil {
				t.Errorf("%s: %+v", name, got)
			}
			continue
		}
		if len(got) != 1 || !slices.Equal(got[0].Reasons, tc.reasons) || !slices.Equal(got[0].Axes, tc.asked) || got[0].Lang != "de" || got[0].Product != "K-1" || got[0].Model != "m" || got[0].Looks != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestPlanCosts: an answer that may hide a critical claim ranks above one as unsure that may not.
func TestPlanCosts(t *testing.T) {
	p := planner(t, PlanConfig{SliceShare: -1, DoubleShare: -1, Costs: map[string]map[string]float64{"severity": {"critical": 100}}})
	rank := func(other string) float64 {
		a := claim.AxisPrediction{Label: "minor", Probability: 0.6, Abstained: true, Alternatives: []claim.Alternative{{Label: other, Probability: 0.3}}}
		return p.Plan("c", claim.Claim{}, claim.Prediction{Axes: map[string]claim.AxisPrediction{"severity": a}})[0].Rank
	}
	if d := rank("critical") - rank("major"); math.Abs(d-math.Log2(0.3*100+0.1)+math.Log2(0.4)) > 1e-9 {
		t.Errorf("ranks differ by %g", d)
	}
}

// TestPlanDraws: shares are kept, and a claim's draw is the same everywhere.
func TestPlanDraws(t *testing.T) {
	cfg := PlanConfig{SliceShare: 0.1, DoubleShare: 0.3, Seed: 9}
	a, b := planner(t, cfg), planner(t, cfg)
	slice, double := 0, 0
	for i := range 10_000 {
		key := strings.Repeat("k", i%7) + time.Duration(i).String()
		sure := claim.Prediction{Axes: map[string]claim.AxisPrediction{"x": {Label: "y", Probability: 1}}}
		got, again := a.Plan(key, claim.Claim{}, sure), b.Plan(key, claim.Claim{}, sure)
		if len(got) != len(again) {
			t.Fatal("two planners draw differently")
		}
		if len(got) == 1 {
			slice++
			if got[0].Looks == 2 {
				double++
			}
		}
	}
	if slice < 900 || slice > 1100 || double < slice/5 || double > slice*2/5 {
		t.Errorf("%d drawn, %d of them twice", slice, double)
	}
}

func TestPlannerRefuses(t *testing.T) {
	for name, cfg := range map[string]PlanConfig{
		"cost":     {Cost: -1},
		"costs":    {Costs: map[string]map[string]float64{"a": {"b": math.NaN()}}},
		"share":    {SliceShare: 1.1},
		"patience": {Patience: -1},
	} {
		if _, err := NewPlanner(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestReasons(t *testing.T) {
	p := planner(t, PlanConfig{DoubleShare: -1})
	c := store.Claim{ID: "c", Prediction: &claim.Prediction{Axes: map[string]claim.AxisPrediction{"severity": {Label: "minor", Probability: 0.9}, "symptom": {Label: "leak", Probability: 0.9}}}}
	say := func(label string, weight float64) Voice {
		return Voice{Labels: map[string]string{"severity": label}, Weight: weight}
	}
	for name, tc := range map[string]struct {
		voices []Voice
		want   bool
	}{
		"against": {[]Voice{say("major", 0.9), say("major", 0.8), say("minor", 0.7)}, true},
		"for":     {[]Voice{say("minor", 0.9), say("minor", 0.8), say("major", 0.7)}, false},
		"too few": {[]Voice{say("major", 0.9), say("", 0.8), say("major", 0)}, false},
	} {
		n, ok := p.Disagreement(c, store.ReasonNeighbours, tc.voices, 0.6, 3)
		if ok != tc.want || ok && (!slices.Equal(n.Axes, []string{"severity"}) || n.Claim != "c" || math.Abs(n.Uncertainty-1.7/2.4) > 1e-9) {
			t.Errorf("%s: %v %+v", name, ok, n)
		}
	}
	n := p.LabelError(c, people.Candidate{Claim: "c", Axis: "severity", Suggested: "major", Wrong: 0.8})
	if n.Uncertainty != 0.8 || n.Reasons[0] != store.ReasonLabelError || n.Label != "major" {
		t.Errorf("%+v", n)
	}
	soon := p.Request(c, nil, time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC), "key")
	if late := p.Request(c, nil, time.Time{}, "key"); soon.Rank <= late.Rank {
		t.Error("a deadline does not hurry")
	}
	bare := store.Claim{ID: "c", Claim: claim.Claim{SKU: "K-1", Lang: "de"}}
	for _, n := range []store.NewReview{p.Request(bare, nil, time.Time{}, "key"), p.Known(bare, nil, "key"), p.LabelError(bare, people.Candidate{})} {
		if n.Product != "K-1" || n.Lang != "de" || n.Looks != 1 {
			t.Errorf("without a prediction: %+v", n)
		}
	}
}

func TestVaried(t *testing.T) {
	kind := func(rank float64, cluster, label string) store.Review {
		return store.Review{NewReview: store.NewReview{Rank: rank, Cluster: cluster, Label: label, Product: "p"}}
	}
	last := slices.Repeat([]store.Review{kind(0, "a", "x")}, maxAlike)
	got := varied([]store.Review{kind(100, "a", "x"), kind(1, "", "y"), kind(2, "b", "z")}, last)
	if got[0].Rank != 2 || got[2].Rank != 100 {
		t.Errorf("ten alike in a row: %+v", got)
	}
	got = varied([]store.Review{kind(2, "a", "x"), kind(1.5, "b", "z")}, last[:1])
	if got[0].Cluster != "b" {
		t.Error("a little less worth is not worth a change")
	}
	if !allTired(slices.Repeat(last[:1], 3), last) || allTired(slices.Repeat(last[:1], 3), last[1:]) || allTired(nil, last) {
		t.Error("allTired")
	}
}

func TestTries(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	tr := newTries(2, time.Minute)
	for i, want := range []time.Duration{0, 0, time.Second, 2 * time.Second} {
		if got := tr.wait("anna", at); got != want {
			t.Errorf("after %d failures: %s, want %s", i, got, want)
		}
		tr.failed("anna", at)
	}
	for range 50 {
		tr.failed("anna", at)
	}
	if got := tr.wait("anna", at); got != time.Minute {
		t.Errorf("the longest wait is %s", got)
	}
	if tr.wait("bert", at) != 0 {
		t.Error("another name waits too")
	}
	tr.worked("anna")
	if tr.wait("anna", at) != 0 {
		t.Error("waits after signing in")
	}
	for i := range maxNames + 5 {
		tr.failed(time.Duration(i).String(), at.Add(time.Duration(i)))
	}
	if len(tr.names) != maxNames {
		t.Errorf("%d names remembered", len(tr.names))
	}
}

func TestHashes(t *testing.T) {
	h := newHasher(HashConfig{MemoryKiB: 64, Passes: 1})
	one, err := h.hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	two, err := h.hash(t.Context(), "correct horse battery")
	if err != nil || one == two || !strings.HasPrefix(one, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("%s, %s, %v", one, two, err)
	}
	for password, want := range map[string]bool{"correct horse battery": true, "correct horse batterz": false, "": false} {
		if ok, err := newHasher(HashConfig{MemoryKiB: 128}).check(t.Context(), one, password); ok != want || err != nil {
			t.Errorf("%q: %v, %v", password, ok, err)
		}
	}
	if ok, err := h.check(t.Context(), "", ""); ok || err != nil {
		t.Errorf("without a password: %v, %v", ok, err)
	}
	for _, bad := range []string{"x", "$argon2id$v=19$m=64,t=1,p=1$!$!", strings.Replace(one, "m=64", "m=99999999", 1), strings.Replace(one, "argon2id", "argon2i", 1), one[:len(one)-30]} {
		if ok, err := h.check(t.Context(), bad, "correct horse battery"); ok || err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
