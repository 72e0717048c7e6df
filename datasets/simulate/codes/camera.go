package codes

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// blur is a Gaussian of the standard deviation sigma pixels.
func (p *picture) blur(sigma float64) {
	n := int(math.Ceil(3 * sigma))
	kernel := make([]float32, 2*n+1)
	var sum float32
	for i := range kernel {
		d := float64(i - n)
		kernel[i] = float32(math.Exp(-d * d / (2 * sigma * sigma)))
		sum += kernel[i]
	}
	for i := range kernel {
		kernel[i] /= sum
	}
	p.along(kernel, 1, p.w, p.w, p.h)
	p.along(kernel, p.w, 1, p.h, p.w)
}

// along convolves `lines` lines of `count` pixels that are stride apart.
func (p *picture) along(kernel []float32, stride, next, count, lines int) {
	n := len(kernel) / 2
	buf := make([]float32, count)
	for l := range lines {
		for i := range count {
			buf[i] = p.pix[l*next+i*stride]
		}
		for i := range count {
			var v float32
			for k, w := range kernel {
				v += w * buf[min(max(i+k-n, 0), count-1)]
			}
			p.pix[l*next+i*stride] = v
		}
	}
}

// move is the mean along a straight movement of the camera, length in pixels.
func (p *picture) move(length, angle float64) {
	if length < .5 {
		return
	}
	const steps = 7
	src := append([]float32(nil), p.pix...)
	s, c := math.Sincos(angle)
	for y := range p.h {
		for x := range p.w {
			var v float32
			for i := range steps {
				d := length * (float64(i)/(steps-1) - .5)
				v += bilinear(src, p.w, p.h, float64(x)+d*c, float64(y)+d*s)
			}
			p.pix[y*p.w+x] = v / steps
		}
	}
}

func bilinear(src []float32, w, h int, x, y float64) float32 {
	x, y = min(max(x, 0), float64(w)-1.001), min(max(y, 0), float64(h)-1.001)
	x0, y0 := int(x), int(y)
	fx, fy := float32(x-float64(x0)), float32(y-float64(y0))
	i := y0*w + x0
	top := src[i] + (src[i+1]-src[i])*fx
	low := src[i+w] + (src[i+w+1]-src[i+w])*fx
	return top + (low-top)*fy
}

// light makes one side darker by `uneven`, scales to the exposure, and adds a reflection of
// the lamp at gx, gy when glare is above 0.
func (p *picture) light(level, uneven, angle, glare, gx, gy float64) {
	s, c := math.Sincos(angle)
	for y := range p.h {
		for x := range p.w {
			u := (float64(x)/float64(p.w)-.5)*c + (float64(y)/float64(p.h)-.5)*s
			v := float64(p.pix[y*p.w+x]) * level * (1 - uneven*(u+.5))
			if glare > 0 {
				dx, dy := (float64(x)-gx)/60, (float64(y)-gy)/35
				v += glare * math.Exp(-dx*dx-dy*dy)
			}
			p.pix[y*p.w+x] = float32(v)
		}
	}
}

// shoot adds the sensor's noise and saves as JPEG, whose bytes it returns decoded.
func (p *picture) shoot(r *rand.Rand, noise float64, quality int) (image.Image, error) {
	g := image.NewGray(image.Rect(0, 0, p.w, p.h))
	for i, v := range p.pix {
		g.Pix[i] = uint8(min(max(255*(float64(v)+noise*r.NormFloat64())+.5, 0), 255))
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, g, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("codes: save: %w", err)
	}
	img, err := jpeg.Decode(&buf)
	if err != nil {
		return nil, fmt.Errorf("codes: read back: %w", err)
	}
	return img, nil
}
