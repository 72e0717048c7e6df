package photos

// partState is what became of the product's detachable part.
type partState int

const (
	partOK partState = iota
	partLoose
	partGone
)

// scene is a drawing under way.
type scene struct {
	*canvas
	d      dice    // of the scene: the same choices with and without damage
	hurt   dice    // of the damage
	k      float32 // pixels per design unit before zoom
	sun    pt      // direction towards the light, on the picture
	part   partState
	wear   float32 // severity
	body   body
	bends  bool  // the outline will be bent: keep what is behind
	behind []rgb // the background alone, if bends
	rusty  bool  // a chair is to be of metal, whatever the dice say
	stands bool  // the product stands on the ground
	broken bool  // a chair's leg is to be drawn in two
	slim   bool  // the product is made of limbs, so that damage must be small
}

// body is the product's surface that damage is drawn on.
type body struct {
	frame
	// w and h are the extent in units.
	w, h float32
	// outline is the surface's edge, in units.
	outline []pt
	// whole is the coverage of the product in the picture.
	whole []uint8
	mat   material
	base  rgb
	// spot is where damage goes unless something below fits better.
	spot pt
	// rims are places on the outline that may be hit, with the way outward.
	rims []rim
	// seams may open; screws may rust.
	seams  [][]pt
	screws []pt
	// leaks is where liquid comes out, foot where it reaches the ground, in units.
	leaks pt
	foot  pt
}

// rim is a place on the outline.
type rim struct{ at, out pt }

func newScene(spec Spec) *scene {
	d := newDice(spec.Seed, streamScene)
	w, h := spec.size(), spec.size()*3/4
	if d.chance(.25) {
		w, h = h, w
	}
	s := &scene{canvas: newCanvas(w, h), d: d, hurt: newDice(spec.Seed, streamDamage), wear: spec.severity()}
	s.k = float32(spec.size()) / 480
	s.sun = polar(1, d.between(-2.6, -.5))
	switch spec.Symptom {
	case Dent:
		s.bends = true
	case Corrosion:
		s.rusty = true
	case Missing:
		s.part = partGone
	case Loose:
		s.part = partLoose
	}
	return s
}

// fit says how much of the picture a product fills: under 1 with air around it, above 1
// cropped.
type fit struct{ lo, hi float32 }

// place lays a flat product of w by h units into the picture: turned, seen slightly from
// one side, filling the picture as fit says.
func (s *scene) place(w, h float32, turn float32, fill fit) frame {
	zoom := min(float32(s.w)/w, float32(s.h)/h) * s.d.between(fill.lo, fill.hi)
	angle := s.d.around(0, turn)
	lean, skew := s.d.between(0, .16), s.d.around(0, .07)
	mid := pt{float32(s.w) * s.d.around(.5, .04), float32(s.h) * s.d.around(.5, .04)}
	var q [4]pt
	for i, p := range rect(-w/2, -h/2, w/2, h/2) {
		p = turned([]pt{p}, pt{}, angle)[0]
		depth := 1 + lean*p.y/h + skew*p.x/w
		q[i] = mid.add(p.mul(zoom * depth))
	}
	return newFrame(quadMap(w, h, q))
}

// upright is place for what stands on the floor: hardly turned, no lean.
func (s *scene) upright(w, h float32, fill fit) frame {
	zoom := min(float32(s.w)/w, float32(s.h)/h) * s.d.between(fill.lo, fill.hi)
	mid := pt{float32(s.w) * s.d.around(.5, .06), float32(s.h) * s.d.around(.52, .02)}
	angle, skew := s.d.around(0, .04), s.d.around(0, .05)
	var q [4]pt
	for i, p := range rect(-w/2, -h/2, w/2, h/2) {
		q[i] = mid.add(turned([]pt{p}, pt{}, angle)[0].mul(zoom * (1 + skew*p.x/w)))
	}
	return newFrame(quadMap(w, h, q))
}

// shadow darkens the ground on the side away from the light.
func (s *scene) shadow(f *frame, path []pt, far, alpha float32) {
	r, m := s.softMask(f, shifted(path, s.sun.mul(-far)), far*1.2)
	s.tint(r, m, rgb{.04, .035, .03}, alpha)
}

// thickness draws the edge of a flat thing of the given height and colour under path.
func (s *scene) thickness(f *frame, path []pt, height float32, c rgb) {
	d := pt{0, height}
	side := c.mul(.62)
	s.fill(f, shifted(path, d), plain(side, 1))
	for i, p := range path { // what the edge sweeps over
		q := path[(i+1)%len(path)]
		if q.x < p.x { // the lower sides of a clockwise path
			s.fill(f, []pt{p, p.add(d), q.add(d), q}, plain(side, 1))
		}
	}
}

// inside gives a place around the middle of the body, for damage to go.
func (s *scene) inside(w, h float32) pt {
	return pt{w * s.d.between(.3, .7), h * s.d.between(.3, .7)}
}

// boxRims gives places along a rectangle's sides and at its corners.
func boxRims(w, h float32) []rim {
	return []rim{
		{pt{0, 0}, pt{-.7, -.7}}, {pt{w, 0}, pt{.7, -.7}}, {pt{w, h}, pt{.7, .7}}, {pt{0, h}, pt{-.7, .7}},
		{pt{w * .4, 0}, pt{0, -1}}, {pt{w, h * .5}, pt{1, 0}}, {pt{w * .6, h}, pt{0, 1}}, {pt{0, h * .5}, pt{-1, 0}},
	}
}
