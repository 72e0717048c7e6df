package photos

// dent pushes the surface in: at an edge or corner the outline gives way, elsewhere the
// light shows a hollow. Cardboard crumples.
func (s *scene) dent() {
	atRim := s.slim || s.hurt.chance(.45)
	switch s.body.mat {
	case wood, glass, cardboard:
		atRim = true
	}
	spot, ok := s.visibleRim()
	if atRim && ok {
		s.dentRim(spot)
		if s.body.mat != cardboard || s.wear < .5 {
			return
		}
	}
	r := s.reach() * s.amount(.38, .7)
	s.hollow(&s.body.frame, s.body.spot, r, s.amount(.6, 1))
	for range int(s.amount(0, 2.4)) {
		p := s.body.spot.add(polar(r*s.hurt.between(1, 1.8), s.hurt.angle()))
		s.hollow(&s.body.frame, p, r*s.hurt.between(.3, .55), s.amount(.5, .9))
	}
}

// hollow shades a dent: the wall that faces the light is bright, the other dark, with a
// sharp lip on one side.
func (s *scene) hollow(f *frame, c pt, r, depth float32) {
	squash, turn := s.hurt.between(.55, .95), polar(1, s.hurt.angle())
	n, o := tile(), s.hurt.between(0, 200)
	bright, dark := s.body.base.mix(grey(1), .72), s.body.base.mul(.14)
	if s.body.mat == cardboard { // paper has no gloss and no deep black
		bright, dark = s.body.base.mix(grey(1), .35), s.body.base.mul(.34)
	}
	s.area(f, c.x-2*r, c.y-2*r, c.x+2*r, c.y+2*r, func(u, v float32) (rgb, float32) {
		x, y := (u-c.x)/r, (v-c.y)/r
		a, b := x*turn.x+y*turn.y, (y*turn.x-x*turn.y)/squash
		q := hypot(a, b) * (1 + .4*(n.at(u*.5+o, v*.5)-.5))
		if q > 1.25 {
			return rgb{}, 0
		}
		steep := q * exp(-3.2*(q-.62)*(q-.62)*3) * smooth(1.25, .9, q)
		light := -depth * steep * (x*s.sun.x + y*s.sun.y) / max(q, .05) * 1.5
		if light > 0 {
			return bright, min(light*.75, .75)
		}
		return dark, min(-light*.8+.14*smooth(1, .3, q), .72)
	})
	if s.body.mat == cardboard || s.body.mat == metal {
		s.creases(f, c, r, 2+s.hurt.IntN(3))
	}
}

// creases are sharp folds across a dent.
func (s *scene) creases(f *frame, c pt, r float32, count int) {
	for range count {
		a := s.hurt.angle()
		line := s.walk(c.sub(polar(r*s.hurt.between(.3, .9), a)), a+s.hurt.around(0, .5), r*s.hurt.between(.7, 1.4), 7, .3)
		fine := func(t float32) float32 { return .4 + 3*t*(1-t) }
		s.stroke(f, shifted(line, s.sun.mul(1.6)), fine, grey(.02), .5)
		s.stroke(f, line, fine, grey(1), .45)
	}
}

// dentRim bends the outline inwards at a rim.
func (s *scene) dentRim(spot rim) {
	f := &s.body.frame
	r := s.reach() * s.amount(.55, .95)
	switch {
	case s.slim:
		r *= .8
	case s.body.mat == cardboard: // gives way further, and in folds
		r *= 1.35
	}
	at := f.to.apply(spot.at)
	out := f.to.apply(spot.at.add(spot.out)).sub(at).unit()
	px := r * f.scaleAt(spot.at)
	s.hollow(f, spot.at.sub(spot.out.mul(r*.45)), r*.8, s.amount(.7, 1.1))
	s.warp(at, px, out.mul(-px*s.amount(.3, .42)))
	if s.body.mat == wood {
		return
	}
	if !s.slim {
		s.creases(f, spot.at.sub(spot.out.mul(r*.75)), r*.6, 3+int(3*s.wear))
	}
}

// visibleRim picks one of the body's rims by lot among those well within the picture;
// false when a close-up shows none.
func (s *scene) visibleRim() (rim, bool) {
	for _, i := range s.hurt.Perm(len(s.body.rims)) {
		r := s.body.rims[i]
		p := s.body.to.apply(r.at)
		x, y := p.x/float32(s.w), p.y/float32(s.h)
		if min(x, 1-x) > .06 && min(y, 1-y) > .06 {
			return r, true
		}
	}
	return rim{}, false
}
