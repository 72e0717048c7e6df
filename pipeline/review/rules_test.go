package review_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

func TestReadPlan(t *testing.T) {
	got, err := review.ReadPlan([]byte(`
gates: {severity: [critical, major]}
cost: 2
costs: {severity: {critical: 20}}
random_share: 0
double_share: 0.5
patience: 36h
`), taxonomy.Starter())
	if err != nil {
		t.Fatal(err)
	}
	want := review.PlanConfig{
		Gates: []store.Label{{Axis: "severity", Label: "critical"}, {Axis: "severity", Label: "major"}},
		Cost:  2, Costs: map[string]map[string]float64{"severity": {"critical": 20}},
		SliceShare: -1, DoubleShare: 0.5, Patience: 36 * time.Hour,
	}
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(review.PlanConfig{}, "Now")); d != "" {
		t.Error(d)
	}
	if _, err := review.NewPlanner(got); err != nil {
		t.Error(err)
	}
}

// Every mistake is told at once, with its line.
func TestReadPlanNamesMistakes(t *testing.T) {
	_, err := review.ReadPlan([]byte("gates: {severity: [crit]}\ncost: 0\ncosts: {shape: {round: 1}}\nrandom_share: 2\npatience: soon\nseed: 3\n"), taxonomy.Starter())
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`line 1: gates.severity: the taxonomy has no label "crit"`, "line 2: cost", `line 3: costs.shape.round: the taxonomy has no label "round"`, "line 4: random_share", "line 5: patience", `line 6: unknown key "seed"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
}

func TestDefaultPlan(t *testing.T) {
	if p := review.DefaultPlan(taxonomy.Starter()); len(p.Gates) != 1 || p.Costs["severity"]["critical"] != review.CriticalCost {
		t.Errorf("of the starter taxonomy: %+v", p)
	}
	if p := review.DefaultPlan(nil); len(p.Gates) != 0 {
		t.Errorf("of none: %+v", p)
	}
}
