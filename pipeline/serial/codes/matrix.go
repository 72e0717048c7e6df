package codes

import (
	"math"

	"github.com/makiuchi-d/gozxing"
)

// cutSide is the side of the window that is cut out of the photo for a matrix code.
const cutSide = 420

// scanMatrix tries the readers of matrix codes on a region: turned upright, at several
// scales, filters and thresholds.
func (t *tries) scanMatrix(g *gray, r region, pass int) {
	side := 2.4*max(r.long, r.short) + 24 // with the quiet zone, for a diagonal region too
	step := min(side/cutSide, 1)          // never coarser than the photo, up to a limit
	if side > 2*cutSide {
		step = side / (2 * cutSide)
	}
	upright := g.cut(r.middle, r.across, step, int(side/step), int(side/step))
	at := r.middle
	pixel := max(int(1/step+.5), 1) // of the photo, in pixels of the window
	for i, f := range share(filters(), 3, pass) {
		if t.done() {
			return
		}
		w := f.apply(upright, pixel)
		if f.invert {
			w = w.inverted()
		}
		t.matrices(w, at)
		if pass == 0 && i == 0 {
			t.grids(g, r)
		}
	}
}

// share is the first n of a list in the first pass, and the rest in the second.
func share[T any](all []T, n, pass int) []T {
	if pass == 0 {
		return all[:n]
	}
	return all[n:]
}

// filter prepares a window before it is parted into dark and light.
type filter struct {
	soften  float64 // radius in pixels of the photo
	sharpen float64
	invert  bool
}

func filters() []filter {
	return []filter{
		{}, {soften: .5, sharpen: 1.5}, {soften: .5, invert: true}, {soften: .5}, {sharpen: 2},
		{soften: 1, sharpen: 4}, {soften: .5, sharpen: 2, invert: true},
	}
}

func (f filter) apply(g *gray, pixel int) *gray {
	if f.soften > 0 {
		g = g.softened(int(f.soften*float64(pixel) + .5))
	}
	if f.sharpen > 0 {
		g = g.sharpened(2*pixel, f.sharpen)
	}
	return g
}

// matrices has the readers look at a window under several thresholds.
func (t *tries) matrices(g *gray, at vec) {
	for _, n := range []int{g.w / 24, g.w / 10} {
		if t.done() {
			return
		}
		t.matrix(localMean(g, max(n, 4)), at)
	}
	if t.done() {
		return
	}
	if m, err := hybrid(g); err == nil {
		t.matrix(m, at)
	}
	if !t.done() {
		t.matrix(otsu(g), at)
	}
}

// matrix has each matrix reader look at one black and white picture.
func (t *tries) matrix(m *gozxing.BitMatrix, at vec) {
	t.count++
	for _, reader := range t.matrixReaders {
		bmp, err := gozxing.NewBinaryBitmap(ready{m})
		if err != nil {
			continue
		}
		t.vote(at, func() (*gozxing.Result, error) { return reader.Decode(bmp, t.hints) })
	}
}

// whole looks at all of the photo at once: what is held straight and well lit is read
// here.
func (t *tries) whole(g *gray) {
	n := max(max(g.w, g.h)/1000, 1)
	small := g.reduced(n)
	if m, err := hybrid(small); err == nil {
		t.matrix(m, vec{float64(g.w) / 2, float64(g.h) / 2})
	}
	const lines = 16
	reach := float64(max(small.w, small.h)) / 2
	for i := 1; i < lines; i++ {
		for _, turn := range []float64{0, math.Pi / 2} {
			d := polar(turn)
			bars := vec{-d.y, d.x}
			c := vec{float64(small.w) / 2, float64(small.h) / 2}.add(bars.times((float64(i)/lines - .5) * float64(min(small.w, small.h))))
			p := small.line(c.sub(d.times(reach)), c.add(d.times(reach)), bars, 1)
			for _, window := range []float64{16, 40} {
				if t.done() {
					return
				}
				t.row(p.bars(window), c.times(float64(n)))
			}
		}
	}
}
