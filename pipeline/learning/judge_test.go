package learning_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/gate"
	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/training"
	"github.com/defekt/defekt/taxonomy"
)

func engine(t *testing.T) *pipeline.Engine {
	t.Helper()
	decoder, err := photo.New(photo.Config{})
	check(t, err)
	t.Cleanup(func() { decoder.Close() })
	return pipeline.New(pipeline.Config{}, pipeline.Files{}, decoder)
}

// claims are n claims of two symptoms; every wrong-th has the other one's label, 0 for none.
func claims(n, wrong int, axes ...string) iter.Seq2[claim.Claim, error] {
	return func(yield func(claim.Claim, error) bool) {
		for i := range n {
			kind := i % 2
			c := claim.Claim{ID: fmt.Sprint("c", i), Text: fmt.Sprintf("%s, ticket %d", []string{"hinge snapped", "cover scratched"}[kind], i), Labels: map[string]string{}}
			if wrong > 0 && (i/2)%wrong == 0 {
				kind = 1 - kind
			}
			for _, axis := range axes {
				c.Labels[axis] = map[string][]string{"symptom": {"crack_break", "scratch_abrasion"}, "severity": {"major", "cosmetic"}}[axis][kind]
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

// fit makes a model of claims with so many wrong labels.
func fit(t *testing.T, e *pipeline.Engine, digest string, wrong int, axes ...string) *models.Model {
	t.Helper()
	cfg := training.DefaultConfig()
	cfg.Head.Strengths, cfg.Head.Balances, cfg.Head.Folds = []float64{10}, []float64{0}, 3
	f, err := training.Fit(t.Context(), e, taxonomy.Starter(), claims(80, wrong, axes...), nil, cfg, func(string, int64, int64) {})
	check(t, err)
	f.Model.Digest = digest
	return f.Model
}

func row(c claim.Claim, p claim.Prediction) eval.Row {
	return eval.Row{ID: c.ID, Labels: c.Labels, Prediction: p}
}

func testSet(axes ...string) learning.TestSet {
	return learning.TestSet{Name: "slice", Audit: true, Taxonomy: taxonomy.Starter(), Claims: func(context.Context) iter.Seq2[claim.Claim, error] {
		return func(yield func(claim.Claim, error) bool) {
			for c := range claims(200, 0, axes...) {
				c.ID, c.Text = "t"+c.ID, c.Text+" as well"
				if !yield(c, nil) {
					return
				}
			}
		}
	}}
}

func TestACandidateMustHoldItsGround(t *testing.T) {
	e := engine(t)
	good, bad := fit(t, e, "good", 0, "symptom", "severity"), fit(t, e, "bad", 1, "symptom", "severity")
	cfg := learning.JudgeConfig{Engine: e, Live: bad, Candidate: good, Sets: []learning.TestSet{testSet("symptom")}, Row: row, Seed: 1}
	v, err := learning.Judge(t.Context(), cfg)
	check(t, err)
	a := v.Sets[0].Axes
	if !v.Passed || len(a) != 1 || a[0].Axis != "symptom" || a[0].N != 200 || a[0].Accuracy.Candidate != 1 || a[0].Accuracy.Live != 0 || a[0].Drift > 0.01 || a[0].Outcome != "better" {
		t.Errorf("a better candidate: passed %v, %+v, %v", v.Passed, a, v.Reasons)
	}
	cfg.Live, cfg.Candidate = good, bad
	if v, err = learning.Judge(t.Context(), cfg); err != nil || v.Passed || !strings.Contains(strings.Join(v.Reasons, "\n"), "shown to be worse") {
		t.Errorf("a worse candidate passes: %v, %v", v.Reasons, err)
	}
	gates, err := gate.Parse([]byte("gates: [symptom.accuracy >= 0.5]"))
	check(t, err)
	cfg.Live, cfg.Candidate, cfg.Gates = bad, bad, gates
	if v, err = learning.Judge(t.Context(), cfg); err != nil || v.Passed {
		t.Errorf("gates of one's own are not held: %v, %v", v.Reasons, err)
	}
}

func TestAnAxisMayNotBeLostUnsaid(t *testing.T) {
	e := engine(t)
	both, one := fit(t, e, "both", 0, "symptom", "severity"), fit(t, e, "one", 0, "symptom")
	cfg := learning.JudgeConfig{Engine: e, Live: both, Candidate: one, Sets: []learning.TestSet{testSet("symptom")}, Row: row, Seed: 1}
	v, err := learning.Judge(t.Context(), cfg)
	check(t, err)
	if v.Passed || !slices.Equal(v.Lost, []string{"severity"}) {
		t.Errorf("passed %v, lost %v", v.Passed, v.Lost)
	}
	cfg.MayLose = []string{"severity"}
	if v, err = learning.Judge(t.Context(), cfg); err != nil || !v.Passed || len(v.Lost) != 1 {
		t.Errorf("what may be lost: %v, %v", v.Reasons, err)
	}
	if refused := learning.DefaultLimits().Refuse(v, nil, time.Now()); !slices.Contains(refused, "axes [severity] would go unanswered") {
		t.Errorf("without a person: %v", refused)
	}
}

func TestSeenClaimsAreLeftOut(t *testing.T) {
	e := engine(t)
	m := fit(t, e, "m", 0, "symptom")
	set := testSet("symptom")
	set.Seen = map[string]bool{}
	for i := range 60 {
		set.Seen[fmt.Sprint("tc", i)] = true
	}
	cfg := learning.JudgeConfig{Engine: e, Live: m, Candidate: m, Sets: []learning.TestSet{set}, Row: row, Seed: 1}
	v, err := learning.Judge(t.Context(), cfg)
	check(t, err)
	if s := v.Sets[0]; s.Claims != 140 || s.Seen != 60 || s.Axes[0].N != 140 {
		t.Errorf("judged on %d claims, %d left out", s.Claims, s.Seen)
	}
	cfg.Sets = []learning.TestSet{testSet()} // no label at all
	if _, err := learning.Judge(t.Context(), cfg); !errors.Is(err, learning.ErrNoTest) {
		t.Errorf("without a label: %v", err)
	}
}

func TestLimitsOfWhatIsPromotedWithoutAPerson(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	fine := func() *learning.Verdict {
		return &learning.Verdict{Passed: true, Sets: []learning.SetVerdict{{Name: "slice", Audit: true, Axes: []learning.AxisVerdict{{
			Axis: "symptom", N: 300, Accuracy: learning.Pair{Low: -0.01, High: 0.05}, CoverageLive: 0.8, CoverageCandidate: 0.75, Drift: 0.1}}}}}
	}
	for name, c := range map[string]struct {
		change  func(v *learning.Verdict)
		history []store.Promotion
		want    string // part of the reason, empty for none
	}{
		"all within":          {func(*learning.Verdict) {}, nil, ""},
		"gates missed":        {func(v *learning.Verdict) { v.Passed = false }, nil, "did not pass"},
		"a loss not excluded": {func(v *learning.Verdict) { v.Sets[0].Axes[0].Accuracy.Low = -0.03 }, nil, "not ruled out"},
		"also on old sets": {func(v *learning.Verdict) {
			v.Sets = append(v.Sets, learning.SetVerdict{Name: "old", Axes: []learning.AxisVerdict{{Axis: "symptom", N: 9, Accuracy: learning.Pair{Low: -0.3}}}})
		}, nil, "old, symptom: a loss"},
		"small slice":    {func(v *learning.Verdict) { v.Sets[0].Axes[0].N = 199 }, nil, "at least 200"},
		"no slice":       {func(v *learning.Verdict) { v.Sets[0].Audit = false }, nil, "no labels to judge with"},
		"much changed":   {func(v *learning.Verdict) { v.Sets[0].Axes[0].Drift = 0.21 }, nil, "change sides"},
		"more to people": {func(v *learning.Verdict) { v.Sets[0].Axes[0].CoverageCandidate = 0.6 }, nil, "60 % answered instead of 80 %"},
		"today already":  {func(*learning.Verdict) {}, []store.Promotion{{Auto: true, At: now.Add(-23 * time.Hour)}}, "one every 24h"},
		"by a person":    {func(*learning.Verdict) {}, []store.Promotion{{At: now.Add(-time.Hour)}, {Auto: true, At: now.Add(-25 * time.Hour)}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := fine()
			c.change(v)
			got := learning.DefaultLimits().Refuse(v, c.history, now)
			if c.want == "" && len(got) > 0 || c.want != "" && !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("refused for %q, want %q", got, c.want)
			}
		})
	}
}

func TestLimitsOutOfRange(t *testing.T) {
	check(t, learning.DefaultLimits().Validate())
	for _, l := range []learning.Limits{{Margin: -1, MinAudit: 1}, {MinAudit: 0}, {MinAudit: 1, MaxDrift: 2}, {MinAudit: 1, MaxCoverageLoss: 2}, {MinAudit: 1, Every: -1}} {
		if l.Validate() == nil {
			t.Errorf("%+v is taken", l)
		}
	}
}
