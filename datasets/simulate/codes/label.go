package codes

import "math/rand/v2"

// label is the printed paper, in modules of the code: 0 is black ink, 1 white paper.
type label struct {
	w, h     int
	ink      []float32
	inverted bool
}

// newLabel puts the code in the middle of a paper with lines of small print above and below.
// A nil code leaves the place to the print: a label without a code.
func newLabel(r *rand.Rand, code *bits) *label {
	w, h := 60, 24
	if code != nil {
		w, h = code.w, code.h
	}
	pad := 4 + r.IntN(6)
	band := max(h/4, 12)
	l := &label{w: w + 2*pad, h: h + 2*pad + 2*band}
	l.ink = make([]float32, l.w*l.h)
	for i := range l.ink {
		l.ink[i] = 1
	}
	l.print(r, 2, 2, l.w-4, band-3)
	l.print(r, 2, l.h-band+1, l.w-4, band-3)
	if code == nil {
		l.print(r, 2, band, l.w-4, l.h-2*band)
		return l
	}
	for y := range code.h {
		for x := range code.w {
			if code.at(x, y) {
				l.ink[(y+band+pad)*l.w+x+pad] = 0
			}
		}
	}
	return l
}

// print fills a place with lines of what looks like letters from afar.
func (l *label) print(r *rand.Rand, x0, y0, w, h int) {
	const glyph, line = 3, 6
	for y := y0; y+glyph+1 < y0+h; y += line {
		end := x0 + w/2 + r.IntN(w/2+1)
		for x := x0; x+glyph < min(end, x0+w); x += glyph + 1 {
			if r.IntN(6) == 0 {
				continue // a space between words
			}
			for gy := range glyph + 1 {
				for gx := range glyph {
					if r.IntN(2) == 0 {
						l.ink[(y+gy)*l.w+x+gx] = 0
					}
				}
			}
		}
	}
}

// at gives the paper's brightness at a place in modules, and false beside the paper.
func (l *label) at(x, y float64) (float32, bool) {
	if x < 0 || y < 0 || x >= float64(l.w) || y >= float64(l.h) {
		return 0, false
	}
	v := l.ink[int(y)*l.w+int(x)]
	if l.inverted {
		v = 1 - v
	}
	return v, true
}
