package codes

import (
	"image"
	"image/color"
	"math"

	"github.com/defekt/defekt/models/vision/raster"
)

// gray is a picture of brightness, row by row, 0 black to 255 white.
type gray struct {
	w, h int
	pix  []uint8
}

func newGray(w, h int) *gray { return &gray{w: w, h: h, pix: make([]uint8, w*h)} }

// fromImage takes the brightness of any image. The types that decoders give have fast ways.
func fromImage(img image.Image) *gray {
	b := img.Bounds()
	g := newGray(b.Dx(), b.Dy())
	for y := range g.h {
		row := g.pix[y*g.w : (y+1)*g.w]
		switch m := img.(type) {
		case *image.Gray:
			copy(row, m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):])
		case *image.YCbCr:
			copy(row, m.Y[m.YOffset(b.Min.X, b.Min.Y+y):])
		case *raster.Image:
			src := m.Row(y)
			for x := range row {
				row[x] = luma(src[3*x], src[3*x+1], src[3*x+2])
			}
		case *image.RGBA:
			src := m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):]
			for x := range row {
				row[x] = luma(src[4*x], src[4*x+1], src[4*x+2])
			}
		default:
			for x := range row {
				row[x] = color.GrayModel.Convert(img.At(b.Min.X+x, b.Min.Y+y)).(color.Gray).Y
			}
		}
	}
	return g
}

// luma is ITU-R BT.601's brightness in integers.
func luma(r, g, b uint8) uint8 {
	return uint8((19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16)
}

// reduced is the mean over n x n blocks.
func (g *gray) reduced(n int) *gray {
	if n <= 1 {
		return g
	}
	out := newGray(g.w/n, g.h/n)
	area := uint32(n * n)
	for y := range out.h {
		for x := range out.w {
			var sum uint32
			for dy := range n {
				at := (y*n+dy)*g.w + x*n
				for _, v := range g.pix[at : at+n] {
					sum += uint32(v)
				}
			}
			out.pix[y*out.w+x] = uint8((sum + area/2) / area)
		}
	}
	return out
}

// at is the brightness between pixels; beyond the edge the edge goes on. Pixel centres are
// at whole numbers.
func (g *gray) at(x, y float64) float64 {
	x0, y0 := int(x), int(y)
	if x < 0 || y < 0 || x0 >= g.w-1 || y0 >= g.h-1 {
		return g.atEdge(x, y)
	}
	i := y0*g.w + x0
	up, down := g.pix[i:i+2], g.pix[i+g.w:i+g.w+2]
	fx, fy := x-float64(x0), y-float64(y0)
	top := float64(up[0]) + (float64(up[1])-float64(up[0]))*fx
	low := float64(down[0]) + (float64(down[1])-float64(down[0]))*fx
	return top + (low-top)*fy
}

func (g *gray) atEdge(x, y float64) float64 {
	x = min(max(x, 0), float64(g.w-1))
	y = min(max(y, 0), float64(g.h-1))
	x0, y0 := int(x), int(y)
	x1, y1 := min(x0+1, g.w-1), min(y0+1, g.h-1)
	fx, fy := x-float64(x0), y-float64(y0)
	a, b := float64(g.pix[y0*g.w+x0]), float64(g.pix[y0*g.w+x1])
	c, d := float64(g.pix[y1*g.w+x0]), float64(g.pix[y1*g.w+x1])
	top, low := a+(b-a)*fx, c+(d-c)*fx
	return top + (low-top)*fy
}

// cut gives a window of w x h pixels whose middle is at c, whose x axis points to angle (in
// radians) and whose pixels are step of g's apart.
func (g *gray) cut(c vec, angle, step float64, w, h int) *gray {
	out := newGray(w, h)
	s, k := math.Sincos(angle)
	for y := range h {
		v := (float64(y) - float64(h-1)/2) * step
		for x := range w {
			u := (float64(x) - float64(w-1)/2) * step
			out.pix[y*w+x] = uint8(g.at(c.x+u*k-v*s, c.y+u*s+v*k) + .5)
		}
	}
	return out
}

// softened is a box filter of side 2n+1, twice: close to a Gaussian of n+1/2 pixels.
func (g *gray) softened(n int) *gray {
	out := newGray(g.w, g.h)
	copy(out.pix, g.pix)
	if n < 1 {
		return out
	}
	buf := make([]uint8, max(g.w, g.h))
	for range 2 {
		for y := range g.h {
			boxLine(out.pix[y*g.w:], 1, g.w, n, buf)
		}
		for x := range g.w {
			boxLine(out.pix[x:], g.w, g.h, n, buf)
		}
	}
	return out
}

func boxLine(pix []uint8, stride, count, n int, buf []uint8) {
	for i := range count {
		buf[i] = pix[i*stride]
	}
	side := 2*n + 1
	sum := 0
	for i := -n; i <= n; i++ {
		sum += int(buf[min(max(i, 0), count-1)])
	}
	for i := range count {
		pix[i*stride] = uint8((sum + side/2) / side)
		sum += int(buf[min(i+n+1, count-1)]) - int(buf[max(i-n, 0)])
	}
}

// sharpened adds the difference to the softened picture, `by` times (unsharp mask).
func (g *gray) sharpened(n int, by float64) *gray {
	soft := g.softened(n)
	for i, v := range g.pix {
		d := float64(v) + by*(float64(v)-float64(soft.pix[i]))
		soft.pix[i] = uint8(min(max(d+.5, 0), 255))
	}
	return soft
}

// inverted swaps dark and light.
func (g *gray) inverted() *gray {
	out := newGray(g.w, g.h)
	for i, v := range g.pix {
		out.pix[i] = 255 - v
	}
	return out
}

// vec is a place or direction in pixels.
type vec struct{ x, y float64 }

func (a vec) add(b vec) vec             { return vec{a.x + b.x, a.y + b.y} }
func (a vec) sub(b vec) vec             { return vec{a.x - b.x, a.y - b.y} }
func (a vec) times(k float64) vec       { return vec{a.x * k, a.y * k} }
func (a vec) dot(b vec) float64         { return a.x*b.x + a.y*b.y }
func (a vec) length() float64           { return math.Hypot(a.x, a.y) }
func (a vec) lerp(b vec, t float64) vec { return a.add(b.sub(a).times(t)) }

func polar(angle float64) vec {
	s, c := math.Sincos(angle)
	return vec{c, s}
}
