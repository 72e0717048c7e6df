package photos

import "math"

// homography is a plane projective mapping, row by row.
type homography [9]float32

func (h *homography) apply(p pt) pt {
	w := 1 / (h[6]*p.x + h[7]*p.y + h[8])
	return pt{(h[0]*p.x + h[1]*p.y + h[2]) * w, (h[3]*p.x + h[4]*p.y + h[5]) * w}
}

// times gives the mapping that applies g first, then h.
func (h homography) times(g homography) homography {
	var out homography
	for r := range 3 {
		for c := range 3 {
			out[3*r+c] = h[3*r]*g[c] + h[3*r+1]*g[3+c] + h[3*r+2]*g[6+c]
		}
	}
	return out
}

// inverse gives the mapping back, by the adjugate (scale does not matter here).
func (h homography) inverse() homography {
	return homography{
		h[4]*h[8] - h[5]*h[7], h[2]*h[7] - h[1]*h[8], h[1]*h[5] - h[2]*h[4],
		h[5]*h[6] - h[3]*h[8], h[0]*h[8] - h[2]*h[6], h[2]*h[3] - h[0]*h[5],
		h[3]*h[7] - h[4]*h[6], h[1]*h[6] - h[0]*h[7], h[0]*h[4] - h[1]*h[3],
	}
}

// quadMap maps the rectangle 0,0..w,h onto a quadrilateral, clockwise from the corner of
// 0,0 (Heckbert, Fundamentals of Texture Mapping, 1989, section 2.2.3).
func quadMap(w, h float32, q [4]pt) homography {
	d1, d2 := q[1].sub(q[2]), q[3].sub(q[2])
	s := q[0].sub(q[1]).add(q[2]).sub(q[3])
	den := d1.x*d2.y - d2.x*d1.y
	g := (s.x*d2.y - d2.x*s.y) / den
	k := (d1.x*s.y - s.x*d1.y) / den
	return homography{
		(q[1].x - q[0].x + g*q[1].x) / w, (q[3].x - q[0].x + k*q[3].x) / h, q[0].x,
		(q[1].y - q[0].y + g*q[1].y) / w, (q[3].y - q[0].y + k*q[3].y) / h, q[0].y,
		g / w, k / h, 1,
	}
}

// frame is a plane in the scene with its own design units.
type frame struct{ to, from homography }

func newFrame(to homography) frame { return frame{to, to.inverse()} }

// path maps a path of design units to pixels.
func (f *frame) path(p []pt) []pt {
	out := make([]pt, len(p))
	for i := range p {
		out[i] = f.to.apply(p[i])
	}
	return out
}

// scaleAt gives pixels per design unit around p.
func (f *frame) scaleAt(p pt) float32 {
	o := f.to.apply(p)
	a, b := f.to.apply(pt{p.x + 1, p.y}).sub(o), f.to.apply(pt{p.x, p.y + 1}).sub(o)
	return float32(math.Sqrt(float64(abs(a.x*b.y - a.y*b.x))))
}

// moved gives a frame whose content is turned about pivot and then shifted, both in f's
// units: a part that came off its place.
func (f *frame) moved(pivot pt, angle float32, shift pt) frame {
	s64, c64 := math.Sincos(float64(angle))
	s, c := float32(s64), float32(c64)
	x := pivot.x + shift.x - c*pivot.x + s*pivot.y
	y := pivot.y + shift.y - s*pivot.x - c*pivot.y
	return newFrame(f.to.times(homography{c, -s, x, s, c, y, 0, 0, 1}))
}
