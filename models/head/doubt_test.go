package head

import (
	"bytes"
	"context"
	"testing"

	"github.com/defekt/defekt/models/feature"
)

// doubtful is a world in which every fourth row lies between the classes and was not
// decided by people.
func doubtful(n int, seed uint64) Data {
	d := world(n, seed, both)
	d.Classes, d.Doubt = append(d.Classes, "undetermined"), true
	for i := 0; i < n; i += 4 {
		d.Examples[i] = feature.Example{
			feature.DenseBlock([]float32{1, 3, 0, 5}),
			feature.SparseBlock([]uint32{uint32(3 + i%3)}, []float32{1}),
		}
		d.Labels[i] = 3
	}
	return d
}

func TestDoubtIsNeverChosenAndLowersConfidence(t *testing.T) {
	h := fit(t, doubtful(400, 1), quick())
	if h.Report.Rows != 300 || h.Report.Undecided != 100 {
		t.Errorf("report counts %d rows and %d undecided", h.Report.Rows, h.Report.Undecided)
	}
	test := doubtful(200, 2)
	sure, unsure, abstained := 0.0, 0.0, 0
	for i, e := range test.Examples {
		out, err := h.Predict(e)
		if err != nil {
			t.Fatal(err)
		}
		if out.Choice >= 3 {
			t.Fatalf("row %d: doubt was chosen", i)
		}
		if p := out.Probabilities[out.Choice]; test.Labels[i] == 3 {
			unsure += p / 50
			if out.Abstain != "" {
				abstained++
			}
		} else {
			sure += p / 150
		}
	}
	if unsure > sure-0.3 || abstained < 45 {
		t.Errorf("confidence %.2f where people decide, %.2f where not; %d of 50 abstained", sure, unsure, abstained)
	}
}

func TestDoubtKeepsToTheRuleNever(t *testing.T) {
	cfg := quick()
	cfg.Abstain = Abstain{Rule: RuleNever}
	h := fit(t, doubtful(400, 1), cfg)
	for i, e := range doubtful(200, 2).Examples {
		if out, err := h.Predict(e); err != nil || out.Abstain != "" {
			t.Fatalf("row %d: abstained with %q, %v", i, out.Abstain, err)
		}
	}
}

func TestDoubtSurvivesTheFile(t *testing.T) {
	h := fit(t, doubtful(200, 1), quick())
	var buf bytes.Buffer
	if _, err := h.WriteTo(&buf); err != nil {
		t.Fatal(err)
	}
	back, err := Read(&buf)
	if err != nil || !back.Doubt {
		t.Fatalf("read back: doubt %v, %v", back != nil && back.Doubt, err)
	}
}

func TestDoubtNeedsAnUnorderedAxis(t *testing.T) {
	d := doubtful(200, 1)
	d.Ordinal = true
	if _, err := Fit(context.Background(), d, quick(), nil); err == nil {
		t.Error("an ordinal axis with doubt was fitted")
	}
}
