package raster

import (
	"image"
	"image/color"
)

// BytesPerPixel is the size of one pixel of an [Image]: red, green, blue.
const BytesPerPixel = 3

// Image is a picture of packed 8-bit RGB, rows from top to bottom. The pixel (x, y), with
// 0 <= x < W and 0 <= y < H, starts at Pix[y*Stride+3*x]. Several images may share Pix (see
// [Image.Crop]); the origin of each is its own top left pixel.
type Image struct {
	Pix    []uint8
	Stride int // bytes from one row to the next, at least 3*W
	W, H   int // pixels
}

var _ image.Image = (*Image)(nil)

// New returns a black image of w by h pixels. It panics when a side is negative.
func New(w, h int) *Image {
	if w < 0 || h < 0 {
		panic("raster: negative size")
	}
	return &Image{Pix: make([]uint8, BytesPerPixel*w*h), Stride: BytesPerPixel * w, W: w, H: h}
}

// ColorModel is always [color.RGBAModel]; every pixel is opaque.
func (m *Image) ColorModel() color.Model { return color.RGBAModel }

// Bounds has its origin at (0, 0).
func (m *Image) Bounds() image.Rectangle { return image.Rect(0, 0, m.W, m.H) }

// At gives the colour of one pixel, and the zero colour outside the image.
func (m *Image) At(x, y int) color.Color {
	if x < 0 || y < 0 || x >= m.W || y >= m.H {
		return color.RGBA{}
	}
	p := m.Pix[y*m.Stride+BytesPerPixel*x:]
	return color.RGBA{p[0], p[1], p[2], 255}
}

// Opaque is always true.
func (m *Image) Opaque() bool { return true }

// Row gives the 3*W bytes of row y.
func (m *Image) Row(y int) []uint8 {
	i := y * m.Stride
	return m.Pix[i : i+BytesPerPixel*m.W : i+BytesPerPixel*m.W]
}

// Crop returns the part of m within r as an image with its own origin that shares m's
// pixels. What of r lies outside m is left out; the result may be empty.
func (m *Image) Crop(r image.Rectangle) *Image {
	r = r.Intersect(m.Bounds())
	if r.Empty() {
		return &Image{}
	}
	first := r.Min.Y*m.Stride + BytesPerPixel*r.Min.X
	last := (r.Max.Y-1)*m.Stride + BytesPerPixel*r.Max.X
	return &Image{Pix: m.Pix[first:last:last], Stride: m.Stride, W: r.Dx(), H: r.Dy()}
}

// SubImage is [Image.Crop] for callers that know the convention of package image only. The
// origin of the result is (0, 0), unlike that of the standard library's images.
func (m *Image) SubImage(r image.Rectangle) image.Image { return m.Crop(r) }

// Clone returns a copy of m with pixels of its own and no gaps between rows.
func (m *Image) Clone() *Image {
	out := New(m.W, m.H)
	for y := range m.H {
		copy(out.Row(y), m.Row(y))
	}
	return out
}

// Fill sets every pixel to c; alpha is ignored.
func (m *Image) Fill(c color.RGBA) {
	for y := range m.H {
		row := m.Row(y)
		for i := 0; i+2 < len(row); i += BytesPerPixel {
			row[i], row[i+1], row[i+2] = c.R, c.G, c.B
		}
	}
}

// CenterSquare is the largest square in the middle of a picture of w by h pixels: what an
// encoder with a square input sees of it.
func CenterSquare(w, h int) image.Rectangle {
	side := min(w, h)
	x, y := (w-side)/2, (h-side)/2
	return image.Rect(x, y, x+side, y+side)
}
