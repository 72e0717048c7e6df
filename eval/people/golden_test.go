package people

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// near fails unless got is want to 1e-9.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9) {
		t.Errorf("%s: got %.12g, want %.12g", what, got, want)
	}
}

// TestGolden compares with scikit-learn, statsmodels, krippendorff, cleanlab and scipy; the
// numbers come from testdata/golden.py.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Kappa []struct {
			A, B                       []int
			Labels                     int
			Nominal, Linear, Quadratic float64
		}
		Fleiss []struct {
			Counts [][]int
			Kappa  float64
		}
		Alpha []struct {
			Counts           [][]int
			Nominal, Ordinal float64
		}
		Joint []struct {
			Given         []int
			Probabilities [][]float32
			Thresholds    []float64
			Joint         [][]int
		}
		Share []struct {
			Count, Of int
			Low, High float64
		}
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Kappa) == 0 || len(golden.Fleiss) == 0 || len(golden.Alpha) == 0 || len(golden.Joint) == 0 || len(golden.Share) == 0 {
		t.Fatal("golden.json lacks a part")
	}
	for _, g := range golden.Kappa {
		for w, want := range map[Weights]float64{Nominal: g.Nominal, Linear: g.Linear, Quadratic: g.Quadratic} {
			got, ok := CohenKappa(g.A, g.B, g.Labels, w)
			if !ok {
				t.Error("kappa does not exist")
			}
			near(t, "kappa", got, want)
		}
	}
	for _, g := range golden.Fleiss {
		got, _ := FleissKappa(g.Counts)
		near(t, "Fleiss", got, g.Kappa)
	}
	for _, g := range golden.Alpha {
		nominal, _ := Alpha(g.Counts, false)
		ordinal, _ := Alpha(g.Counts, true)
		near(t, "alpha", nominal, g.Nominal)
		near(t, "ordinal alpha", ordinal, g.Ordinal)
	}
	for _, g := range golden.Joint {
		k := len(g.Thresholds)
		in := &given{label: g.Given, p: g.Probabilities, rows: make([]int, len(g.Given)), labels: make([]string, k)}
		j := newJoint(in)
		for l := range k {
			// cleanlab averages in single precision.
			if math.Abs(j.thresholds[l]-g.Thresholds[l]) > 1e-6 {
				t.Errorf("threshold %d: got %g, want %g", l, j.thresholds[l], g.Thresholds[l])
			}
			for m := range k {
				if j.counts[l][m] != g.Joint[l][m] {
					t.Errorf("joint %d, %d: got %d, want %d", l, m, j.counts[l][m], g.Joint[l][m])
				}
			}
		}
	}
	for _, g := range golden.Share {
		s := NewShare(g.Count, g.Of, 0.95)
		near(t, "exact low", s.Low, g.Low)
		near(t, "exact high", s.High, g.High)
	}
}

// fields splits lines of values.
func fields(table string) [][]string {
	var out [][]string
	for line := range strings.Lines(strings.TrimSpace(table)) {
		out = append(out, strings.Fields(line))
	}
	return out
}

// TestKrippendorff2011 has the worked examples of Computing Krippendorff's
// Alpha-Reliability: A (two observers, two values), B (two observers, many values) and C
// (four observers, missing data).
func TestKrippendorff2011(t *testing.T) {
	for _, c := range []struct {
		name, table      string
		nominal, ordinal float64 // to three digits; 0: not given
	}{
		{"A", "0 1 0 0 0 0 0 0 1 0\n1 1 1 0 0 1 0 0 0 0", 0.095, 0},
		{"B", "a a b b d c c c e d d a\nb a b b b c c c e d d d", 0.692, 0},
		{"C", `1 2 3 3 2 1 4 1 2 . . .
			1 2 3 3 2 2 4 1 2 5 . 3
			. 3 3 3 2 3 4 2 2 5 1 .
			1 2 3 3 2 4 4 1 2 5 1 .`, 0.743, 0.815},
	} {
		observers := fields(c.table)
		labels := map[string]int{}
		for _, l := range strings.Split("0 1 2 3 4 5 a b c d e", " ") {
			labels[l] = len(labels)
		}
		counts := make([][]int, len(observers[0]))
		for u := range counts {
			counts[u] = make([]int, len(labels))
			for _, o := range observers {
				if o[u] != "." {
					counts[u][labels[o[u]]]++
				}
			}
		}
		if got, ok := Alpha(counts, false); !ok || math.Abs(got-c.nominal) > 0.0005 {
			t.Errorf("%s: nominal alpha %.4f, want %.3f", c.name, got, c.nominal)
		}
		if got, ok := Alpha(counts, true); c.ordinal != 0 && (!ok || math.Abs(got-c.ordinal) > 0.0005) {
			t.Errorf("%s: ordinal alpha %.4f, want %.3f", c.name, got, c.ordinal)
		}
	}
}

// TestFleiss1971 has the table of Measuring Nominal Scale Agreement among Many Raters: thirty
// patients, six psychiatrists, five diagnoses; kappa is .430.
func TestFleiss1971(t *testing.T) {
	counts := [][]int{
		{0, 0, 0, 6, 0}, {0, 3, 0, 0, 3}, {0, 1, 4, 0, 1}, {0, 0, 0, 0, 6}, {0, 3, 0, 3, 0}, {2, 0, 4, 0, 0},
		{0, 0, 4, 0, 2}, {2, 0, 3, 1, 0}, {2, 0, 0, 4, 0}, {0, 0, 0, 0, 6}, {1, 0, 0, 5, 0}, {1, 1, 0, 4, 0},
		{0, 3, 3, 0, 0}, {1, 0, 0, 5, 0}, {0, 2, 0, 3, 1}, {0, 0, 5, 0, 1}, {3, 0, 0, 1, 2}, {5, 1, 0, 0, 0},
		{0, 2, 0, 4, 0}, {1, 0, 2, 0, 3}, {0, 0, 0, 0, 6}, {0, 1, 0, 5, 0}, {0, 2, 0, 1, 3}, {2, 0, 0, 4, 0},
		{1, 0, 0, 4, 1}, {0, 5, 0, 1, 0}, {4, 0, 0, 0, 2}, {0, 2, 0, 4, 0}, {1, 0, 5, 0, 0}, {0, 0, 0, 0, 6},
	}
	if got, ok := FleissKappa(counts); !ok || math.Abs(got-0.430) > 0.0005 {
		t.Errorf("kappa %.4f, want .430", got)
	}
}

// TestExactIntervalsOfAIAG has the score intervals of the attribute study in Measurement
// Systems Analysis (AIAG, 4th edition, 2010): 42, 45 and 40 of 50 parts.
func TestExactIntervalsOfAIAG(t *testing.T) {
	for count, want := range map[int][2]float64{42: {0.71, 0.93}, 45: {0.78, 0.97}, 40: {0.66, 0.90}, 39: {0.64, 0.88}} {
		s := NewShare(count, 50, 0.95)
		if math.Abs(s.Low-want[0]) > 0.005 || math.Abs(s.High-want[1]) > 0.005 {
			t.Errorf("%d of 50: %.4f to %.4f, want %v", count, s.Low, s.High, want)
		}
	}
}

func TestFiguresThatDoNotExist(t *testing.T) {
	if _, ok := CohenKappa(nil, nil, 2, Nominal); ok {
		t.Error("kappa without claims")
	}
	if _, ok := CohenKappa([]int{1, 1}, []int{1, 1}, 2, Nominal); ok {
		t.Error("kappa of one label")
	}
	if _, ok := FleissKappa([][]int{{3, 0}, {3, 0}}); ok {
		t.Error("Fleiss of one label")
	}
	if _, ok := Alpha([][]int{{1, 0}, {0, 1}}, false); ok {
		t.Error("alpha without a claim rated twice")
	}
}
