package codes

import (
	"math"

	"github.com/makiuchi-d/gozxing"
)

// corners takes the dark patch at the middle of the picture, joined over gaps of 2n pixels,
// and gives its four outermost points.
func corners(m *gozxing.BitMatrix, n int) (quad, bool) {
	w, h := m.GetWidth(), m.GetHeight()
	dark := make([]uint8, w*h)
	for y := range h {
		for x := range w {
			if m.Get(x, y) {
				dark[y*w+x] = 1
			}
		}
	}
	on := widened(dark, w, h, n)
	start := nearest(on, w, h)
	if start < 0 {
		return quad{}, false
	}
	patch := flood(on, w, h, start)
	inside := make([]bool, w*h)
	for _, i := range patch {
		inside[i] = true
	}
	q, low := quad{}, [4]float64{}
	first := true
	for i, d := range dark {
		if d == 0 || !inside[i] {
			continue
		}
		p := vec{float64(i % w), float64(i / w)}
		for k, v := range [4]float64{p.x + p.y, p.y - p.x, -p.x - p.y, p.x - p.y} {
			if first || v < low[k] {
				low[k], q[k] = v, p
			}
		}
		first = false
	}
	big := q[0].sub(q[2]).length() > 20 && q[1].sub(q[3]).length() > 20
	return q, big && q[0].sub(q[1]).length() > 12 && q[1].sub(q[2]).length() > 12
}

// widened is true within a square of side 2n+1 around a dark pixel.
func widened(dark []uint8, w, h, n int) []bool {
	rows := make([]bool, w*h)
	spread(w, h, n, func(i int) bool { return dark[i] != 0 }, rows, 1, w)
	on := make([]bool, w*h)
	spread(h, w, n, func(i int) bool { return rows[i] }, on, w, 1)
	return on
}

// spread widens along lines of count pixels, `stride` apart; lines start `next` apart.
func spread(count, lines, n int, is func(int) bool, out []bool, stride, next int) {
	for l := range lines {
		until := -1
		for i := range count {
			if i == 0 {
				for k := 0; k <= min(n, count-1); k++ {
					if is(l*next + k*stride) {
						until = k + n
					}
				}
			} else if i+n < count && is(l*next+(i+n)*stride) {
				until = i + 2*n
			}
			out[l*next+i*stride] = i <= until
		}
	}
}

// nearest is the true place nearest the middle, or -1.
func nearest(on []bool, w, h int) int {
	best, at := math.Inf(1), -1
	for i, v := range on {
		if v {
			if d := math.Hypot(float64(i%w-w/2), float64(i/w-h/2)); d < best {
				best, at = d, i
			}
		}
	}
	return at
}
