package transformer

import (
	"math"
	"slices"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
)

// pool makes one vector of each text's part of the output.
func (e *Encoder) pool(t onnx.Tensor, batch []row, n, length int, out [][]float32) error {
	dim := e.output.Dim
	want := []int64{int64(n), int64(length), int64(dim)}
	if e.output.Pool == bundle.PoolNone {
		want = []int64{int64(n), int64(dim)}
	}
	if !slices.Equal(t.Shape, want) || t.F32 == nil {
		return e.fault("output %q has type %s and shape %v; for pool %q it must be float32 %v", t.Name, t.Type(), t.Shape, e.output.Pool, want)
	}
	step := len(t.F32) / n
	for i, r := range batch {
		v := e.vector(t.F32[i*step:(i+1)*step], len(r.ids))
		if v == nil {
			return e.fault("output %q has a value that is not finite", t.Name)
		}
		out[r.at] = v
	}
	return nil
}

// vector pools the values of one text of so many tokens; nil when one is not finite.
func (e *Encoder) vector(values []float32, tokens int) []float32 {
	dim := e.output.Dim
	v := slices.Clone(values[:dim]) // none and cls
	if e.output.Pool == bundle.PoolMean {
		sum := make([]float64, dim)
		for t := range tokens {
			for j, x := range values[t*dim : (t+1)*dim] {
				sum[j] += float64(x)
			}
		}
		for j := range v {
			v[j] = float32(sum[j] / float64(tokens))
		}
	}
	square := 0.0
	for _, x := range v {
		square += float64(x) * float64(x)
	}
	if math.IsNaN(square) || math.IsInf(square, 0) {
		return nil
	}
	if e.spec.Normalise && square > 0 {
		scale := float32(1 / math.Sqrt(square))
		for j := range v {
			v[j] *= scale
		}
	}
	return v
}
