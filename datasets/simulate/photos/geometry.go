package photos

import "math"

// pt is a point or vector: pixels of the picture, or design units of a product, where
// 480 units are the longer side of the picture before the camera's zoom.
type pt struct{ x, y float32 }

func (a pt) add(b pt) pt             { return pt{a.x + b.x, a.y + b.y} }
func (a pt) sub(b pt) pt             { return pt{a.x - b.x, a.y - b.y} }
func (a pt) mul(k float32) pt        { return pt{a.x * k, a.y * k} }
func (a pt) length() float32         { return hypot(a.x, a.y) }
func (a pt) lerp(b pt, t float32) pt { return pt{a.x + (b.x-a.x)*t, a.y + (b.y-a.y)*t} }

// unit gives a at length 1; the zero vector stays zero.
func (a pt) unit() pt {
	if l := a.length(); l > 0 {
		return a.mul(1 / l)
	}
	return a
}

// normal is a turned by a quarter.
func (a pt) normal() pt { return pt{-a.y, a.x} }

// polar gives the vector of a length and a direction in radians.
func polar(length, angle float32) pt {
	s, c := math.Sincos(float64(angle))
	return pt{length * float32(c), length * float32(s)}
}

func hypot(x, y float32) float32 { return float32(math.Sqrt(float64(x*x + y*y))) }

func abs(x float32) float32 { return max(x, -x) }

func clamp01(x float32) float32 { return min(max(x, 0), 1) }

// smooth rises from 0 at lo to 1 at hi without corners; lo may be above hi.
func smooth(lo, hi, x float32) float32 {
	t := clamp01((x - lo) / (hi - lo))
	return t * t * (3 - 2*t)
}

// rect gives the corners of a rectangle, clockwise from the top left.
func rect(x0, y0, x1, y1 float32) []pt {
	return []pt{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
}

// rounded gives a rectangle with corners of radius r.
func rounded(x0, y0, x1, y1, r float32) []pt {
	r = min(r, (x1-x0)/2, (y1-y0)/2)
	const steps = 6
	centres := []pt{{x1 - r, y0 + r}, {x1 - r, y1 - r}, {x0 + r, y1 - r}, {x0 + r, y0 + r}}
	out := make([]pt, 0, 4*(steps+1))
	for i, c := range centres {
		for k := range steps + 1 {
			a := (float32(i) - 1 + float32(k)/steps) * math.Pi / 2
			out = append(out, c.add(polar(r, a)))
		}
	}
	return out
}

// circle gives a round path.
func circle(c pt, r float32) []pt { return ellipse(c, r, r) }

// ellipse gives an upright ellipse.
func ellipse(c pt, rx, ry float32) []pt {
	const n = 28
	out := make([]pt, n)
	for i := range out {
		p := polar(1, float32(i)*2*math.Pi/n)
		out[i] = pt{c.x + p.x*rx, c.y + p.y*ry}
	}
	return out
}

// ribbon gives the outline of a line whose half width at each point is half(t), t from 0
// at its start to 1 at its end.
func ribbon(line []pt, half func(t float32) float32) []pt {
	if len(line) < 2 {
		return nil
	}
	n := len(line)
	out := make([]pt, 2*n)
	for i, p := range line {
		d := line[min(i+1, n-1)].sub(line[max(i-1, 0)]).unit().normal()
		h := half(float32(i) / float32(n-1))
		out[i] = p.add(d.mul(h))
		out[2*n-1-i] = p.sub(d.mul(h))
	}
	return out
}

// shifted gives the path moved by d.
func shifted(path []pt, d pt) []pt {
	out := make([]pt, len(path))
	for i, p := range path {
		out[i] = p.add(d)
	}
	return out
}

// turned gives the path turned about c.
func turned(path []pt, c pt, angle float32) []pt {
	s, k := math.Sincos(float64(angle))
	out := make([]pt, len(path))
	for i, p := range path {
		d := p.sub(c)
		out[i] = pt{c.x + d.x*float32(k) - d.y*float32(s), c.y + d.x*float32(s) + d.y*float32(k)}
	}
	return out
}

// sin is the sine to about a thousandth: textures call it for every pixel.
func sin(x float32) float32 {
	x *= 1 / (2 * math.Pi)
	x -= float32(floor(x + .5))
	y := 8*x - 16*x*abs(x)
	return .775*y + .225*y*abs(y)
}

// exp is e to the x for x up to 0, to about a hundredth: falloffs need no more.
func exp(x float32) float32 {
	y := max(1+x/16, 0)
	y *= y
	y *= y
	y *= y
	return y * y
}
