package photos

import (
	"image"
	"math"

	"golang.org/x/image/vector"
)

// shade gives the colour and opacity at a place of a frame, in its design units.
type shade func(u, v float32) (rgb, float32)

// plain is one colour everywhere.
func plain(c rgb, alpha float32) shade {
	return func(_, _ float32) (rgb, float32) { return c, alpha }
}

// solid makes a texture opaque.
func solid(texture func(u, v float32) rgb) shade {
	return func(u, v float32) (rgb, float32) { return texture(u, v), 1 }
}

// canvas is the picture while it is drawn.
type canvas struct {
	w, h int
	pix  []rgb
	// clip limits what is painted, one byte of coverage a pixel; nil is no limit.
	clip []uint8
	ras  vector.Rasterizer
	mask []uint8
}

func newCanvas(w, h int) *canvas {
	return &canvas{w: w, h: h, pix: make([]rgb, w*h), mask: make([]uint8, w*h)}
}

// bounds gives the pixels that a path touches, widened by pad, within the picture.
func (c *canvas) bounds(px []pt, pad float32) image.Rectangle {
	if len(px) == 0 {
		return image.Rectangle{}
	}
	lo, hi := px[0], px[0]
	for _, p := range px[1:] {
		lo = pt{min(lo.x, p.x), min(lo.y, p.y)}
		hi = pt{max(hi.x, p.x), max(hi.y, p.y)}
	}
	r := image.Rect(floor(lo.x-pad), floor(lo.y-pad), floor(hi.x+pad)+1, floor(hi.y+pad)+1)
	return r.Intersect(image.Rect(0, 0, c.w, c.h))
}

// rasterize fills the mask with the anti-aliased coverage of a path of pixels; the mask
// is valid until the next call and has the rectangle's own width as stride.
func (c *canvas) rasterize(px []pt, pad float32) (image.Rectangle, []uint8) {
	r := c.bounds(px, pad)
	if r.Empty() {
		return r, nil
	}
	c.ras.Reset(r.Dx(), r.Dy())
	ox, oy := float32(r.Min.X), float32(r.Min.Y)
	c.ras.MoveTo(px[0].x-ox, px[0].y-oy)
	for _, p := range px[1:] {
		c.ras.LineTo(p.x-ox, p.y-oy)
	}
	c.ras.ClosePath()
	m := c.mask[:r.Dx()*r.Dy()]
	clear(m)
	dst := &image.Alpha{Pix: m, Stride: r.Dx(), Rect: image.Rect(0, 0, r.Dx(), r.Dy())}
	c.ras.Draw(dst, dst.Rect, image.Opaque, image.Point{})
	return r, m
}

// fill paints a path of f's units.
func (c *canvas) fill(f *frame, path []pt, s shade) {
	r, m := c.rasterize(f.path(path), 1)
	c.paint(f, r, m, s)
}

// soft paints a path with its edge blurred over about radius units, as shadows are.
func (c *canvas) soft(f *frame, path []pt, radius float32, s shade) {
	r, m := c.softMask(f, path, radius)
	c.paint(f, r, m, s)
}

// softMask is the blurred coverage of a path.
func (c *canvas) softMask(f *frame, path []pt, radius float32) (image.Rectangle, []uint8) {
	px := f.path(path)
	if len(px) == 0 {
		return image.Rectangle{}, nil
	}
	n := max(1, int(radius*f.scaleAt(path[0])/2+0.5))
	r, m := c.rasterize(px, float32(2*n+1))
	if m != nil {
		blurMask(m, r.Dx(), r.Dy(), n)
	}
	return r, m
}

// area paints all pixels of a rectangle of f's units; the shade's opacity is the shape.
func (c *canvas) area(f *frame, x0, y0, x1, y1 float32, s shade) {
	r := c.bounds(f.path(rect(x0, y0, x1, y1)), 1)
	c.paint(f, r, nil, s)
}

// stroke paints a line of a width that may change along it.
func (c *canvas) stroke(f *frame, line []pt, half func(t float32) float32, col rgb, alpha float32) {
	r, m := c.rasterize(f.path(ribbon(line, half)), 1)
	c.tint(r, m, col, alpha)
}

// line paints a line of one width, in units.
func (c *canvas) line(f *frame, line []pt, width float32, col rgb, alpha float32) {
	c.stroke(f, line, func(float32) float32 { return width / 2 }, col, alpha)
}

// tint is paint with one colour: no place has to be worked out, which makes it much
// cheaper for the many lines and shadows.
func (c *canvas) tint(r image.Rectangle, mask []uint8, col rgb, alpha float32) {
	alpha = clamp01(alpha) * (1.0 / 255)
	i := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for at := y*c.w + r.Min.X; at < y*c.w+r.Max.X; at, i = at+1, i+1 {
			if mask[i] == 0 {
				continue
			}
			cover := float32(mask[i]) * alpha
			if c.clip != nil {
				cover *= float32(c.clip[at]) * (1.0 / 255)
			}
			c.pix[at] = c.pix[at].mix(col, cover)
		}
	}
}

// paint blends a shade over the pixels of r by mask (nil: all) and clip.
func (c *canvas) paint(f *frame, r image.Rectangle, mask []uint8, s shade) {
	m := f.from
	i := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		px, py := float32(r.Min.X)+.5, float32(y)+.5
		// the mapping's numerators and denominator grow by one column a pixel
		nu, nv, nw := m[0]*px+m[1]*py+m[2], m[3]*px+m[4]*py+m[5], m[6]*px+m[7]*py+m[8]
		for x := r.Min.X; x < r.Max.X; x, i, nu, nv, nw = x+1, i+1, nu+m[0], nv+m[3], nw+m[6] {
			cover := float32(1)
			if mask != nil {
				if mask[i] == 0 {
					continue
				}
				cover = float32(mask[i]) * (1.0 / 255)
			}
			at := y*c.w + x
			if c.clip != nil {
				if c.clip[at] == 0 {
					continue
				}
				cover *= float32(c.clip[at]) * (1.0 / 255)
			}
			k := 1 / nw
			col, alpha := s(nu*k, nv*k)
			if cover *= alpha; cover > 0 {
				c.pix[at] = c.pix[at].mix(col, min(cover, 1))
			}
		}
	}
}

// coverage gives the coverage of paths over the whole picture, for use as clip.
func (c *canvas) coverage(px ...[]pt) []uint8 {
	out := make([]uint8, c.w*c.h)
	for _, p := range px {
		r, m := c.rasterize(p, 1)
		for y := r.Min.Y; y < r.Max.Y; y++ {
			row := m[(y-r.Min.Y)*r.Dx():]
			for x := r.Min.X; x < r.Max.X; x++ {
				out[y*c.w+x] = max(out[y*c.w+x], row[x-r.Min.X])
			}
		}
	}
	return out
}

// sample reads between pixels (bilinear), the border repeated.
func sample(pix []rgb, w, h int, p pt) rgb {
	p.x = min(max(p.x, 0), float32(w)-1.001)
	p.y = min(max(p.y, 0), float32(h)-1.001)
	x0, y0 := math.Floor(float64(p.x)), math.Floor(float64(p.y))
	fx, fy := p.x-float32(x0), p.y-float32(y0)
	i := int(y0)*w + int(x0)
	return pix[i].mix(pix[i+1], fx).mix(pix[i+w].mix(pix[i+w+1], fx), fy)
}
