package codes

import (
	"math"

	"github.com/makiuchi-d/gozxing"
)

// sizes are the modules along a side of the square Data Matrix symbols (ISO/IEC 16022,
// table 7) that a claim photo can show.
func sizes() []int { return []int{10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48} }

// quad is the corners of a Data Matrix, clockwise from the top left when its solid sides
// are left and below.
type quad [4]vec

// turned names the corners by a quarter turn on.
func (q quad) turned(n int) quad {
	return quad{q[n%4], q[(n+1)%4], q[(n+2)%4], q[(n+3)%4]}
}

// projection maps the unit square onto a quadrilateral (Heckbert, Fundamentals of Texture
// Mapping, 1989, section 2.2.3).
type projection [8]float64

func (q quad) projection() projection {
	d1, d2 := q[1].sub(q[2]), q[3].sub(q[2])
	s := q[0].sub(q[1]).add(q[2]).sub(q[3])
	den := d1.x*d2.y - d2.x*d1.y
	if den == 0 {
		den = 1e-9
	}
	g, k := (s.x*d2.y-d2.x*s.y)/den, (d1.x*s.y-s.x*d1.y)/den
	return projection{
		q[1].x - q[0].x + g*q[1].x, q[3].x - q[0].x + k*q[3].x, q[0].x,
		q[1].y - q[0].y + g*q[1].y, q[3].y - q[0].y + k*q[3].y, q[0].y, g, k,
	}
}

func (p *projection) at(u, v float64) vec {
	w := 1 / (p[6]*u + p[7]*v + 1)
	return vec{(p[0]*u + p[1]*v + p[2]) * w, (p[3]*u + p[4]*v + p[5]) * w}
}

// frame measures how well a grid of n modules lies on a Data Matrix: the mean brightness
// where its frame must be light less that where it must be dark. Left and lower sides are
// dark, the others alternate, and around it is paper.
func (q quad) frame(g *gray, n int) (dark, light float64) {
	p := q.projection()
	step := 1 / float64(n)
	var nd, nl float64
	add := func(isDark bool, u, v float64) {
		at := p.at(u, v)
		b := g.at(at.x, at.y)
		if isDark {
			dark, nd = dark+b, nd+1
		} else {
			light, nl = light+b, nl+1
		}
	}
	for i := range n {
		c := (float64(i) + .5) * step
		add(true, .5*step, c)
		add(true, c, 1-.5*step)
		add(i%2 == 0, c, .5*step)
		add(i%2 == 1, 1-.5*step, c)
		add(false, -.7*step, c)
		add(false, c, 1+.7*step)
		add(false, c, -.7*step)
		add(false, 1+.7*step, c)
	}
	return dark / nd, light / nl
}

func (q quad) score(g *gray, n int) float64 {
	dark, light := q.frame(g, n)
	return light - dark
}

// refined moves the corners to where the frame fits best, one coordinate at a time, by
// steps that are parts of a module.
func (q quad) refined(g *gray, n int, steps ...float64) (quad, float64) {
	module := q[0].sub(q[1]).length() / float64(n)
	best := q.score(g, n)
	for _, step := range steps {
		for c := range q {
			for _, d := range []vec{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
				moved := q
				moved[c] = q[c].add(d.times(step * module))
				if s := moved.score(g, n); s > best {
					q, best = moved, s
				}
			}
		}
	}
	return q, best
}

// solid turns the quad so that its two darkest adjoining sides are left and below.
func (q quad) solid(g *gray) quad {
	p := q.projection()
	const n, inset = 32, .025
	var side [4]float64 // above, right, below, left
	for i := range n {
		c := (float64(i) + .5) / n
		for k, at := range [4]vec{p.at(c, inset), p.at(1-inset, c), p.at(c, 1-inset), p.at(inset, c)} {
			side[k] += g.at(at.x, at.y)
		}
	}
	best, turn := math.Inf(1), 0
	for k := range 4 {
		if v := side[(2+k)%4] + side[(3+k)%4]; v < best {
			best, turn = v, k
		}
	}
	return q.turned(turn)
}

// fits is the part of the frame's modules on the right side of a level.
func (q quad) fits(v []float64, n int, level float64) float64 {
	right := 0
	test := func(x, y int, dark bool) {
		if (v[y*n+x] < level) == dark {
			right++
		}
	}
	for i := range n {
		test(0, i, true)
		test(i, n-1, true)
		test(i, 0, i%2 == 0)
		test(n-1, i, i%2 == 1)
	}
	return float64(right) / float64(4*n)
}

// modules is the mean brightness of each module.
func (q quad) modules(g *gray, n int) []float64 {
	p := q.projection()
	out := make([]float64, n*n)
	for y := range n {
		for x := range n {
			sum := 0.
			for k := range 9 {
				at := p.at((float64(x)+.5+.22*float64(k%3-1))/float64(n), (float64(y)+.5+.22*float64(k/3-1))/float64(n))
				sum += g.at(at.x, at.y)
			}
			out[y*n+x] = sum / 9
		}
	}
	return out
}

// partModules parts modules at a level; `by` of the difference to the four neighbours is added
// first, which undoes a blur as wide as a module.
func partModules(v []float64, n int, level, by float64) *gozxing.BitMatrix {
	m, _ := gozxing.NewBitMatrix(n, n)
	at := func(x, y int, beyond float64) float64 {
		if x < 0 || y < 0 || x >= n || y >= n {
			return beyond
		}
		return v[y*n+x]
	}
	for y := range n {
		for x := range n {
			own := v[y*n+x]
			around := (at(x-1, y, own) + at(x+1, y, own) + at(x, y-1, own) + at(x, y+1, own)) / 4
			if own+by*(own-around) < level {
				m.Set(x, y)
			}
		}
	}
	return m
}
