package fingerprint

import (
	"math/rand/v2"

	"github.com/defekt/defekt/datasets"
)

const (
	detailSide = 32
	signBits   = detailSide * detailSide
	rounds     = 3
)

// projection turns the detail of a photo into 1,024 signs: those of its coordinates after a
// random rotation. The share of signs in which two photos differ is the angle between their
// details over pi (Charikar: Similarity estimation techniques from rounding algorithms,
// STOC 2002), to 1.3 % (one standard error). The rotation is three rounds of random
// changes of sign and a Hadamard transform (Andoni et al.: Practical and optimal LSH for
// angular distance, NIPS 2015), 30,000 additions instead of a million.
type projection struct{ flips [rounds][signBits]float32 }

// newProjection always gives the same one, since files depend on it.
func newProjection() *projection {
	p, r := &projection{}, rand.New(rand.NewPCG(0x6465666b74, 1))
	for i := range p.flips {
		for c := range p.flips[i] {
			p.flips[i][c] = float32(r.IntN(2)*2 - 1)
		}
	}
	return p
}

// signs are one bit a coordinate.
type signs [signBits / 64]uint64

// of gives the signs of the photo and of its mirror image.
func (p *projection) of(h *datasets.PhotoHash) (plain, mirrored signs) {
	var flipped [signBits]float32
	for y := range detailSide {
		for x := range detailSide {
			flipped[y*detailSide+x] = h.Detail[y*detailSide+detailSide-1-x]
		}
	}
	return p.rotate(h.Detail), p.rotate(flipped)
}

// rotate works on its own copy.
func (p *projection) rotate(v [signBits]float32) (out signs) {
	for i := range p.flips {
		for c := range v {
			v[c] *= p.flips[i][c]
		}
		hadamard(&v)
	}
	for c, value := range v {
		if value > 0 {
			out[c/64] |= 1 << (c % 64)
		}
	}
	return out
}

// hadamard is the fast Walsh-Hadamard transform, not scaled: only signs are wanted.
func hadamard(v *[signBits]float32) {
	for width := 1; width < signBits; width *= 2 {
		for begin := 0; begin < signBits; begin += 2 * width {
			for i := begin; i < begin+width; i++ {
				a, b := v[i], v[i+width]
				v[i], v[i+width] = a+b, a-b
			}
		}
	}
}
