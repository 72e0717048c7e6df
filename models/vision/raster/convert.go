package raster

import (
	"image"
	"image/color"
)

// FromImage converts any image to RGB, alpha composed on white. Images of the standard
// library's decoders take fast paths; an [Image] is returned as it is.
func FromImage(img image.Image) *Image { return FromImageReduced(img, 1) }

// FromImageReduced is [Reduce] of [FromImage] by n without the full-size copy in between:
// memory beyond img is that of the result and a few rows.
func FromImageReduced(img image.Image, n int) *Image {
	if m, ok := img.(*Image); ok {
		return Reduce(m, n)
	}
	if m, ok := img.(*image.YCbCr); ok && n > 1 {
		if out := reduceYCbCr(m, n); out != nil {
			return out
		}
	}
	b := img.Bounds()
	fill := rowReader(img)
	if n <= 1 {
		out := New(b.Dx(), b.Dy())
		for y := range out.H {
			fill(out.Row(y), b.Min.Y+y)
		}
		return out
	}
	return reduceRows(b.Dx(), b.Dy(), n, func(row []uint8, y int) { fill(row, b.Min.Y+y) })
}

// reduceRows is Reduce for rows that fill computes one at a time.
func reduceRows(w, h, n int, fill func(row []uint8, y int)) *Image {
	out := New((w+n-1)/n, (h+n-1)/n)
	sums, row := make([]uint32, 3*out.W), make([]uint8, 3*w)
	for y := range out.H {
		clear(sums)
		rows := min(n, h-y*n)
		for r := range rows {
			fill(row, y*n+r)
			addRow(sums, row, n)
		}
		meanRow(out.Row(y), sums, n, rows, w)
	}
	return out
}

// rowReader gives the function that converts row y (in img's coordinates) to RGB.
func rowReader(img image.Image) func(row []uint8, y int) {
	switch m := img.(type) {
	case *image.YCbCr:
		return func(row []uint8, y int) { ycbcrRow(row, m, y) }
	case *image.NYCbCrA:
		return func(row []uint8, y int) {
			ycbcrRow(row, &m.YCbCr, y)
			alpha := m.A[m.AOffset(m.Rect.Min.X, y):]
			for i := range m.Rect.Dx() {
				p := row[3*i : 3*i+3]
				a := uint32(alpha[i])
				p[0], p[1], p[2] = over(p[0], a), over(p[1], a), over(p[2], a)
			}
		}
	case *image.Gray:
		return func(row []uint8, y int) { greyRow(row, m.Pix[m.PixOffset(m.Rect.Min.X, y):], 1) }
	case *image.Gray16:
		return func(row []uint8, y int) { greyRow(row, m.Pix[m.PixOffset(m.Rect.Min.X, y):], 2) }
	case *image.NRGBA:
		return func(row []uint8, y int) { nrgbaRow(row, m.Pix[m.PixOffset(m.Rect.Min.X, y):], 1) }
	case *image.NRGBA64:
		return func(row []uint8, y int) { nrgbaRow(row, m.Pix[m.PixOffset(m.Rect.Min.X, y):], 2) }
	case *image.RGBA:
		return func(row []uint8, y int) { rgbaRow(row, m.Pix[m.PixOffset(m.Rect.Min.X, y):], 1) }
	case *image.RGBA64:
		return func(row []uint8, y int) { rgbaRow(row, m.Pix[m.PixOffset(m.Rect.Min.X, y):], 2) }
	case *image.Paletted:
		return palettedReader(m)
	case *image.CMYK:
		return func(row []uint8, y int) { cmykRow(row, m.Pix[m.PixOffset(m.Rect.Min.X, y):]) }
	}
	return func(row []uint8, y int) { anyRow(row, img, y) }
}

// over composes one straight (not premultiplied) channel on white.
func over(v uint8, a uint32) uint8 {
	return uint8((uint32(v)*a + 255*(255-a) + 127) / 255)
}

// greyRow repeats the first of every step bytes; of 16 bits that is the high byte.
func greyRow(row, pix []uint8, step int) {
	for i := 0; i+2 < len(row); i += 3 {
		v := pix[i/3*step]
		row[i], row[i+1], row[i+2] = v, v, v
	}
}

// nrgbaRow reads straight alpha; size is the bytes of a channel, the first of which counts.
func nrgbaRow(row, pix []uint8, size int) {
	for i := 0; i+2 < len(row); i += 3 {
		p := pix[i/3*4*size:]
		a := uint32(p[3*size])
		r, g, b := p[0], p[size], p[2*size]
		if a != 255 {
			r, g, b = over(r, a), over(g, a), over(b, a)
		}
		row[i], row[i+1], row[i+2] = r, g, b
	}
}

// rgbaRow reads premultiplied alpha.
func rgbaRow(row, pix []uint8, size int) {
	for i := 0; i+2 < len(row); i += 3 {
		p := pix[i/3*4*size:]
		rest := uint32(255 - p[3*size])
		row[i] = uint8(min(uint32(p[0])+rest, 255))
		row[i+1] = uint8(min(uint32(p[size])+rest, 255))
		row[i+2] = uint8(min(uint32(p[2*size])+rest, 255))
	}
}

// palettedReader converts the palette once. Indexes beyond it read as white.
func palettedReader(m *image.Paletted) func(row []uint8, y int) {
	var table [256][3]uint8
	for i := range table {
		table[i] = [3]uint8{255, 255, 255}
		if i < len(m.Palette) {
			table[i] = onWhite(m.Palette[i])
		}
	}
	return func(row []uint8, y int) {
		pix := m.Pix[m.PixOffset(m.Rect.Min.X, y):]
		for i := 0; i+2 < len(row); i += 3 {
			c := &table[pix[i/3]]
			row[i], row[i+1], row[i+2] = c[0], c[1], c[2]
		}
	}
}

func cmykRow(row, pix []uint8) {
	for i := 0; i+2 < len(row); i += 3 {
		p := pix[i/3*4:]
		row[i], row[i+1], row[i+2] = color.CMYKToRGB(p[0], p[1], p[2], p[3])
	}
}

func anyRow(row []uint8, img image.Image, y int) {
	x := img.Bounds().Min.X
	for i := 0; i+2 < len(row); i += 3 {
		c := onWhite(img.At(x+i/3, y))
		row[i], row[i+1], row[i+2] = c[0], c[1], c[2]
	}
}

// onWhite composes any colour on white.
func onWhite(c color.Color) [3]uint8 {
	r, g, b, a := c.RGBA()
	rest := 0xffff - a
	return [3]uint8{uint8(min(r+rest, 0xffff) >> 8), uint8(min(g+rest, 0xffff) >> 8), uint8(min(b+rest, 0xffff) >> 8)}
}
