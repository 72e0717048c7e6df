package codes

import (
	"image"
	"math"
	"math/rand/v2"
)

// Sample is a drawn photo and what its code holds.
type Sample struct {
	// Image is Width x Height pixels, grey, as a JPEG decoder gives it.
	Image image.Image
	// Kind and Grade are those asked for; Kind is empty on a decoy.
	Kind  Kind
	Grade Grade
	// Text is what the code holds as a scanner reports it, GS (0x1d) between GS1 elements;
	// empty on a decoy.
	Text string
	// GS1 says that QR and Code 128 carry FNC1 in first position. Data Matrix holds the same
	// text without it.
	GS1 bool
	// Module is the size of a module in pixels before tilt.
	Module float64
}

// Draw makes the photo of a code. The same arguments give the same pixels.
func Draw(seed uint64, kind Kind, grade Grade) (Sample, error) {
	r := rand.New(rand.NewPCG(seed, uint64(grade)))
	text, gs1 := content(r, kind)
	code, err := encode(kind, text, gs1)
	if err != nil {
		return Sample{}, err
	}
	s := Sample{Kind: kind, Grade: grade, Text: text, GS1: gs1}
	s.Image, s.Module, err = photograph(r, newLabel(r, code), grade.conditions())
	return s, err
}

// Decoy makes a photo of a label without any code: what is read on it is wrong.
func Decoy(seed uint64, grade Grade) (Sample, error) {
	r := rand.New(rand.NewPCG(seed, 100+uint64(grade)))
	img, module, err := photograph(r, newLabel(r, nil), grade.conditions())
	return Sample{Image: img, Grade: grade, Module: module}, err
}

func photograph(r *rand.Rand, l *label, c conditions) (image.Image, float64, error) {
	draw := func(s span) float64 { return s.lo + (s.hi-s.lo)*r.Float64() }
	sign := func() float64 { return float64(1 - 2*r.IntN(2)) }
	rad := math.Pi / 180
	module := draw(c.module)
	// A label must be inside the photo: long codes are drawn as large as fits.
	diagonal := math.Hypot(float64(l.w), float64(l.h))
	module = min(module, .95*Height/diagonal)
	free := max(Height/2-diagonal*module/2-8, 0)
	cx, cy := Width/2+free*(2*r.Float64()-1), Height/2+free*(2*r.Float64()-1)
	at := newPlane(l.w, l.h, module, sign()*draw(c.turn)*rad, draw(c.tilt)*rad, 2*math.Pi*r.Float64(), cx, cy)
	l.inverted = r.Float64() < c.inverted

	p := surface(r)
	p.lay(l, at, 1-draw(c.contrast))
	level, uneven, angle := draw(c.light), draw(c.uneven), 2*math.Pi*r.Float64()
	glare := 0.
	if r.Float64() < c.glare {
		glare = .3 + .5*r.Float64()
	}
	reach := diagonal * module / 2
	p.light(level, uneven, angle, glare, cx+reach*(2*r.Float64()-1), cy+reach*(2*r.Float64()-1))
	p.blur(draw(c.blur))
	p.move(draw(c.motion), 2*math.Pi*r.Float64())
	img, err := p.shoot(r, draw(c.noise), int(draw(c.quality)))
	return img, module, err
}
