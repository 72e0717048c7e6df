package gate_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/gate"
	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/eval/slice"
)

const n = 400

// draw gives answers of which one in wrongEvery is wrong, with confidence.
func draw(wrongEvery int) *sample.Sample {
	a := sample.Axis{ID: "severity", Labels: []string{"minor", "major"}, Parents: []int32{-1, -1}, Confidence: make([]float32, n)}
	s := &sample.Sample{Fields: map[string][]string{"language": make([]string, n)}}
	for i := range n {
		truth := int32(i % 2)
		chosen := truth
		if i%wrongEvery == 0 {
			chosen = 1 - truth
		}
		s.IDs = append(s.IDs, fmt.Sprint(i))
		s.Fields["language"][i] = []string{"de", "en"}[i/200]
		a.Truth, a.Chosen = append(a.Truth, truth), append(a.Chosen, chosen)
	}
	s.Axes = []sample.Axis{a}
	return s
}

// TestWithTheRealResults: what slices and comparisons write is what gates read.
func TestWithTheRealResults(t *testing.T) {
	before, now := draw(20), draw(4)
	compared, err := compare.Run(context.Background(), before, now, compare.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	cut := func(s *sample.Sample) *slice.Report {
		r, err := slice.Score(context.Background(), s, slice.DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	gates, err := gate.Parse([]byte(`gates:
  - severity.accuracy not worse than baseline
  - {expect: severity.accuracy not worse than baseline, slice: {field: language, value: en}}
  - {expect: severity.shrunk >= 0.6, slice: language, bound: lower}
  - {expect: severity.accuracy >= baseline - 0.1, slice: {field: language, value: de}}
`))
	if err != nil {
		t.Fatal(err)
	}
	figures := func(accuracy float64) map[string]any {
		return map[string]any{"axes": map[string]any{"severity": map[string]any{"accuracy": accuracy}}}
	}
	r, err := gate.Judge(gates, gate.Input{Result: figures(0.75), Baseline: figures(0.95), Comparison: compared, Slices: cut(now), BaselineSlices: cut(before)})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"too_bad", "too_bad", "", "", "too_bad"}
	if len(r.Gates) != len(want) {
		t.Fatalf("%+v", r.Gates)
	}
	for i, o := range r.Gates {
		if string(o.Reason) != want[i] || o.Passed != (want[i] == "") {
			t.Errorf("%+v, want reason %q", o, want[i])
		}
	}
}

// TestBoundsOfARealResult: every figure that a result gives an interval has a bound here,
// wherever the interval stands.
func TestBoundsOfARealResult(t *testing.T) {
	s := draw(10)
	a := &s.Axes[0]
	a.Classes, a.Ordinal = []int32{0, 1}, true
	for i := range n {
		a.Confidence[i] = 0.6 + 0.001*float32(i)
		row := []float32{1 - a.Confidence[i], a.Confidence[i]}
		if a.Chosen[i] == 0 {
			row[0], row[1] = row[1], row[0]
		}
		a.Probabilities = append(a.Probabilities, row...)
	}
	o := eval.DefaultOptions()
	o.Watch = []string{"major"}
	result, err := eval.Score(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	axis := result.Axes["severity"]
	if len(axis.Intervals) < 5 {
		t.Fatalf("%d intervals", len(axis.Intervals))
	}
	want := map[string]float64{
		"severity.per_label.major.recall": axis.PerLabel["major"].RecallInterval.Low,
	}
	for name, interval := range axis.Intervals {
		want["severity."+name] = interval.Low
	}
	for path, low := range want {
		gates, err := gate.Parse(fmt.Appendf(nil, "gates:\n  - {expect: '%s >= -1000', bound: lower}\n", path))
		if err != nil {
			t.Fatal(err)
		}
		r, err := gate.Judge(gates, gate.Input{Result: result})
		if err != nil {
			t.Fatal(err)
		}
		if g := r.Gates[0]; !g.Passed || g.Value == nil || *g.Value != low {
			t.Errorf("%s: %+v, want the lower bound %v", path, g, low)
		}
	}
}
