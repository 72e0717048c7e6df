package eval_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// answer is a prediction on one axis.
func answer(axis, label string, p float64, abstained bool) claim.Prediction {
	return claim.Prediction{Axes: map[string]claim.AxisPrediction{axis: {Label: label, Probability: p, Abstained: abstained}}}
}

func TestCollector(t *testing.T) {
	c := eval.NewCollector(taxonomy.Starter(), nil)
	add := func(truth string, p claim.Prediction) { c.Add(map[string]string{"severity": truth}, p) }
	add("critical", answer("severity", "critical", 0.9, false))
	add("major", answer("severity", "minor", 0.4, true))
	add("minor", answer("severity", "minor", 0.8, false))
	add("cosmetic", answer("severity", "cosmetic", 0.7, false))
	add("", answer("severity", "minor", 0.8, false))
	add(taxonomy.Undetermined, answer("severity", "minor", 0.8, false))
	add(taxonomy.Undetermined, answer("severity", taxonomy.Undetermined, 0.9, false))
	add("major", answer("severity", taxonomy.Undetermined, 0.9, false))
	add("major", claim.Prediction{Problems: []claim.Problem{{Code: claim.CodeEmpty}}})
	r, err := c.Result()
	if err != nil {
		t.Fatal(err)
	}
	a := r.Axes["severity"]
	if r.N != 9 || a.N != 4 || a.Unlabelled != 1 || a.Undetermined != 2 || a.Unanswered != 2 || r.Problems["claim_empty"] != 1 {
		t.Errorf("counts: n %d, axis %+v, problems %v", r.N, a, r.Problems)
	}
	if a.Accuracy != 0.75 || a.Coverage != 0.75 || a.AccuracyCovered != 1 || *a.OrdinalError != 0.25 {
		t.Errorf("accuracy %g, coverage %g at %g, ordinal error %g", a.Accuracy, a.Coverage, a.AccuracyCovered, *a.OrdinalError)
	}
	if a.DecidableAUROC == nil || *a.DecidableAUROC != 0.375 { // 0.8 against 0.9, 0.4, 0.8 and 0.7
		t.Errorf("AUROC of confidence on the undecidable claim: %v", a.DecidableAUROC)
	}
	if a.LogLoss != nil {
		t.Error("log loss without distributions")
	}
	if s := a.PerLabel["minor"]; s.Precision != 0.5 || s.Recall != 1 {
		t.Errorf("minor: %+v", s)
	}
}

func TestFinerTruthCountsAtTheLevelOfTheAnswer(t *testing.T) {
	c := eval.NewCollector(taxonomy.Starter(), nil)
	c.Add(map[string]string{"defect_type": "corrosion"}, answer("defect_type", "material", 0.9, false))
	c.Add(map[string]string{"defect_type": "corrosion"}, answer("defect_type", "design", 0.9, false))
	r, err := c.Result()
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Axes["defect_type"].Accuracy; got != 0.5 {
		t.Errorf("accuracy %g, want 0.5: corrosion is a kind of material", got)
	}
}

func TestJSONHasTheContract(t *testing.T) {
	c := eval.NewCollector(taxonomy.Starter(), nil)
	c.Add(map[string]string{"severity": "minor"}, answer("severity", "minor", 0.8, false))
	r, err := c.Result()
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := r.WriteJSON(&buf); err != nil {
		t.Fatal(err)
	}
	var got struct {
		N    *int                      `json:"n"`
		Axes map[string]map[string]any `json:"axes"`
	}
	if err := json.Unmarshal(buf.Bytes(), &got); err != nil || got.N == nil {
		t.Fatalf("n missing or bad JSON: %v", err)
	}
	for _, name := range []string{"n", "accuracy", "macro_f1", "balanced_accuracy", "ece", "coverage", "accuracy_covered", "per_label"} {
		if _, ok := got.Axes["severity"][name]; !ok {
			t.Errorf("axes.severity.%s is missing", name)
		}
	}
	buf.Reset()
	if err := r.WriteTable(&buf); err != nil || !strings.Contains(buf.String(), "severity") {
		t.Errorf("table %q, error %v", buf.String(), err)
	}
}
