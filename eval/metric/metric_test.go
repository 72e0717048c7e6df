package metric

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// golden is one entry of testdata/golden.json, which testdata/golden.py made with
// scikit-learn.
type golden struct {
	Classes          int         `json:"classes"`
	Truth            []int       `json:"truth"`
	Probabilities    [][]float64 `json:"probabilities"`
	Accuracy         float64     `json:"accuracy"`
	MacroF1          float64     `json:"macro_f1"`
	BalancedAccuracy float64     `json:"balanced_accuracy"`
	QuadraticKappa   float64     `json:"quadratic_kappa"`
	OrdinalError     float64     `json:"ordinal_error"`
	LogLoss          float64     `json:"log_loss"`
	Brier            float64     `json:"brier"`
	Precision        []float64   `json:"precision"`
	Recall           []float64   `json:"recall"`
	F1               []float64   `json:"f1"`
	Support          []int       `json:"support"`
}

func argmax(p []float64) int {
	best := 0
	for k, v := range p {
		if v > p[best] {
			best = k
		}
	}
	return best
}

func names(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "label-" + strconv.Itoa(i)
	}
	return out
}

func TestAgainstScikitLearn(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []golden
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for i, g := range cases {
		chosen := make([]int, len(g.Truth))
		for r, p := range g.Probabilities {
			chosen[r] = argmax(p)
		}
		c, err := NewConfusion(names(g.Classes), g.Truth, chosen)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][2]float64{
			"accuracy": {c.Accuracy(), g.Accuracy}, "macro_f1": {c.MacroF1(), g.MacroF1},
			"balanced": {c.BalancedAccuracy(), g.BalancedAccuracy},
			"kappa":    {c.QuadraticKappa(), g.QuadraticKappa}, "ordinal": {c.OrdinalError(), g.OrdinalError},
			"log loss": {LogLoss(g.Probabilities, g.Truth), g.LogLoss}, "brier": {Brier(g.Probabilities, g.Truth), g.Brier},
		}
		for k := range g.Classes {
			s := c.Label(k)
			got["precision "+strconv.Itoa(k)] = [2]float64{s.Precision, g.Precision[k]}
			got["recall "+strconv.Itoa(k)] = [2]float64{s.Recall, g.Recall[k]}
			got["f1 "+strconv.Itoa(k)] = [2]float64{s.F1, g.F1[k]}
			got["support "+strconv.Itoa(k)] = [2]float64{float64(s.Support), float64(g.Support[k])}
		}
		for name, pair := range got {
			if math.Abs(pair[0]-pair[1]) > 1e-9 {
				t.Errorf("case %d: %s is %.12f, scikit-learn says %.12f", i, name, pair[0], pair[1])
			}
		}
	}
}

func TestECEByHand(t *testing.T) {
	confidence := []float64{0.9, 0.6, 0.8, 0.7}
	correct := []bool{true, false, true, false}
	// Two bins of two: {0.6, 0.7} none right, {0.8, 0.9} all right.
	if got, want := ECE(confidence, correct, 2), (2*0.65+2*0.15)/4; math.Abs(got-want) > 1e-12 {
		t.Errorf("ECE = %g, want %g", got, want)
	}
	if got, want := ECE(confidence, correct, 1), 0.25; math.Abs(got-want) > 1e-12 {
		t.Errorf("ECE of one bin = %g, want %g", got, want)
	}
	if got := ECE(nil, nil, 5); got != 0 {
		t.Errorf("ECE without rows = %g", got)
	}
}

// draw gives rows whose stated confidences are right to within shift.
func draw(n int, shift float64, seed uint64) (confidence []float64, correct []bool) {
	r := rand.New(rand.NewPCG(seed, 1))
	for range n {
		p := 0.5 + 0.5*r.Float64()
		confidence = append(confidence, p)
		correct = append(correct, r.Float64() < p-shift)
	}
	return confidence, correct
}

func TestECESweepSeesShiftNotNoise(t *testing.T) {
	var calm, shifted, floor, plain float64
	const runs = 200
	for s := range uint64(runs) {
		c, ok := draw(100, 0, s)
		sweep, _ := ECESweep(c, ok)
		calm += sweep / runs
		floor += ECEFloor(c, MaxBins) / runs
		plain += ECE(c, ok, MaxBins) / runs
		c, ok = draw(100, 0.15, s)
		sweep, _ = ECESweep(c, ok)
		shifted += sweep / runs
	}
	if calm > 0.06 || shifted < 0.13 {
		t.Errorf("sweep: %.3f on calibrated rows, %.3f when off by 0.15", calm, shifted)
	}
	if math.Abs(floor-plain) > 0.012 {
		t.Errorf("floor says %.3f, calibrated rows show %.3f", floor, plain)
	}
}

func TestSelective(t *testing.T) {
	confidence := []float64{0.9, 0.8, 0.7, 0.6, 0.5}
	correct := []bool{true, true, false, true, false}
	for share, want := range map[float64]float64{1: 0.6, 0.8: 0.75, 0.4: 1, 0.01: 1} {
		if got := AccuracyAt(confidence, correct, share); got != want {
			t.Errorf("accuracy at %g = %g, want %g", share, got, want)
		}
	}
	coverage, accuracy := Covered([]bool{false, false, true, false, true}, correct)
	if coverage != 0.6 || accuracy != 1 {
		t.Errorf("covered %g at %g, want 0.6 at 1", coverage, accuracy)
	}
}

func TestConfusionRefusesStrayLabels(t *testing.T) {
	for name, c := range map[string]struct{ truth, chosen []int }{
		"length": {[]int{0}, nil}, "truth": {[]int{2}, []int{0}}, "prediction": {[]int{0}, []int{-1}},
	} {
		if _, err := NewConfusion([]string{"a", "b"}, c.truth, c.chosen); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// AUROC against its definition, on values with many ties.
func TestAUROC(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	high, low := make([]float64, 60), make([]float64, 45)
	for i := range high {
		high[i] = float64(r.IntN(12)) + 2
	}
	for i := range low {
		low[i] = float64(r.IntN(12))
	}
	want := 0.0
	for _, h := range high {
		for _, l := range low {
			switch {
			case h > l:
				want++
			case h == l:
				want += 0.5
			}
		}
	}
	want /= float64(len(high) * len(low))
	if got := AUROC(high, low); math.Abs(got-want) > 1e-12 || got < 0.6 {
		t.Errorf("AUROC = %v, by pairs %v", got, want)
	}
	if got := AUROC(high, nil); got != 0.5 {
		t.Errorf("without low values %v, want 0.5", got)
	}
}
