package photos

// scratch wears the surface: strokes on hard material, a rough pale patch on cloth and
// leather.
func (s *scene) scratch() {
	if s.body.mat == cloth || s.body.mat == leather {
		s.rub()
		return
	}
	f := &s.body.frame
	bare, cut := s.bare()
	angle := s.hurt.angle()
	for range 1 + int(2*s.wear+s.hurt.Float32()) {
		c := s.body.spot.add(polar(s.reach()*s.hurt.between(0, .5), s.hurt.angle()))
		for range int(s.amount(8, 14)) {
			p := c.add(polar(s.reach()*s.hurt.between(0, .35), s.hurt.angle()))
			length := s.reach() * s.hurt.between(.35, .7+.9*s.wear)
			s.stroke1(f, p, angle+s.hurt.around(0, .25), length, s.hurt.between(.55, 1+.65*s.wear), bare, cut)
		}
		angle += s.hurt.around(0, .9)
	}
	if s.wear > .3 {
		s.scuff(f, bare, angle)
	}
	s.chips(f, bare)
}

// bare gives the colour below the finish and that of a cut's shadow side.
func (s *scene) bare() (bare, cut rgb) {
	switch s.body.mat {
	case metal:
		if s.body.base.luma() > .6 {
			return grey(.34), grey(.08)
		}
		return rgb{.87, .87, .86}, grey(.12)
	case wood:
		if s.body.base.luma() > .5 {
			return s.body.base.mul(.42), s.body.base.mul(.25)
		}
		return rgb{.90, .80, .63}, s.body.base.mul(.35)
	case glass:
		return grey(.85), grey(.02)
	}
	if s.body.base.luma() > .6 {
		return s.body.base.mul(.48), grey(.25)
	}
	return s.body.base.mix(grey(1), .6), grey(.05)
}

// stroke1 draws one scratch: a thin, slightly bent line that starts and ends fine.
func (s *scene) stroke1(f *frame, mid pt, angle, length, half float32, bare, cut rgb) {
	from, bend := mid.sub(polar(length/2, angle)), s.hurt.around(0, .25)
	line := []pt{from}
	const steps = 9
	for i := range steps {
		from = from.add(polar(length/steps, angle+bend*(float32(i)/steps-.5)+s.hurt.around(0, .04)))
		line = append(line, from)
	}
	fine := func(t float32) float32 { return half * (.25 + 3*t*(1-t)) * .8 }
	s.stroke(f, shifted(line, s.sun.mul(half*.9)), fine, cut, .6)
	s.stroke(f, line, fine, bare, s.hurt.between(.7, 1))
}

// scuff is a field of fine strokes in one direction.
func (s *scene) scuff(f *frame, bare rgb, angle float32) {
	n, o := tile(), s.hurt.between(0, 200)
	r := s.reach() * s.amount(.3, .7)
	c := s.body.spot
	shape := s.blob(c, r*1.3, r*.8, .9)
	dir := polar(1, angle)
	s.area(f, c.x-2*r, c.y-2*r, c.x+2*r, c.y+2*r, func(u, v float32) (rgb, float32) {
		along, across := (u*dir.x+v*dir.y)*.12, (v*dir.x-u*dir.y)*2.6
		return bare, .8 * smooth(1, .5, shape(u, v)) * smooth(.5, .62, n.at(along+o, across))
	})
}

// chips are spots where the finish flaked off.
func (s *scene) chips(f *frame, bare rgb) {
	for range int(s.amount(1, 6)) {
		c := s.body.spot.add(polar(s.reach()*s.hurt.between(.1, .8), s.hurt.angle()))
		r := s.hurt.between(1.5, 3+3*s.wear)
		chip := s.ragged(c, r*1.2, r, .5, 8)
		s.fill(f, shifted(chip, s.sun.mul(1)), plain(grey(.05), .6))
		s.fill(f, chip, plain(bare, .95))
	}
}

// rub is worn cloth or leather: paler, rough, with loose fibres.
func (s *scene) rub() {
	f, n, o := &s.body.frame, tile(), s.hurt.between(0, 200)
	r := s.reach() * s.amount(.5, 1)
	c := s.body.spot
	pale := s.body.base.mix(rgb{.90, .84, .75}, .72)
	if s.body.base.luma() > .55 {
		pale = s.body.base.mul(.55)
	}
	shape := s.blob(c, r*1.3, r*.8, .8)
	s.area(f, c.x-2*r, c.y-2*r, c.x+2*r, c.y+2*r, func(u, v float32) (rgb, float32) {
		rough := smooth(.38, .62, n.at(u*2+o, v*2))
		return pale, (.35 + .6*rough) * smooth(1.05, .5, shape(u, v))
	})
	for range int(s.amount(30, 90)) {
		p := c.add(pt{s.hurt.around(0, r*1.1), s.hurt.around(0, r*.65)})
		hair := s.walk(p, s.hurt.angle(), s.hurt.between(4, 11), 3, .8)
		tone := pale.mul(s.hurt.between(.6, 1.15))
		s.line(f, hair, s.hurt.between(.5, 1.1), tone, .8)
	}
}
