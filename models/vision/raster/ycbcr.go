package raster

import "image"

// ycbcrRow converts row y of m by JFIF's formulas, each chroma sample standing for all
// pixels that it covers, as in package image/color and in libjpeg without "fancy"
// upsampling.
func ycbcrRow(row []uint8, m *image.YCbCr, y int) {
	luma := m.Y[m.YOffset(m.Rect.Min.X, y):]
	w := m.Rect.Dx()
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio440:
		at := m.COffset(m.Rect.Min.X, y)
		convertRow(row, luma[:w], m.Cb[at:], m.Cr[at:], 0)
	case image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420:
		if m.Rect.Min.X&1 == 0 {
			at := m.COffset(m.Rect.Min.X, y)
			convertRow(row, luma[:w], m.Cb[at:], m.Cr[at:], 1)
			return
		}
		anyRow(row, m, y)
	default:
		anyRow(row, m, y)
	}
}

// convertRow converts one row in which a chroma sample covers 1<<shift pixels.
func convertRow(row, luma, cb, cr []uint8, shift uint) {
	row = row[:3*len(luma)]
	for i, v := range luma {
		y := int32(v)<<16 + 1<<15
		b, r := int32(cb[i>>shift])-128, int32(cr[i>>shift])-128
		o := row[3*i : 3*i+3 : 3*i+3]
		o[0] = clamp((y + 91881*r) >> 16)
		o[1] = clamp((y - 22554*b - 46802*r) >> 16)
		o[2] = clamp((y + 116130*b) >> 16)
	}
}

func clamp(v int32) uint8 {
	if uint32(v) > 255 {
		v = ^(v >> 31) & 255
	}
	return uint8(v)
}

// reduceYCbCr averages the planes first and converts the few pixels that are left. It
// returns nil where n is no multiple of the chroma sampling.
func reduceYCbCr(m *image.YCbCr, n int) *Image {
	hs, vs := 1, 1
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio444:
	case image.YCbCrSubsampleRatio422:
		hs = 2
	case image.YCbCrSubsampleRatio420:
		hs, vs = 2, 2
	case image.YCbCrSubsampleRatio440:
		vs = 2
	default:
		return nil
	}
	if n%hs != 0 || n%vs != 0 || m.Rect.Min != (image.Point{}) {
		return nil
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	out := New((w+n-1)/n, (h+n-1)/n)
	luma := planeReducer{m.Y, m.YStride, w, h, n, n, make([]uint32, out.W), make([]uint8, out.W)}
	cw, ch := (w+hs-1)/hs, (h+vs-1)/vs
	cb := planeReducer{m.Cb, m.CStride, cw, ch, n / hs, n / vs, make([]uint32, out.W), make([]uint8, out.W)}
	cr := planeReducer{m.Cr, m.CStride, cw, ch, n / hs, n / vs, make([]uint32, out.W), make([]uint8, out.W)}
	for y := range out.H {
		convertRow(out.Row(y), luma.row(y), cb.row(y), cr.row(y), 0)
	}
	return out
}

// planeReducer averages areas of nx by ny samples of one plane.
type planeReducer struct {
	pix          []uint8
	stride, w, h int
	nx, ny       int
	sums         []uint32
	out          []uint8
}

// row gives output row y; it is overwritten by the next call.
func (p *planeReducer) row(y int) []uint8 {
	clear(p.sums)
	rows := min(p.ny, p.h-y*p.ny)
	for r := range rows {
		at := (y*p.ny + r) * p.stride
		addSamples(p.sums, p.pix[at:at+p.w], p.nx)
	}
	for i, sum := range p.sums {
		count := uint32(rows * min(p.nx, p.w-i*p.nx))
		p.out[i] = uint8((sum + count/2) / count)
	}
	return p.out
}

func addSamples(sums []uint32, row []uint8, n int) {
	for i := range sums {
		part := row[:min(n, len(row))]
		row = row[len(part):]
		sum := uint32(0)
		for _, v := range part {
			sum += uint32(v)
		}
		sums[i] += sum
	}
}
