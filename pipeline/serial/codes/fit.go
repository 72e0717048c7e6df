package codes

import (
	"cmp"
	"math"
	"slices"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix/decoder"
)

// grids looks for a Data Matrix by fitting its frame to the region, which works where blur
// and noise leave no clean black and white picture.
func (t *tries) grids(g *gray, r region) {
	side := 2.6*max(r.long, r.short) + 24
	step := max(side/cutSide, .5)
	n := int(side / step)
	w := g.cut(r.middle, r.across, step, n, n).softened(int(.5/step + .5))
	var seen []quad
	for _, near := range []float64{4, 7, 11} {
		for _, picture := range []*gray{w, w.inverted()} {
			q, ok := corners(localMean(picture, picture.w/8), int(near/step/2+.5))
			if !ok || q.like(seen) {
				continue
			}
			if t.done() {
				return
			}
			seen = append(seen, q)
			t.fit(picture, q.solid(picture), r.middle)
		}
	}
}

// like says that a quad is nearly the same as one of others.
func (q quad) like(others []quad) bool {
	for _, o := range others {
		far := 0.
		for i := range q {
			far = max(far, q[i].sub(o[i]).length())
		}
		if far < 2 {
			return true
		}
	}
	return false
}

// Bounds of a fit that is worth decoding.
const (
	leastModule   = 1.5 // pixels of the window
	leastContrast = 8   // levels between the frame's light and dark
	leastFits     = .88 // part of the frame's modules that are as they must be
	fitted        = 4   // sizes that are fitted to the end
)

// fit tries the sizes whose frame fits the corners best.
func (t *tries) fit(g *gray, q quad, at vec) {
	type guess struct {
		q     quad
		n     int
		score float64
	}
	var best []guess
	for _, n := range sizes() {
		if q[0].sub(q[2]).length()/math.Sqrt2/float64(n) < leastModule {
			break
		}
		c, s := q.refined(g, n, 1, .5)
		best = append(best, guess{c, n, s})
	}
	slices.SortStableFunc(best, func(a, b guess) int { return cmp.Compare(b.score, a.score) })
	for _, b := range best[:min(fitted, len(best))] {
		if t.done() {
			return
		}
		c, s := b.q.refined(g, b.n, .5, .25, .25, .12)
		dark, light := c.frame(g, b.n)
		v := c.modules(g, b.n)
		if s < leastContrast || c.fits(v, b.n, (dark+light)/2) < leastFits {
			continue
		}
		t.count++ // the variants below are one try: they share what they may have got wrong
		for _, by := range []float64{0, .3, .7, 1.2} {
			t.gridBits(partModules(v, b.n, (dark+light)/2, by), at)
		}
	}
}

// gridBits decodes sampled modules.
func (t *tries) gridBits(m *gozxing.BitMatrix, at vec) {
	t.vote(at, func() (*gozxing.Result, error) {
		d, err := decoder.NewDecoder().Decode(m)
		if err != nil {
			return nil, err
		}
		result := gozxing.NewResult(d.GetText(), d.GetRawBytes(), nil, gozxing.BarcodeFormat_DATA_MATRIX)
		if d.GetSymbologyModifier() == 2 {
			result.PutMetadata(gozxing.ResultMetadataType_SYMBOLOGY_IDENTIFIER, "]d2")
		}
		return result, nil
	})
}
