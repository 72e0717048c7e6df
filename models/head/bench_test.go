package head

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/defekt/defekt/models/feature"
)

// texts draws rows like those of short texts: a dense vector, and n-grams of which a few
// are frequent and most are rare.
func texts(n, classes int) Data {
	r := rand.New(rand.NewPCG(8, 9))
	const columns, each, dim = 40_000, 150, 192
	d := Data{Axis: "symptom", Layout: feature.Layout{
		{Name: "text", Kind: feature.Dense, Dim: dim, Source: "text"},
		{Name: "grams", Kind: feature.Sparse, Dim: columns, Source: "text"},
	}}
	for k := range classes {
		d.Classes = append(d.Classes, string(rune('a'+k)))
	}
	for i := range n {
		label := i % classes
		v := make([]float32, dim)
		for j := range v {
			v[j] = float32(r.NormFloat64())
		}
		v[label] += 1
		seen := map[uint32]float32{uint32(label): 0.2}
		for range each {
			seen[uint32(columns*r.Float64()*r.Float64()*r.Float64())] = 0.08
		}
		var index []uint32
		var value []float32
		for j := range uint32(columns) {
			if x, ok := seen[j]; ok {
				index, value = append(index, j), append(value, x)
			}
		}
		d.Examples = append(d.Examples, feature.Example{feature.DenseBlock(v), feature.SparseBlock(index, value)})
		d.Labels, d.Groups = append(d.Labels, label), append(d.Groups, "")
	}
	return d
}

// BenchmarkSolve fits more rows than the table of products holds.
func BenchmarkSolve(b *testing.B) {
	d := texts(8000, 16)
	cfg := DefaultConfig()
	f := prepare(&d, cfg, func() {})
	all := make([]int, len(f.rows))
	for i := range all {
		all[i] = i
	}
	p := f.problem(f.kernel, f.rows, all, path{balance: 0.5})
	b.ResetTimer()
	for range b.N {
		if _, err := p.solve(context.Background(), newMix(len(all), len(d.Classes)), 3, 20); err != nil {
			b.Fatal(err)
		}
	}
}
