package people

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/defekt/defekt/eval/sample"
)

// noisy is a sample of k labels whose probabilities are those of the true label given noisy
// scores; a share of the labels is replaced.
func noisy(n, k int, share, strength float64, seed uint64) (s *sample.Sample, wrong map[int]bool) {
	rng := rand.New(rand.NewPCG(seed, 9))
	a := sample.Axis{ID: "symptom", Truth: make([]int32, n), Chosen: make([]int32, n), Confidence: make([]float32, n)}
	for l := range k {
		a.Labels, a.Parents, a.Classes = append(a.Labels, string(rune('a'+l))), append(a.Parents, sample.Unknown), append(a.Classes, int32(l))
	}
	s, wrong = &sample.Sample{}, map[int]bool{}
	for i := range n {
		s.IDs = append(s.IDs, "c"+string(rune(i+0x100)))
		truth := rng.IntN(k)
		// Scores are normal with mean strength at the true label, so that
		// exp(strength*score), normalised, is the exact posterior.
		z, sum := make([]float64, k), 0.0
		for l := range z {
			z[l] = rng.NormFloat64()
			if l == truth {
				z[l] += strength
			}
			z[l] = math.Exp(strength * z[l])
			sum += z[l]
		}
		for _, v := range z {
			a.Probabilities = append(a.Probabilities, float32(v/sum))
		}
		if rng.Float64() < share {
			truth, wrong[i] = (truth+1+rng.IntN(k-1))%k, true
		}
		a.Truth[i] = int32(truth)
	}
	s.Axes = []sample.Axis{a}
	return s, wrong
}

func find(t *testing.T, s *sample.Sample, o ErrorOptions) *LabelErrors {
	t.Helper()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	e, err := FindLabelErrors(context.Background(), s, "symptom", o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestNoiseModelFindsTheShare: with exact probabilities, the share is found without bias and
// its interval holds it, however weak the model is.
func TestNoiseModelFindsTheShare(t *testing.T) {
	for _, strength := range []float64{2, 3} {
		for _, share := range []float64{0.05, 0.2} {
			const runs = 100
			covered, sum := 0, 0.0
			for run := range uint64(runs) {
				s, _ := noisy(600, 5, share, strength, run)
				e := find(t, s, DefaultErrorOptions())
				sum += e.Wrong.Value / runs
				if e.Wrong.Low <= share && share <= e.Wrong.High {
					covered++
				}
			}
			t.Logf("strength %g, %.2f wrong: estimated %.3f, interval holds it in %d of %d", strength, share, sum, covered, runs)
			if math.Abs(sum-share) > 0.01 || covered < 87 {
				t.Errorf("strength %g, %.2f wrong: estimated %.3f, interval holds it in %d of %d", strength, share, sum, covered, runs)
			}
		}
	}
}

func TestListIsCleanerThanTheJointsAndCalibrated(t *testing.T) {
	found := map[Rule][2]float64{}
	for _, rule := range []Rule{RuleNoise, RuleJoint, RuleBoth} {
		o := DefaultErrorOptions()
		o.Rule = rule
		hits, listed, all, expected := 0.0, 0.0, 0.0, 0.0
		for seed := range uint64(10) {
			s, wrong := noisy(800, 6, 0.05, 2.2, seed)
			for _, c := range find(t, s, o).Candidates {
				listed++
				expected += c.Wrong
				if wrong[c.Row] {
					hits++
				}
			}
			all += float64(len(wrong))
		}
		found[rule] = [2]float64{hits / listed, hits / all}
		t.Logf("%s: precision %.2f, recall %.2f, expected precision %.2f", rule, hits/listed, hits/all, expected/listed)
		if rule == RuleNoise && math.Abs(hits-expected)/listed > 0.05 {
			t.Errorf("the stated probabilities promise a precision of %.2f, it is %.2f", expected/listed, hits/listed)
		}
	}
	if found[RuleNoise][0] < found[RuleJoint][0]+0.1 || found[RuleNoise][1] < 0.6 {
		t.Errorf("precision and recall by rule: %v", found)
	}
}

func TestCleanLabelsGiveNoList(t *testing.T) {
	s, _ := noisy(800, 5, 0, 2.5, 1)
	e := find(t, s, DefaultErrorOptions())
	if e.Wrong.Low != 0 || e.Wrong.Value > 0.01 || len(e.Candidates) > 4 {
		t.Errorf("%d candidates, %+v wrong", len(e.Candidates), e.Wrong)
	}
}

func TestReasonAndExport(t *testing.T) {
	s := &sample.Sample{IDs: []string{"c1", "c2", "c3", "c4", "c5"}, Axes: []sample.Axis{{
		ID: "symptom", Labels: []string{"dent", "scratch"}, Parents: []int32{-1, -1}, Classes: []int32{0, 1},
		Truth: []int32{0, 0, 1, 1, 0}, Chosen: make([]int32, 5), Confidence: make([]float32, 5),
		Probabilities: []float32{0.06, 0.94, 0.9, 0.1, 0.3, 0.7, 0.28, 0.72, 0.8, 0.2},
	}}}
	o := DefaultErrorOptions()
	o.Rule, o.Rank = RuleJoint, RankSelfConfidence
	e := find(t, s, o)
	if len(e.Candidates) != 1 {
		t.Fatalf("candidates: %+v", e.Candidates)
	}
	const want = "labelled dent; the model gives scratch 0.94, and gives scratch to claims labelled scratch with 0.71 on average; dent itself gets 0.060, where claims labelled so get 0.59"
	if c := e.Candidates[0]; c.Claim != "c1" || c.Reason != want {
		t.Errorf("%+v", c)
	}
	var table, lines bytes.Buffer
	if err := errors.Join(e.WriteCSV(&table), e.WriteJSONL(&lines)); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&table).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "c1" || rows[1][3] != "scratch" {
		t.Errorf("table %v, error %v", rows, err)
	}
	var c Candidate
	if err := json.Unmarshal(lines.Bytes(), &c); err != nil || c != e.Candidates[0] {
		t.Errorf("line %s, error %v", lines.String(), err)
	}
}

// TestKinIsNoContradiction: a claim labelled with a parent is not wrong because the model
// prefers its child, and a finer label counts as the ancestor that the model knows.
func TestKinIsNoContradiction(t *testing.T) {
	s := &sample.Sample{}
	a := sample.Axis{ID: "symptom", Labels: []string{"material", "rust", "pitting", "design"}, Parents: []int32{-1, 0, 1, -1}, Classes: []int32{0, 1, 3}}
	type row struct {
		truth int32
		p     [3]float32
	}
	rows := []row{
		{0, [3]float32{0.02, 0.97, 0.01}}, {2, [3]float32{0.1, 0.9, 0}}, {1, [3]float32{0.1, 0.9, 0}}, {3, [3]float32{0.02, 0.03, 0.95}},
		{3, [3]float32{0.02, 0.03, 0.95}}, {0, [3]float32{0.0005, 0.0005, 0.999}}, {sample.Undecided, [3]float32{1, 0, 0}}, {0, [3]float32{}},
	}
	for range 20 { // enough right labels for the noise model
		rows = append(rows, rows[:5]...)
	}
	for i, r := range rows {
		s.IDs = append(s.IDs, string(rune('a'+i)))
		a.Truth, a.Chosen, a.Confidence = append(a.Truth, r.truth), append(a.Chosen, 0), append(a.Confidence, 0)
		a.Probabilities = append(a.Probabilities, r.p[:]...)
	}
	s.Axes = []sample.Axis{a}
	for _, rule := range []Rule{RuleNoise, RuleJoint} {
		o := DefaultErrorOptions()
		o.Rule = rule
		e := find(t, s, o)
		if e.Rows != 106 || e.Skipped != 2 {
			t.Errorf("%d rows, %d skipped", e.Rows, e.Skipped)
		}
		if len(e.Candidates) != 1 || e.Candidates[0].Claim != "f" || e.Candidates[0].Suggested != "design" {
			t.Errorf("%s: %+v", rule, e.Candidates)
		}
	}
}

func TestFindLabelErrorsRefuses(t *testing.T) {
	s, _ := noisy(20, 3, 0, 2, 1)
	if _, err := FindLabelErrors(context.Background(), s, "severity", DefaultErrorOptions()); err == nil {
		t.Error("an axis that is not there")
	}
	s.Axes[0].Classes, s.Axes[0].Probabilities = nil, nil
	if _, err := FindLabelErrors(context.Background(), s, "symptom", DefaultErrorOptions()); !errors.Is(err, ErrNoDistribution) {
		t.Errorf("without distributions: %v", err)
	}
	err := ErrorOptions{Rule: "x", Rank: "y", MinWrong: 2, Limit: -1}.Validate()
	if err == nil || strings.Count(err.Error(), "\n") != 4 {
		t.Errorf("five faults: %v", err)
	}
}

// TestSystematicErrorsAreWarnedOf has a tenth of one label given for the next, and a model
// that has learnt so: the noise model is blind to it, and that must be said.
func TestSystematicErrorsAreWarnedOf(t *testing.T) {
	const n = 400
	s := &sample.Sample{}
	a := sample.Axis{ID: "symptom", Labels: []string{"a", "b", "c", "d"}, Parents: []int32{-1, -1, -1, -1}, Classes: []int32{0, 1, 2, 3},
		Chosen: make([]int32, n), Confidence: make([]float32, n)}
	rng := rand.New(rand.NewPCG(4, 9))
	wrong := 0
	for i := range n {
		truth := i % 4
		p := make([]float32, 4)
		p[truth], p[(truth+1)%4] = 0.9, 0.1
		label := truth
		if rng.Float64() < 0.1 {
			label = (truth + 1) % 4
			wrong++
		}
		s.IDs = append(s.IDs, "c"+string(rune(i+0x100)))
		a.Truth, a.Probabilities = append(a.Truth, int32(label)), append(a.Probabilities, p...)
	}
	s.Axes = []sample.Axis{a}
	e := find(t, s, DefaultErrorOptions())
	if len(e.Warnings) != 1 || !strings.Contains(e.Warnings[0], "systematic") {
		t.Errorf("%d wrong, estimated %+v and %.3f, warnings %v", wrong, e.Wrong, e.WrongByJoint, e.Warnings)
	}
	o := DefaultErrorOptions()
	o.Rule = RuleJoint
	if got := len(find(t, s, o).Candidates); got != wrong {
		t.Errorf("the joint lists %d rows of %d wrong ones", got, wrong)
	}
}
