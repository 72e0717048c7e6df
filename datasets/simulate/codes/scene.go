package codes

import (
	"math"
	"math/rand/v2"
)

// Size of a photo in pixels. Codes are small on it, as on photos that show the product.
const (
	Width  = 1280
	Height = 960
)

// plane maps pixels to modules of a label that is turned and leans away: the inverse of a
// pinhole camera's picture of a plane.
type plane struct{ m [9]float64 }

// newPlane places a label of w x h modules, `module` pixels each, with its middle at cx, cy,
// turned by turn and leaning by tilt about an axis at the angle axis, all in radians.
func newPlane(w, h int, module, turn, tilt, axis, cx, cy float64) plane {
	const focal = 1.2 * Width // of a phone's main camera, in pixels
	st, ct := math.Sincos(turn)
	sa, ca := math.Sincos(axis)
	k := math.Cos(tilt)
	lean := math.Sin(tilt) / focal
	// From the label's middle in pixels: turn, then shorten across the axis, then divide by depth.
	turned := [9]float64{ct, -st, 0, st, ct, 0, 0, 0, 1}
	across := [9]float64{
		ca*ca + k*sa*sa, ca * sa * (1 - k), 0,
		ca * sa * (1 - k), sa*sa + k*ca*ca, 0,
		-sa * lean, ca * lean, 1,
	}
	place := [9]float64{1, 0, cx, 0, 1, cy, 0, 0, 1}
	scale := [9]float64{module, 0, -module * float64(w) / 2, 0, module, -module * float64(h) / 2, 0, 0, 1}
	return plane{inverse(times(place, times(across, times(turned, scale))))}
}

func (p plane) modules(x, y float64) (float64, float64) {
	d := 1 / (p.m[6]*x + p.m[7]*y + p.m[8])
	return (p.m[0]*x + p.m[1]*y + p.m[2]) * d, (p.m[3]*x + p.m[4]*y + p.m[5]) * d
}

func times(a, b [9]float64) (out [9]float64) {
	for r := range 3 {
		for c := range 3 {
			out[3*r+c] = a[3*r]*b[c] + a[3*r+1]*b[3+c] + a[3*r+2]*b[6+c]
		}
	}
	return out
}

// inverse is the adjugate: a homography's scale does not matter.
func inverse(h [9]float64) [9]float64 {
	return [9]float64{
		h[4]*h[8] - h[5]*h[7], h[2]*h[7] - h[1]*h[8], h[1]*h[5] - h[2]*h[4],
		h[5]*h[6] - h[3]*h[8], h[0]*h[8] - h[2]*h[6], h[2]*h[3] - h[0]*h[5],
		h[3]*h[7] - h[4]*h[6], h[1]*h[6] - h[0]*h[7], h[0]*h[4] - h[1]*h[3],
	}
}

// picture is brightness, 0..1.
type picture struct {
	w, h int
	pix  []float32
}

// surface draws what the product is made of: a tone with stripes or spots of another.
func surface(r *rand.Rand) *picture {
	p := &picture{w: Width, h: Height, pix: make([]float32, Width*Height)}
	base, depth := .15+.5*r.Float64(), .03+.12*r.Float64()
	fx, fy := .005+.08*r.Float64(), .005+.08*r.Float64()
	gx, gy := .005+.02*r.Float64(), .005+.02*r.Float64()
	for y := range Height {
		for x := range Width {
			u := math.Sin(float64(x)*fx+3*math.Sin(float64(y)*gy)) + math.Sin(float64(y)*fy+2*math.Sin(float64(x)*gx))
			p.pix[y*Width+x] = float32(base + depth*u/2)
		}
	}
	return p
}

// lay puts the label on the surface, each pixel the mean of 4 x 4 places in it.
func (p *picture) lay(l *label, at plane, black float64) {
	const n = 4
	for y := range p.h {
		for x := range p.w {
			mx, my := at.modules(float64(x)+.5, float64(y)+.5)
			if mx < -2 || my < -2 || mx > float64(l.w)+2 || my > float64(l.h)+2 {
				continue
			}
			var sum float32
			for i := range n * n {
				mx, my := at.modules(float64(x)+(float64(i%n)+.5)/n, float64(y)+(float64(i/n)+.5)/n)
				if v, on := l.at(mx, my); on {
					sum += float32(black) + v*float32(1-black)
				} else {
					sum += p.pix[y*p.w+x]
				}
			}
			p.pix[y*p.w+x] = sum / (n * n)
		}
	}
}
