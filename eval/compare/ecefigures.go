package compare

import (
	"math"
	"slices"
)

// Bins of the common calibration error: at most maxBins, each with claimsPerBin or more.
const (
	maxBins      = 15
	claimsPerBin = 20
)

// eceFigures is the calibration error of both models over common bins. A claim's cell is
// where both confidences fall and whether both answers are right; confidences within a cell
// are replaced by their mean, which keeps every bin's sums.
type eceFigures struct {
	t          table
	bins       int
	binA, binB []int32
	gapA, gapB []float64 // mean confidence minus right, by cell
}

// eceRow is one claim: stated confidences and whether the answers are right.
type eceRow struct {
	a, b           float32
	rightA, rightB bool
}

// calibrated gives the claims for which both answers state a confidence.
func (p *axisPairs) calibrated() []eceRow {
	var rows []eceRow
	for i, at := range p.at {
		a, b := p.a.Confidence[at.a], p.b.Confidence[at.b]
		if a > 0 && b > 0 && p.label(p.answerA[i]) != "" && p.label(p.answerB[i]) != "" {
			rows = append(rows, eceRow{a: a, b: b, rightA: p.answerA[i] == p.truth[i], rightB: p.answerB[i] == p.truth[i]})
		}
	}
	return rows
}

// newECEFigures takes at least one row.
func newECEFigures(rows []eceRow) *eceFigures {
	f := &eceFigures{t: table{of: make([]int32, len(rows))}}
	tops := commonBins(rows)
	f.bins = len(tops)
	at := map[int32]int32{}
	for i, row := range rows {
		binA, binB := binOf(tops, row.a), binOf(tops, row.b)
		key := (binA*maxBins+binB)*4 + asInt(row.rightA)*2 + asInt(row.rightB)
		c, known := at[key]
		if !known {
			c = int32(f.t.live)
			at[key] = c
			f.t.live++
			f.binA, f.binB = append(f.binA, binA), append(f.binB, binB)
			f.gapA, f.gapB = append(f.gapA, 0), append(f.gapB, 0)
			f.t.counts = append(f.t.counts, 0)
		}
		f.t.of[i] = c
		f.t.counts[c]++
		f.gapA[c] += float64(row.a) - float64(asInt(row.rightA))
		f.gapB[c] += float64(row.b) - float64(asInt(row.rightB))
	}
	for c := range f.t.live {
		f.gapA[c] /= float64(f.t.counts[c])
		f.gapB[c] /= float64(f.t.counts[c])
		f.t.mirror = append(f.t.mirror, int32(f.t.live+c))
	}
	for c := range f.t.live {
		f.binA, f.binB = append(f.binA, f.binB[c]), append(f.binB, f.binA[c])
		f.gapA, f.gapB = append(f.gapA, f.gapB[c]), append(f.gapB, f.gapA[c])
		f.t.counts = append(f.t.counts, 0)
		f.t.mirror = append(f.t.mirror, int32(c))
	}
	return f
}

// commonBins gives the upper ends of bins of equal mass over both models' confidences.
func commonBins(rows []eceRow) []float32 {
	all := make([]float32, 0, 2*len(rows))
	for _, r := range rows {
		all = append(all, r.a, r.b)
	}
	slices.Sort(all)
	n := min(maxBins, max(1, len(rows)/claimsPerBin))
	var tops []float32
	for b := 1; b <= n; b++ {
		if top := all[b*len(all)/n-1]; len(tops) == 0 || top > tops[len(tops)-1] {
			tops = append(tops, top)
		}
	}
	return tops
}

func binOf(tops []float32, confidence float32) int32 {
	b, _ := slices.BinarySearch(tops, confidence)
	return int32(b)
}

func asInt(v bool) int32 {
	if v {
		return 1
	}
	return 0
}

func (f *eceFigures) table() *table { return &f.t }

func (f *eceFigures) metrics() []string { return []string{ECECommon} }

func (f *eceFigures) meter() func(counts []int32, out []estimate) {
	a, b := make([]float64, f.bins), make([]float64, f.bins)
	return func(counts []int32, out []estimate) {
		clear(a)
		clear(b)
		n := 0.0
		for c, count := range counts {
			v := float64(count)
			n += v
			a[f.binA[c]] += v * f.gapA[c]
			b[f.binB[c]] += v * f.gapB[c]
		}
		ea, eb, squares := 0.0, 0.0, 0.0
		for k := range a {
			ea += math.Abs(a[k]) / n
			eb += math.Abs(b[k]) / n
		}
		for c, count := range counts {
			d := math.Copysign(f.gapB[c], f.gapB[c]*b[f.binB[c]]) - math.Copysign(f.gapA[c], f.gapA[c]*a[f.binA[c]])
			squares += float64(count) * d * d
		}
		out[0] = estimate{a: ea, b: eb, se: math.Sqrt(max(0, squares/n-(eb-ea)*(eb-ea)) / n)}
	}
}
