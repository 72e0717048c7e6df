package drift

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/defekt/defekt/eval/sample"
)

// TestGolden compares with scipy and statsmodels; the numbers come from testdata/golden.py.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Table []struct {
			Before, After []int
			Statistic, P  float64
		}
		Welch []struct {
			Before, After           []float64
			Statistic, P, Low, High float64
		}
		Difference []struct {
			Before, After [2]int
			Low, High     float64
		}
		Energy []struct {
			Before, After     [][]float32
			Statistic, Effect float64
		}
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Table) == 0 || len(golden.Welch) == 0 || len(golden.Difference) == 0 || len(golden.Energy) == 0 {
		t.Fatal("golden.json lacks a part")
	}
	near := func(what string, got, want, tolerance float64) {
		t.Helper()
		if !(math.Abs(got-want) <= tolerance) {
			t.Errorf("%s: got %.12g, want %.12g", what, got, want)
		}
	}
	ctx, o := context.Background(), quick()
	for _, g := range golden.Table {
		got, err := testTable(ctx, g.Before, g.After, 99, 1)
		if err != nil {
			t.Fatal(err)
		}
		near("chi-square", got.Statistic, g.Statistic, 1e-9)
		near("its p", got.P, g.P, 1e-9)
	}
	for _, g := range golden.Welch {
		s := meanShift(g.Before, g.After, o)
		near("Welch", s.Test.Statistic, g.Statistic, 1e-9)
		near("its p", s.Test.P, g.P, 1e-9)
		near("low", s.Difference.Low, g.Low, 1e-9)
		near("high", s.Difference.High, g.High, 1e-9)
	}
	for _, g := range golden.Difference {
		f := difference(ratio{g.Before[0], g.Before[1]}, ratio{g.After[0], g.After[1]}, 0.95)
		near("Newcombe low", f.Low, g.Low, 1e-9)
		near("Newcombe high", f.High, g.High, 1e-9)
	}
	for _, g := range golden.Energy {
		ids := make([]string, len(g.After))
		e, err := compareVectors(ctx, Side{Vectors: g.Before}, Side{Vectors: g.After, Sample: &sample.Sample{IDs: ids}}, o)
		if err != nil {
			t.Fatal(err)
		}
		near("energy distance", e.Test.Statistic, g.Statistic, 1e-5) // in single precision
		near("its coefficient", e.Effect, g.Effect, 1e-5)
	}
}
