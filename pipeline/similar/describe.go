package similar

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// describe works out a cluster's size, centroid, terms and central claims.
func (b *Board) describe(s *state, now time.Time) {
	s.Size, s.UpdatedAt, s.Centroid, s.labelled = len(s.rows), now, unit(s.sum), len(s.rows)
	s.Terms = b.index.terms(s.rows)
	s.Central = s.Central[:0:0]
	for _, row := range b.index.central(s.rows, b.cfg.Central) {
		s.Central = append(s.Central, b.index.items[row].ID)
	}
}

// central gives the n rows that are most like the whole: words and vector are compared with
// the cluster's sums of both, mixed as in the similarity of two claims.
func (x *index) central(rows []int32, n int) []int32 {
	lexical, vector := map[int32]float64{}, make([]float64, x.dim)
	for _, row := range rows {
		for _, e := range x.words[row] {
			lexical[e.word] += float64(e.weight)
		}
		for j, v := range x.vector(row) {
			vector[j] += float64(v)
		}
	}
	words, centre := 0.0, 0.0
	for _, e := range sorted(lexical) { // a fixed order, for the last digits
		words += e * e
	}
	for _, v := range vector {
		centre += v * v
	}
	words, centre = math.Sqrt(words), math.Sqrt(centre)
	list := make([]near, len(rows))
	for i, row := range rows {
		a, c := 0.0, 0.0
		for _, e := range x.words[row] {
			a += float64(e.weight) * lexical[e.word]
		}
		for j, v := range x.vector(row) {
			c += float64(v) * vector[j]
		}
		share := x.cfg.Lexical
		list[i] = near{row, float32(share*a/max(words, 1e-12) + (1-share)*c/max(centre, 1e-12))}
	}
	slices.SortFunc(list, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.similarity, a.similarity), cmp.Compare(x.items[a.row].ID, x.items[b.row].ID))
	})
	out := make([]int32, 0, n)
	for _, c := range list[:min(n, len(list))] {
		out = append(out, c.row)
	}
	return out
}

// sorted gives the values of m by key.
func sorted(m map[int32]float64) []float64 {
	keys := make([]int32, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	out := make([]float64, len(keys))
	for i, k := range keys {
		out[i] = m[k]
	}
	return out
}

// unit is v at length 1, nil when it has no length.
func unit(v []float64) []float32 {
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	if !(sum > 1e-18) {
		return nil
	}
	out := make([]float32, len(v))
	for j, x := range v {
		out[j] = float32(x / math.Sqrt(sum))
	}
	return out
}
