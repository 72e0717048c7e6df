package metric

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// figures is testdata/figures.json, which testdata/figures.py made with scikit-learn, SciPy,
// hiclass and NumPy.
type figures struct {
	Confusions []struct {
		Counts        Counts             `json:"counts"`
		Truth         []int              `json:"truth"`
		Probabilities [][]float64        `json:"probabilities"`
		WeightedF1    float64            `json:"weighted_f1"`
		MicroF1       float64            `json:"micro_f1"`
		Kappa         float64            `json:"kappa"`
		MCC           float64            `json:"mcc"`
		Top           map[string]float64 `json:"top"`
		MacroF1       [2]float64         `json:"macro_f1_interval"`
		Balanced      [2]float64         `json:"balanced_interval"`
		F1            [][2]float64       `json:"f1_intervals"`
		KappaDraws    [2]float64         `json:"kappa_draws"`
	} `json:"confusions"`
	Shares []struct {
		Hits     float64    `json:"hits"`
		N        float64    `json:"n"`
		Interval [2]float64 `json:"interval"`
	} `json:"shares"`
	Ranked []struct {
		Confidence  []float64 `json:"confidence"`
		Correct     []bool    `json:"correct"`
		AURC        float64   `json:"aurc"`
		Best        float64   `json:"best"`
		AUGRC       float64   `json:"augrc"`
		ECE         float64   `json:"ece"`
		Reliability float64   `json:"reliability"`
		Resolution  float64   `json:"resolution"`
		Brier       float64   `json:"brier"`
	} `json:"ranked"`
	Tree struct {
		Parents []int32 `json:"parents"`
		Counts  Counts  `json:"counts"`
		Hierarchical
	} `json:"tree"`
	Conformal []struct {
		Probabilities []float64 `json:"probabilities"`
		Miss          float64   `json:"miss"`
		Threshold     float64   `json:"threshold"`
	} `json:"conformal"`
	Means []struct {
		Values   []float64  `json:"values"`
		Interval [2]float64 `json:"interval"`
	} `json:"means"`
	Tails []struct {
		Hits int     `json:"hits"`
		N    int     `json:"n"`
		P    float64 `json:"p"`
		Tail float64 `json:"tail"`
	} `json:"tails"`
}

func readFigures(t *testing.T) (f figures) {
	t.Helper()
	data, err := os.ReadFile("testdata/figures.json")
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func near(t *testing.T, name string, got, want, room float64) {
	t.Helper()
	if !(math.Abs(got-want) <= room) {
		t.Errorf("%s is %.12f, want %.12f", name, got, want)
	}
}

func nearInterval(t *testing.T, name string, got Interval, want [2]float64, room float64) {
	t.Helper()
	near(t, name+", low end", got.Low, want[0], room)
	near(t, name+", high end", got.High, want[1], room)
}

func TestConfusionFigures(t *testing.T) {
	for i, g := range readFigures(t).Confusions {
		c, k := g.Counts, g.Counts.labels()
		name := "case " + strconv.Itoa(i) + ": "
		near(t, name+"weighted F1", c.WeightedF1(), g.WeightedF1, 1e-9)
		near(t, name+"accuracy", c.Accuracy(), g.MicroF1, 1e-9)
		near(t, name+"kappa", c.Kappa(), g.Kappa, 1e-9)
		near(t, name+"MCC", c.MCC(), g.MCC, 1e-9)
		nearInterval(t, name+"balanced accuracy", c.BalancedAccuracyInterval(0.95), g.Balanced, 1e-9)
		nearInterval(t, name+"macro-F1", c.MacroF1Interval(0.95), g.MacroF1, 1e-8) // numeric derivatives there
		for l, want := range g.F1 {
			nearInterval(t, name+"F1 of "+strconv.Itoa(l), F1Interval(c.score(l), 0.95), want, 1e-9)
		}
		for top, want := range g.Top {
			limit, _ := strconv.Atoi(top)
			hits := 0.0
			for r, p := range g.Probabilities {
				if RankOf(p, g.Truth[r]) < limit {
					hits++
				}
			}
			near(t, name+"top-"+top, hits/float64(len(g.Truth)), want, 1e-9)
		}
		found, ok := Resample(c, 20000, 1, 0.95, func(c Counts, out []float64) { out[0] = c.Kappa() }, 1)
		if !ok[0] {
			t.Fatal("no interval")
		}
		// The error of a 2.5 % quantile from 20,000 draws is about 3 % of a standard deviation.
		nearInterval(t, name+"kappa drawn", found[0], g.KappaDraws, 0.03*(g.KappaDraws[1]-g.KappaDraws[0]))
		conf := &Confusion{Labels: names(k)}
		for l := range k {
			row := make([]int, k)
			for p := range row {
				row[p] = int(c[l*k+p])
			}
			conf.Counts = append(conf.Counts, row)
		}
		positions := make([]float64, k)
		for l := range positions {
			positions[l] = float64(l)
		}
		kappa, steps := c.Ordinal(positions)
		near(t, name+"quadratic kappa", kappa, conf.QuadraticKappa(), 1e-12)
		near(t, name+"ordinal error", steps, conf.OrdinalError(), 1e-12)
		near(t, name+"macro-F1", c.MacroF1(), conf.MacroF1(), 1e-12)
		near(t, name+"balanced", c.BalancedAccuracy(), conf.BalancedAccuracy(), 1e-12)
		if !slices.Equal(conf.Flat(), c) {
			t.Errorf("%sflat counts %v", name, conf.Flat())
		}
	}
}

func TestSharesAndMeans(t *testing.T) {
	f := readFigures(t)
	for _, g := range f.Shares {
		nearInterval(t, "Wilson", Wilson(g.Hits, g.N, 0.95), g.Interval, 1e-9)
	}
	// The worked example of Newcombe: Two-sided confidence intervals for the single
	// proportion, Statistics in Medicine 1998, table I, method 3.
	nearInterval(t, "81 of 263", Wilson(81, 263, 0.95), [2]float64{0.2553, 0.3662}, 5e-5)
	nearInterval(t, "15 of 148", Wilson(15, 148, 0.95), [2]float64{0.0624, 0.1605}, 5e-5)
	nearInterval(t, "0 of 20", Wilson(0, 20, 0.95), [2]float64{0, 0.1611}, 5e-5)
	nearInterval(t, "1 of 29", Wilson(1, 29, 0.95), [2]float64{0.0061, 0.1718}, 5e-5)
	for _, g := range f.Means {
		var m Moments
		for _, v := range g.Values {
			m.Add(v)
		}
		i, ok := m.Interval(0.95, -1e9, 1e9)
		if !ok {
			t.Fatal("no interval")
		}
		nearInterval(t, "mean", i, g.Interval, 1e-9)
	}
	for _, g := range f.Tails {
		near(t, "binomial tail", atMost(g.Hits, g.N, g.P), g.Tail, 1e-9)
	}
}

func TestRankedFigures(t *testing.T) {
	for _, g := range readFigures(t).Ranked {
		r := Rank(g.Confidence, g.Correct)
		near(t, "AURC", r.AURC(), g.AURC, 1e-9)
		near(t, "best AURC", r.BestAURC(), g.Best, 1e-9)
		near(t, "AUGRC", r.AUGRC(), g.AUGRC, 1e-9)
		near(t, "ECE", r.ECE(5), g.ECE, 1e-9)
		p := r.Brier(5)
		near(t, "reliability", p.Reliability, g.Reliability, 1e-9)
		near(t, "resolution", p.Resolution, g.Resolution, 1e-9)
		near(t, "sum of the parts", p.Reliability-p.Resolution+p.Uncertainty+p.Within, g.Brier, 1e-9)
	}
}

func TestTree(t *testing.T) {
	g := readFigures(t).Tree
	got := NewTree(g.Parents).Score(g.Counts)
	near(t, "hP", got.Precision, g.Precision, 1e-9)
	near(t, "hR", got.Recall, g.Recall, 1e-9)
	near(t, "hF", got.F1, g.F1, 1e-9)
	// A single row, by hand: truth 7 = {1, 5, 7}, answer 6 = {1, 6}.
	one := make(Counts, 64)
	one[7*8+6] = 1
	if got := NewTree(g.Parents).Score(one); got != (Hierarchical{Precision: 1.0 / 2, Recall: 1.0 / 3, F1: 2.0 / 5}) {
		t.Errorf("one row: %+v", got)
	}
	if got := NewTree(g.Parents).Only([]int32{6, 7}).Score(Counts{0, 0, 1, 0}); got != (Hierarchical{Precision: 1.0 / 2, Recall: 1.0 / 3, F1: 2.0 / 5}) {
		t.Errorf("one row, two labels: %+v", got)
	}
}

func TestConformalThresholds(t *testing.T) {
	for _, g := range readFigures(t).Conformal {
		got := ConformalThresholds([][]float64{slices.Clone(g.Probabilities)}, g.Miss)
		near(t, strconv.Itoa(len(g.Probabilities))+" rows", got[0], g.Threshold, 1e-12)
	}
	// What is promised: each class's truths are missed by at most the share, on average.
	r, missed, rows := rand.New(rand.NewPCG(4, 4)), 0.0, 0.0
	for range 400 {
		own := func() float64 { return math.Sqrt(r.Float64()) }
		calibration := make([]float64, 30)
		for i := range calibration {
			calibration[i] = own()
		}
		at := ConformalThresholds([][]float64{calibration}, 0.1)
		for range 50 {
			rows++
			if !InSet([]float64{own()}, at, 0) {
				missed++
			}
		}
	}
	if share := missed / rows; share > 0.105 || share < 0.08 { // 3/31 = 0.097 is exact
		t.Errorf("missed %.3f, promised at most 0.1", share)
	}
}

// Gamma draws against the distribution function (Kolmogorov and Smirnov's distance, whose
// 0.1 % point is 1.95 / sqrt n).
func TestGammaDraws(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for _, shape := range []float64{0.03, 0.5, 1, 7.5, 400} {
		const n = 20000
		values := make([]float64, n)
		for i := range values {
			values[i] = gamma(shape, r)
		}
		slices.Sort(values)
		worst, d := 0.0, distuv.Gamma{Alpha: shape, Beta: 1}
		for i, v := range values {
			worst = max(worst, math.Abs(d.CDF(v)-(float64(i)+0.5)/n))
		}
		if worst > 1.95/math.Sqrt(n) {
			t.Errorf("shape %g: distance %.4f", shape, worst)
		}
	}
}
