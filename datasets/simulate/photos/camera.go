package photos

import "image"

// camera turns the scene into a photo: uneven light, a lens that is not quite sharp,
// colour temperature, vignette, exposure and sensor noise.
func camera(c *canvas, d dice) *image.RGBA {
	soften(c.pix, c.w, c.h, d.between(0.25, 0.9))
	gx, gy := d.around(0, 0.22), d.around(0, 0.18)
	vignette := d.between(0.08, 0.3)
	warm := d.around(0.02, 0.08)
	gain := rgb{1 + warm, 1, 1 - warm}.mul(d.between(0.88, 1.1))
	contrast := d.between(0, 0.35)
	grain := d.between(0.008, 0.028)
	noise := gaussians(d, grain)
	curve := tones(contrast)

	out := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
	dx, dy := 2/float32(c.w), 2/float32(c.h)
	state := d.Uint64() | 1
	for y := range c.h {
		v := float32(y)*dy - 1
		for x := range c.w {
			u := float32(x)*dx - 1
			light := (1 + gx*u + gy*v) * (1 - vignette*(u*u+v*v)*(u*u+v*v)*0.35)
			p := c.pix[y*c.w+x]
			state ^= state << 13 // xorshift: noise needs speed, not quality
			state ^= state >> 7
			state ^= state << 17
			n := noise[state&1023]
			o := out.Pix[4*(y*c.w+x):]
			o[0] = curve[level(p.r*light*gain.r+n+noise[state>>10&1023]*0.5)]
			o[1] = curve[level(p.g*light*gain.g+n)]
			o[2] = curve[level(p.b*light*gain.b+n+noise[state>>20&1023]*0.7)]
			o[3] = 255
		}
	}
	return out
}

// tones is a gentle S curve from 1024 levels to bytes.
func tones(contrast float32) *[1024]uint8 {
	var t [1024]uint8
	for i := range t {
		v := float32(i) / 1023
		v += contrast * (v*v*(3-2*v) - v)
		t[i] = uint8(v*255 + 0.5)
	}
	return &t
}

// level gives the place of a brightness in the curve.
func level(v float32) int { return min(max(int(v*1023), 0), 1023) }

func gaussians(d dice, sigma float32) *[1024]float32 {
	var t [1024]float32
	for i := range t {
		t[i] = float32(d.NormFloat64()) * sigma
	}
	return &t
}
