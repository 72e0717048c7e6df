package drift

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// compareVectors tests whether two sets of vectors come from one distribution by their
// energy distance (Székely, Rizzo: Energy Statistics: A Class of Statistics Based on
// Distances, J. Statistical Planning and Inference 2013), with a p-value from permutations,
// on at most o.Cap rows of each side, drawn by the seed. It sees differences of any kind, not
// of means only. Nil where a side has fewer than two vectors.
func compareVectors(ctx context.Context, before, after Side, o Options) (*Embedding, error) {
	b, a := drawn(before.Vectors, o.Cap, o.Seed), drawn(after.Vectors, o.Cap, o.Seed+1)
	if len(b) < 2 || len(a) < 2 {
		return nil, nil
	}
	vectors := make([][]float32, 0, len(b)+len(a))
	for _, r := range b {
		vectors = append(vectors, before.Vectors[r])
	}
	for _, r := range a {
		vectors = append(vectors, after.Vectors[r])
	}
	distances, err := distancesOf(ctx, vectors)
	if err != nil {
		return nil, err
	}
	e := &Embedding{Before: len(b), After: len(a), Cap: o.Cap, Test: Test{Name: "energy distance by permutation", Permutations: o.Permutations}}
	if err := e.test(ctx, distances, o); err != nil {
		return nil, err
	}
	e.Novel = novel(distances, a, after, len(b), o.Novel)
	return e, nil
}

// drawn are the rows with a vector, at most most of them, in their order.
func drawn(vectors [][]float32, most int, seed uint64) []int {
	var rows []int
	for i, v := range vectors {
		if len(v) > 0 {
			rows = append(rows, i)
		}
	}
	if len(rows) > most {
		rand.New(rand.NewPCG(seed, 21)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		rows = rows[:most]
		slices.Sort(rows)
	}
	return rows
}

// distancesOf is the symmetric matrix of Euclidean distances.
func distancesOf(ctx context.Context, vectors [][]float32) (blas32.General, error) {
	n, dim := len(vectors), len(vectors[0])
	flat := blas32.General{Rows: n, Cols: dim, Stride: dim, Data: make([]float32, 0, n*dim)}
	mean := make([]float64, dim)
	for _, v := range vectors {
		if len(v) != dim {
			return blas32.General{}, fmt.Errorf("vectors of %d and of %d numbers", dim, len(v))
		}
		for c, x := range v {
			mean[c] += float64(x) / float64(n)
		}
	}
	squares := make([]float64, n)
	for i, v := range vectors {
		for c, x := range v { // centred, so that little is lost in the products
			x -= float32(mean[c])
			flat.Data = append(flat.Data, x)
			squares[i] += float64(x) * float64(x)
		}
	}
	d := blas32.General{Rows: n, Cols: n, Stride: n, Data: make([]float32, n*n)}
	blas32.Gemm(blas.NoTrans, blas.Trans, 1, flat, flat, 0, d)
	for i := range n {
		if err := ctx.Err(); err != nil {
			return blas32.General{}, err
		}
		for j := range i {
			v := float32(math.Sqrt(max(0, squares[i]+squares[j]-2*float64(d.Data[i*n+j]))))
			d.Data[i*n+j], d.Data[j*n+i] = v, v
		}
		d.Data[i*n+i] = 0
	}
	return d, nil
}

// test fills in the test and the effect. With weights w of 1/n on the rows of one side and
// -1/m on the other, the energy distance is -w'Dw: many permutations are one product.
func (e *Embedding) test(ctx context.Context, d blas32.General, o Options) error {
	const block = 64
	n := d.Rows
	weights := make([]float32, n)
	for i := range weights {
		weights[i] = 1 / float32(e.Before)
		if i >= e.Before {
			weights[i] = -1 / float32(e.After)
		}
	}
	energy := func(columns int, w, product blas32.General) []float64 {
		blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, d, w, 0, product)
		out := make([]float64, columns)
		for i := range n {
			for c := range columns {
				out[c] -= float64(w.Data[i*w.Stride+c]) * float64(product.Data[i*w.Stride+c])
			}
		}
		return out
	}
	matrix := func() blas32.General {
		return blas32.General{Rows: n, Cols: block, Stride: block, Data: make([]float32, n*block)}
	}
	w, product := matrix(), matrix()
	for i, v := range weights {
		w.Data[i*block] = v
	}
	e.Test.Statistic = max(0, energy(1, w, product)[0])
	e.Effect = e.coefficient(d)
	extreme := 1
	for done := 0; done < o.Permutations; done += block {
		if err := ctx.Err(); err != nil {
			return err
		}
		for c := range block {
			rng := rand.New(rand.NewPCG(o.Seed, uint64(done+c)+1000))
			rng.Shuffle(n, func(i, j int) { weights[i], weights[j] = weights[j], weights[i] })
			for i, v := range weights {
				w.Data[i*block+c] = v
			}
		}
		for _, v := range energy(min(block, o.Permutations-done), w, product) {
			extreme += one(v >= e.Test.Statistic*(1-1e-6))
		}
	}
	e.Test.P = float64(extreme) / float64(o.Permutations+1)
	return nil
}

// coefficient is the energy distance relative to twice the mean distance between the sides.
func (e *Embedding) coefficient(d blas32.General) float64 {
	between := 0.0
	for i := range e.Before {
		for j := e.Before; j < d.Rows; j++ {
			between += float64(d.Data[i*d.Stride+j])
		}
	}
	if between == 0 {
		return 0
	}
	return min(1, e.Test.Statistic/(2*between/float64(e.Before*e.After)))
}

// novel names the rows of the after side that are far from those before and near to each
// other: by how much farther the former are on average than the latter.
func novel(d blas32.General, rows []int, after Side, before, most int) []Novel {
	var out []Novel
	for i, row := range rows {
		far, near := 0.0, 0.0
		for j, v := range d.Data[(before+i)*d.Stride : (before+i+1)*d.Stride] {
			if j < before {
				far += float64(v) / float64(before)
			} else {
				near += float64(v) / float64(max(1, len(rows)-1))
			}
		}
		if far > near {
			out = append(out, Novel{Row: row, Claim: after.Sample.IDs[row], Score: far - near})
		}
	}
	slices.SortStableFunc(out, func(a, b Novel) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Claim, b.Claim)) })
	return out[:min(most, len(out))]
}
