package fastjpeg

import "github.com/defekt/defekt/models/vision/raster"

// picture puts the planes together into RGB.
func (d *Decoder) picture(w, h int) *raster.Image {
	out := raster.New(w, h)
	if len(d.planes) == 1 {
		for y := range h {
			greyRow(out.Row(y), d.planes[0].row(y))
		}
		return out
	}
	for y := range h {
		colourRow(out.Row(y), d.planes[0].row(y), d.planes[1].row(y), d.planes[2].row(y))
	}
	return out
}

func (p *plane) row(y int) []uint8 { return p.pix[y*p.stride : (y+1)*p.stride] }

func greyRow(out, luma []uint8) {
	for i := 0; i+2 < len(out); i += 3 {
		v := luma[i/3]
		out[i], out[i+1], out[i+2] = v, v, v
	}
}

// colourRow converts YCbCr to RGB by JFIF's formulas, with 16 fractional bits.
func colourRow(out, luma, cb, cr []uint8) {
	n := len(out) / 3
	luma, cb, cr = luma[:n], cb[:n], cr[:n]
	for i := range n {
		y := int32(luma[i])<<16 + 1<<15
		b, r := int32(cb[i])-128, int32(cr[i])-128
		o := out[3*i : 3*i+3 : 3*i+3]
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

// grow returns s with length n, reusing its memory when it is large enough.
func grow(s []uint8, n int) []uint8 {
	if cap(s) < n {
		return make([]uint8, n)
	}
	return s[:n]
}
