package photos

// crack breaks the surface: a web of lines in glass, a branching gap elsewhere. A chair
// breaks at a leg, which its own drawing does.
func (s *scene) crack() {
	switch {
	case s.broken:
		return
	case s.body.mat == glass:
		s.web(s.body.spot, s.amount(60, 190))
		if s.wear > .6 {
			s.web(pt{s.body.w * s.hurt.between(.1, .9), s.body.h * s.hurt.between(.1, .9)}, s.amount(30, 90))
		}
	default:
		s.fissure()
	}
}

// fissure is a gap that runs through the spot and branches.
func (s *scene) fissure() {
	f := &s.body.frame
	length := s.reach() * s.amount(.8, 2.3)
	angle, wobble := s.hurt.angle(), float32(.75)
	if s.body.mat == wood { // along the grain
		angle, wobble = s.hurt.around(0, .12), .35
	}
	half := s.amount(1.3, 3.6)
	start := s.body.spot.sub(polar(length/2, angle))
	if s.wear > .55 {
		s.breakOut(f, s.body.spot, half*s.hurt.between(3, 4.5))
	}
	s.branch(f, start, angle, length, half, wobble, 3)
}

// branch draws a crack and its branches, each thinner.
func (s *scene) branch(f *frame, from pt, angle, length, half, wobble float32, depth int) {
	line := s.walk(from, angle, length, 6, wobble)
	s.gap(f, line, half)
	if depth == 0 {
		return
	}
	for range 2 + s.hurt.IntN(2) {
		i := 1 + s.hurt.IntN(max(1, len(line)-2))
		turn := s.hurt.between(.35, 1)
		if s.hurt.chance(.5) {
			turn = -turn
		}
		s.branch(f, line[i], angle+turn*wobble*1.3, length*s.hurt.between(.2, .42), half*.55, wobble, depth-1)
	}
}

// gap draws one crack line: soft shadow, dark core, lit edge.
func (s *scene) gap(f *frame, line []pt, half float32) {
	taper := func(t float32) float32 { return half * (.15 + 3.4*t*(1-t)*(1-.5*t)) }
	wide := func(t float32) float32 { return taper(t) + 1.3 }
	s.fill(f, ribbon(line, wide), plain(grey(0), .22))
	s.fill(f, shifted(ribbon(line, taper), s.sun.mul(-half*.75)), plain(s.body.base.mix(grey(1), .6), .75))
	s.fill(f, ribbon(line, taper), plain(grey(.03), .95))
}

// breakOut draws a hole where a piece has come off.
func (s *scene) breakOut(f *frame, c pt, r float32) {
	hole := s.ragged(c, r*1.3, r, .5, 11)
	raw := s.body.base.mix(grey(1), .45)
	s.fill(f, s.ragged(c, r*1.65, r*1.3, .35, 11), plain(raw, .85))
	s.fill(f, hole, plain(grey(.04), 1))
	s.soft(f, shifted(hole, s.sun.mul(-r*.35)), r*.4, plain(grey(.2), .5))
}

// web is an impact in glass: rays, rings between them, splinters that catch light.
func (s *scene) web(c pt, r float32) {
	f := &s.body.frame
	rays := make([][]pt, 9+s.hurt.IntN(6))
	for i := range rays {
		a := (float32(i) + s.hurt.around(0, .35)) * 6.2832 / float32(len(rays))
		rays[i] = s.walk(c, a, r*s.hurt.between(.55, 1.15), 7, .28)
	}
	for i, a := range rays {
		b := rays[(i+1)%len(rays)]
		for k := 1; k < min(len(a), len(b))-1; k++ {
			if s.hurt.chance(.28 - .012*float32(k)) {
				s.sliver(f, []pt{a[k], a[k+1], b[k+1], b[k]})
			}
			if s.hurt.chance(.62 - .03*float32(k)) {
				s.glint(f, []pt{a[k], a[k].lerp(b[k], .5).add(polar(1.5, s.hurt.angle())), b[k]}, .55)
			}
		}
	}
	for _, line := range rays {
		s.glint(f, line, 1)
	}
	s.fill(f, s.ragged(c, 8, 7, .5, 9), plain(grey(.9), .75))
	s.fill(f, s.ragged(c, 4, 4, .5, 7), plain(grey(.08), .9))
}

// glint is one line in glass: bright with a dark companion.
func (s *scene) glint(f *frame, line []pt, weight float32) {
	thin := func(t float32) float32 { return weight * (.9 - .55*t) }
	s.stroke(f, shifted(line, pt{1, 1.1}), thin, grey(0), .55)
	s.stroke(f, line, thin, grey(.94), s.hurt.between(.65, .95))
}

func (s *scene) sliver(f *frame, quad []pt) {
	s.fill(f, quad, plain(grey(s.hurt.between(0, 1)), s.hurt.between(.1, .32)))
}
