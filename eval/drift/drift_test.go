package drift

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/eval/sample"
)

// world draws claims: shares of the labels, the model's accuracy, and the mean of the
// vectors.
type world struct {
	shares      []float64
	right, mean float64
}

func usual() world { return world{[]float64{.5, .3, .15, .04, .01}, 0.8, 0} }

func (w world) side(name string, n, dim int, from time.Time, rng *rand.Rand) Side {
	k := len(w.shares)
	a := sample.Axis{ID: "symptom", Abstained: make([]bool, n)}
	for l := range k {
		a.Labels, a.Parents = append(a.Labels, fmt.Sprint("l", l)), append(a.Parents, sample.Unknown)
	}
	s := Side{Name: name, Sample: &sample.Sample{}}
	for i := range n {
		truth := draw(rng, w.shares)
		p := math.Min(1, math.Max(0.05, w.right+0.3*(rng.Float64()-0.5)))
		chosen := truth
		if rng.Float64() >= p {
			chosen = (truth + 1 + rng.IntN(k-1)) % k
		}
		a.Truth, a.Chosen, a.Confidence = append(a.Truth, int32(truth)), append(a.Chosen, int32(chosen)), append(a.Confidence, float32(p))
		a.Abstained[i] = p < 0.7
		s.Sample.IDs = append(s.Sample.IDs, fmt.Sprint(name, i))
		s.Sample.Times = append(s.Sample.Times, from.Add(time.Duration(i)*24*time.Hour*90/time.Duration(n)))
		if dim > 0 {
			v := make([]float32, dim)
			for d := range v {
				v[d] = float32(rng.NormFloat64() + w.mean)
			}
			s.Vectors = append(s.Vectors, v)
		}
	}
	s.Sample.Axes = []sample.Axis{a}
	return s
}

func january() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

func quick() Options {
	o := DefaultOptions()
	o.Draws, o.Permutations = 100, 199
	return o
}

func compare(t *testing.T, before, after Side, o Options) *Result {
	t.Helper()
	for _, s := range []Side{before, after} {
		if err := s.Sample.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Compare(context.Background(), before, after, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestShiftIsFound(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	moved := usual()
	moved.shares, moved.right, moved.mean = []float64{.3, .3, .15, .2, .05}, 0.65, 0.4
	before, after := usual().side("b", 600, 8, january(), rng), moved.side("a", 500, 8, january().AddDate(0, 3, 0), rng)
	r := compare(t, before, after, quick())
	found := map[string]bool{}
	for _, a := range r.Alarms {
		found[a.What] = true
		if a.AdjustedP < a.P || a.Words == "" {
			t.Errorf("%+v", a)
		}
	}
	for _, what := range []string{"answers", "truths", "confidence", "abstentions", "accuracy", "embedding"} {
		if !found[what] {
			t.Errorf("no alarm on %s", what)
		}
	}
	s := r.Axes[0].Truths
	const moves = 0.2 // of .5 to .3
	if s.TotalVariation.Low > moves || s.TotalVariation.High < moves || s.PSI.Low <= 0 {
		t.Errorf("total variation %+v, index %+v", s.TotalVariation, s.PSI)
	}
	if len(r.Embedding.Novel) != 20 || r.Embedding.Effect <= 0 || r.Embedding.Novel[0].Score < r.Embedding.Novel[1].Score {
		t.Errorf("embedding %+v", r.Embedding)
	}
	if again := compare(t, before, after, quick()); !reflect.DeepEqual(r, again) {
		t.Error("two runs differ")
	}
}

func TestWindows(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	r := compare(t, usual().side("b", 300, 0, january(), rng), usual().side("a", 300, 0, january().AddDate(0, 3, 0), rng), quick())
	w := r.Axes[0].Windows
	if len(w) != 6 || !w[0].From.Equal(january()) || !w[0].To.Equal(january().AddDate(0, 1, 0)) || r.Embedding != nil {
		t.Fatalf("%d windows, the first %+v", len(w), w[0])
	}
	claims := 0
	for _, one := range w {
		claims += one.Claims
		if one.Accuracy == nil || one.ECE == nil || one.ECE.Low > one.ECE.High || one.Accuracy.Low > one.Accuracy.Value || one.Abstentions.High < one.Abstentions.Value {
			t.Errorf("%+v", one)
		}
	}
	if claims != 600 {
		t.Errorf("%d claims in windows", claims)
	}
	before, after := SplitAt(usual().side("x", 90, 2, january(), rng).Sample, nil, january().AddDate(0, 1, 0))
	if before.Sample.N() != 31 || after.Sample.N() != 59 {
		t.Errorf("%d before, %d after", before.Sample.N(), after.Sample.N())
	}
	if got := floor(time.Date(2026, 3, 1, 5, 0, 0, 0, time.UTC), Week); got.Weekday() != time.Monday || got.Day() != 23 {
		t.Errorf("the week of Sunday, March 1 begins %v", got)
	}
}

func TestCompareRefuses(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	b, a := usual().side("b", 20, 3, january(), rng), usual().side("a", 20, 4, january(), rng)
	if _, err := Compare(context.Background(), b, a, quick()); err == nil || !strings.Contains(err.Error(), "vectors of") {
		t.Errorf("vectors of two lengths: %v", err)
	}
	if err := (Options{Novel: -1}).Validate(); err == nil || strings.Count(err.Error(), "\n") != 6 {
		t.Errorf("seven faults: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Compare(ctx, b, b, quick()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestWindowsWithoutConfidence(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	before, after := usual().side("b", 300, 0, january(), rng), usual().side("a", 300, 0, january().AddDate(0, 3, 0), rng)
	for _, s := range []Side{before, after} {
		clear(s.Sample.Axes[0].Confidence)
	}
	for _, one := range compare(t, before, after, quick()).Axes[0].Windows {
		if one.ECE != nil || one.Confidence != 0 || one.Accuracy == nil || one.Scored != one.Answered {
			t.Errorf("a table that states no confidence has a calibration error: %+v", one)
		}
	}
}
