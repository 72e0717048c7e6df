package slice

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/eval/sample"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestAgainstScipyAndStatsmodels reads what testdata/golden.py made.
func TestAgainstScipyAndStatsmodels(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Fisher []struct {
			N, Right, All int
			AllRight      int `json:"all_right"`
			P             float64
		}
		Adjust []struct{ P, BH, BY, Holm []float64 }
	}
	if err := json.Unmarshal(data, &golden); err != nil || len(golden.Fisher) < 10 || len(golden.Adjust) < 5 {
		t.Fatalf("%d and %d cases: %v", len(golden.Fisher), len(golden.Adjust), err)
	}
	for _, c := range golden.Fisher {
		got := worseThanRest(c.Right, c.N, c.AllRight, c.All)
		if !(math.Abs(got-c.P) <= 1e-9*max(1, c.P) && math.Abs(got/c.P-1) < 1e-6) {
			t.Errorf("%d of %d right, all %d of %d: p = %.12g, scipy says %.12g", c.Right, c.N, c.AllRight, c.All, got, c.P)
		}
	}
	for _, c := range golden.Adjust {
		for name, pair := range map[string][2][]float64{"BH": {BH.Adjust(c.P), c.BH}, "BY": {BY.Adjust(c.P), c.BY}, "Holm": {Holm(c.P), c.Holm}} {
			for i := range pair[0] {
				if !(math.Abs(pair[0][i]-pair[1][i]) <= 1e-9) {
					t.Errorf("%s of %d, value %d: %.12g, statsmodels says %.12g", name, len(c.P), i, pair[0][i], pair[1][i])
				}
			}
		}
	}
}

// Benjamini and Hochberg's own example: 15 p-values of myocardial infarction treatments
// (JRSS B 1995, section 3.2); at 5 % their procedure rejects the first four.
func TestBenjaminiHochbergExample(t *testing.T) {
	p := []float64{.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1}
	found := 0
	for _, q := range BH.Adjust(p) {
		if q <= 0.05 {
			found++
		}
	}
	if found != 4 {
		t.Errorf("%d rejected, the paper has 4", found)
	}
	for i, q := range Holm(p) {
		if (q <= 0.05) != (i < 3) { // as the paper's Bonferroni and Hochberg procedures do
			t.Errorf("Holm: value %d is %v", i, q)
		}
	}
}

func TestExactTestsThatCannotShowAnythingDoNotCount(t *testing.T) {
	tests := []Exact{{P: 0.02, Least: 0.001}}
	for range 20 {
		tests = append(tests, Exact{P: 1, Least: 0.5})
	}
	q, counted := BH.AdjustExact(tests, 0.05)
	if counted != 1 || q[0] != 0.02 || q[1] != 1 {
		t.Errorf("%d counted, q %v", counted, q[:2])
	}
	if q, counted := BH.AdjustExact(nil, 0.05); len(q) != 0 || counted != 0 {
		t.Errorf("no tests: %v, %d", q, counted)
	}
}

// TestShrunkIntervalsHold draws slices from known distributions: intervals must hold the
// slice's true accuracy, and the shrunken estimate must be closer to it than the raw one.
func TestShrunkIntervalsHold(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, c := range []struct {
		name     string
		slices   int
		strength float64
	}{{"alike", 12, 400}, {"apart", 12, 8}, {"four", 4, 20}, {"two", 2, 20}} {
		held, total, raw, shrunk := 0, 0, 0.0, 0.0
		for range 80 {
			counts, truth, whole := make([]Count, c.slices), make([]float64, c.slices), Count{}
			rates := distuv.Beta{Alpha: 0.8 * c.strength, Beta: 0.2 * c.strength, Src: r}
			for i := range counts {
				truth[i], counts[i].N = rates.Rand(), 20+r.IntN(150)
				for range counts[i].N {
					if r.Float64() < truth[i] {
						counts[i].Right++
					}
				}
				whole.N += counts[i].N
				whole.Right += counts[i].Right
			}
			for i, s := range Shrink(counts, whole, 0.05) {
				total++
				if s.Low <= truth[i] && truth[i] <= s.High {
					held++
				}
				before, after := share(counts[i].Right, counts[i].N)-truth[i], s.Mean-truth[i]
				raw += before * before
				shrunk += after * after
			}
		}
		covered := float64(held) / float64(total)
		t.Logf("%s: covered %.3f, squared error %.2f of the raw one's", c.name, covered, shrunk/raw)
		if covered < 0.905 || covered > 0.985 || shrunk > 1.15*raw { // of two slices there is nothing to learn
			t.Errorf("%s: 95 %% intervals hold %.3f, squared error %.3g against %.3g raw", c.name, covered, shrunk, raw)
		}
	}
}

func fields(n int, field func(i int) string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = field(i)
	}
	return out
}

// weak gives n claims on one axis, right with 0.9 except where the language is "fr": 0.6.
func weak(n int) *sample.Sample {
	r := rand.New(rand.NewPCG(1, 1))
	language := fields(n, func(i int) string { return []string{"en", "de", "fr", "it", ""}[i%5] })
	a := sample.Axis{ID: "severity", Labels: []string{"minor", "major"}, Parents: []int32{-1, -1}, Confidence: make([]float32, n)}
	for i := range n {
		truth, p := int32(r.IntN(2)), 0.9
		if language[i] == "fr" {
			p = 0.6
		}
		chosen := truth
		if r.Float64() >= p {
			chosen = 1 - truth
		}
		a.Truth, a.Chosen = append(a.Truth, truth), append(a.Chosen, chosen)
	}
	return &sample.Sample{IDs: fields(n, func(i int) string { return fmt.Sprint(i) }), Axes: []sample.Axis{a},
		Fields: map[string][]string{"language": language, "plant": fields(n, func(i int) string { return fmt.Sprint("p", i%7) }),
			"odd": fields(n, func(i int) string { return fmt.Sprint(i / 3) }), "one": fields(n, func(int) string { return "same" })}}
}

func TestScoreFindsTheWeakSlice(t *testing.T) {
	r, err := Score(context.Background(), weak(1000), DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	a := r.Axes[0]
	worst := a.Slices[0]
	if worst.Value != "fr" || !worst.Worse || worst.Q > 0.01 || r.Worse != 1 {
		t.Errorf("worst slice %+v, %d are worse", worst, r.Worse)
	}
	if len(a.Slices) != 4+7 || r.Looks != 11 {
		t.Errorf("%d slices, %d looks; want 4 languages and 7 plants", len(a.Slices), r.Looks)
	}
	if !(worst.Accuracy <= worst.Shrunk && worst.Shrunk < a.Accuracy && worst.Low < worst.Shrunk && worst.Shrunk < worst.High && worst.Rest > 0.85) {
		t.Errorf("not drawn to the mean %.3f: %+v", a.Accuracy, worst)
	}
	for _, f := range r.Fields {
		want := map[string]Field{"language": {Name: "language", Slices: 4, Missing: 200}, "plant": {Name: "plant", Slices: 7},
			"odd": {Name: "odd", TooSmall: 334, TooSmallClaims: 1000}, "one": {Name: "one"}}[f.Name]
		if f != want {
			t.Errorf("field %+v, want %+v", f, want)
		}
	}
	if b, err := json.Marshal(r); err != nil || strings.Contains(string(b), "NaN") {
		t.Errorf("JSON: %v", err)
	}
}

// TestMacroF1ByHand: truths 0 0 1 1, answers 0 1 1 1 give F1 of 2/3 and 4/5.
func TestMacroF1ByHand(t *testing.T) {
	a := sample.Axis{Labels: []string{"a", "b", "never"}, Truth: []int32{0, 0, 1, 1, -1, 1}, Chosen: []int32{0, 1, 1, 1, 0, -1}}
	one := newTally(3)
	for i := range a.Truth {
		one.add(&a, i)
	}
	if got, want := one.macroF1(), (2.0/3+4.0/5)/2; one.n != 4 || math.Abs(got-want) > 1e-12 {
		t.Errorf("n %d, macro-F1 %v, want %v", one.n, got, want)
	}
}

func TestEqualSlicesRaiseNoAlarm(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	const runs = 150
	alarms := 0
	for range runs {
		n := 600
		a := sample.Axis{ID: "x", Labels: []string{"a", "b"}, Parents: []int32{-1, -1}, Confidence: make([]float32, n), Truth: make([]int32, n), Chosen: make([]int32, n)}
		s := &sample.Sample{IDs: make([]string, n), Fields: map[string][]string{}}
		for i := range n {
			if r.Float64() < 0.2 {
				a.Chosen[i] = 1
			}
		}
		for f := range 5 {
			s.Fields[fmt.Sprint("f", f)] = fields(n, func(int) string { return fmt.Sprint(r.IntN(6)) })
		}
		s.Axes = []sample.Axis{a}
		got, err := Score(context.Background(), s, DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		if got.Worse > 0 {
			alarms++
		}
	}
	// At a true rate of 5 %, 150 runs show more than 16 alarms with a probability of 0.05 %.
	if bound := (distuv.Binomial{N: runs, P: 0.05}); 1-bound.CDF(float64(alarms-1)) < 0.001 {
		t.Errorf("%d of %d samples with 30 equal slices raise an alarm", alarms, runs)
	} else {
		t.Logf("%d of %d", alarms, runs)
	}
}

func TestPrepare(t *testing.T) {
	n := 300
	s := &sample.Sample{IDs: make([]string, n), Fields: map[string][]string{
		"serial": fields(n, func(i int) string { return fmt.Sprint("s", i) }),
		"days":   fields(n, func(i int) string { return fmt.Sprint(i % 50) }),
		"sku":    fields(n, func(i int) string { return fmt.Sprint("sku", min(i%40, 20)) }),
		"photos": fields(n, func(i int) string { return []string{"yes", "no"}[i%2] }),
	}, Times: make([]time.Time, n)}
	s.Times[3] = time.Date(2026, 2, 28, 23, 30, 0, 0, time.FixedZone("", -3600))
	out := Prepare(s, Limits{Values: 5, Buckets: 4})
	if _, has := out.Fields["serial"]; has {
		t.Error("serials are no groups")
	}
	if got := distinct(out.Fields["sku"]); len(got) != 6 || !slices.Contains(got, Rest) || !slices.Contains(got, "sku20") {
		t.Errorf("sku: %v", got)
	}
	if got := distinct(out.Fields["days"]); !slices.Equal(got, []string{"1: 0..12", "2: 13..24", "3: 25..37", "4: 38..49"}) {
		t.Errorf("days: %v", got)
	}
	if out.Fields[Month][3] != "2026-03" || out.Fields[Month][0] != "" || len(s.Fields) != 4 {
		t.Errorf("month %q; the sample given has %d fields", out.Fields[Month][3], len(s.Fields))
	}
}

func distinct(column []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(column)))
}

func TestBucketsKeepEqualNumbersTogether(t *testing.T) {
	got := Buckets([]float64{1, 1, 1, 1, 1, 7, math.NaN(), 9}, 4)
	if !slices.Equal(got, []string{"1: 1", "1: 1", "1: 1", "1: 1", "1: 1", "2: 7..9", "", "2: 7..9"}) {
		t.Errorf("%q", got)
	}
	if got := Buckets([]float64{math.NaN()}, 3); got[0] != "" {
		t.Errorf("%q", got)
	}
}

func TestCutRefuses(t *testing.T) {
	for want, o := range map[string]Options{
		"at least 1":    {MinSize: 0, Small: 1, Alpha: 0.05, Correction: BH},
		"between 0":     {MinSize: 1, Small: 1, Alpha: 1, Correction: BH},
		"known are":     {MinSize: 1, Small: 1, Alpha: 0.1, Correction: "none"},
		`field "plane"`: {MinSize: 1, Small: 1, Alpha: 0.1, Correction: BH, Fields: []string{"plane"}},
	} {
		if _, err := Score(context.Background(), weak(50), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}
