package eval_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"syscall"
	"testing"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/sample"
)

// million is n claims on five axes of 4 to 12 labels, with distributions, one axis ordinal
// and one a tree of two levels.
func million(n int) *sample.Sample {
	s := &sample.Sample{IDs: make([]string, n)}
	for i := range s.IDs {
		s.IDs[i] = "claim-" + strconv.Itoa(i)
	}
	for x, k := range []int{4, 6, 8, 10, 12} {
		s.Axes = append(s.Axes, drawnAxis(fmt.Sprint("axis-", x), n, k, rand.New(rand.NewPCG(5, uint64(x)))))
	}
	s.Axes[0].Ordinal = true
	for l := 2; l < 12; l++ {
		s.Axes[4].Parents[l] = int32(l % 2)
	}
	return s
}

// drawnAxis has a truth of falling shares and scores around it; each distribution is what
// the scores say.
func drawnAxis(id string, n, k int, r *rand.Rand) sample.Axis {
	a := sample.Axis{
		ID: id, Truth: make([]int32, n), Chosen: make([]int32, n), Confidence: make([]float32, n),
		Abstained: make([]bool, n), Probabilities: make([]float32, 0, n*k),
	}
	for l := range k {
		a.Labels = append(a.Labels, "label-"+strconv.Itoa(l))
		a.Parents = append(a.Parents, sample.Unknown)
		a.Classes = append(a.Classes, int32(l))
	}
	z := make([]float64, k)
	for i := range n {
		truth := 0
		for truth < k-1 && r.Float64() < 0.6 {
			truth++
		}
		sum, best := 0.0, 0
		for l := range z {
			z[l] = r.NormFloat64()
			if l == truth {
				z[l] += 2
			}
			z[l] = math.Exp(z[l])
			sum += z[l]
			if z[l] > z[best] {
				best = l
			}
		}
		for _, v := range z {
			a.Probabilities = append(a.Probabilities, float32(v/sum))
		}
		a.Truth[i], a.Chosen[i], a.Confidence[i] = int32(truth), int32(best), float32(z[best]/sum)
		a.Abstained[i] = a.Confidence[i] < 0.5
	}
	return a
}

// BenchmarkMillion scores a million claims on five axes with all intervals:
//
//	go test ./eval -run '^$' -bench Million -benchtime 1x
//
// The bounds are those that the harness promises on two cores; the peak is that of the whole
// process, the sample included.
func BenchmarkMillion(b *testing.B) {
	s := million(1_000_000)
	o := eval.DefaultOptions()
	o.Costs = map[string]eval.Costs{"axis-0": {Wrong: 1}}
	b.ResetTimer()
	for range b.N {
		r, err := eval.Score(b.Context(), s, o)
		if err != nil {
			b.Fatal(err)
		}
		if len(r.Axes) != 5 || r.Axes["axis-0"].N != 1_000_000 {
			b.Fatal("not all rows were scored")
		}
	}
	seconds := b.Elapsed().Seconds() / float64(b.N)
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	peak := float64(use.Maxrss) / 1024
	b.ReportMetric(peak, "peak-MB")
	if seconds > 30 || peak > 1024 {
		b.Errorf("%.1f s and %.0f MB: promised are 30 s and 1,024 MB", seconds, peak)
	}
}
