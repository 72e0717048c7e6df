package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/eval/sample"
)

func TestWorst(t *testing.T) {
	s := &sample.Sample{IDs: []string{"a", "b", "c", "d", "e", "f"}, Axes: []sample.Axis{{ID: "severity", Labels: []string{"minor", "major"}, Parents: []int32{-1, -1},
		Truth:      []int32{0, 0, 1, 0, sample.Undecided, 1},
		Chosen:     []int32{1, 0, 0, 1, 1, sample.Unknown},
		Confidence: []float32{.6, .99, .9, .9, 1, 1}}}}
	want := []Pick{{"severity", "c", 2, "major", "minor", float64(float32(.9))}, {"severity", "d", 3, "minor", "major", float64(float32(.9))}}
	if diff := cmp.Diff(want, Worst(s, 2)); diff != "" {
		t.Error(diff)
	}
	if got := len(Worst(s, 9)); got != 3 {
		t.Errorf("%d wrong answers, want 3", got)
	}
	if got := Worst(s, -1); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// On an ordinal axis few far misses come before many near ones.
func TestConfusionsByCost(t *testing.T) {
	zero := 0.0
	a := &eval.Axis{OrdinalError: &zero, Confusion: &metric.Confusion{Labels: []string{"critical", "major", "minor", "cosmetic"}, Counts: [][]int{{5, 4, 0, 2}, {0, 9, 3, 0}, {0, 0, 9, 0}, {0, 0, 0, 9}}}}
	got, _ := confusions(a)
	want := []confusion{{"critical", "cosmetic", 2, "18.2\u00a0%", "22.2\u00a0%", "3 steps"}, {"critical", "major", 4, "36.4\u00a0%", "44.4\u00a0%", "1 step"}, {"major", "minor", 3, "25.0\u00a0%", "33.3\u00a0%", "1 step"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	a.OrdinalError = nil
	if got, _ = confusions(a); got[0].N != 4 || got[0].Steps != "" {
		t.Errorf("on a nominal axis the first is %+v", got[0])
	}
}

// What a headline says must follow its figure.
func TestVerdicts(t *testing.T) {
	a := &eval.Axis{N: 100, Accuracy: .5, PerLabel: map[string]eval.Label{"x": {Score: metric.Score{Support: 60}}, "y": {Score: metric.Score{Support: 40, F1: .3}}},
		Intervals: map[string]metric.Interval{"accuracy": {Low: .4, High: .6}}}
	if h := accuracyLine(a); !h.Alert || h.Say != "About 5 of 10 answers are wrong. Always saying x would be right in 60.0\u00a0%. It is not shown to be better than that." {
		t.Errorf("%+v", h)
	}
	a.Reliability = []metric.Bin{{Confidence: .8, Accuracy: .5, N: 100}}
	a.ECE, a.ECE15, a.ECE15Floor = .3, .3, .05
	if h := calibrationLine(a); !h.Alert || h.Say != "Stated probabilities are too high by 30.0 points on average." {
		t.Errorf("%+v", h)
	}
	a.ECE, a.ECE15, a.Reliability[0].Confidence = .06, .06, .51
	if h := calibrationLine(a); h.Alert {
		t.Errorf("an error near the floor is called one: %+v", h)
	}
}
