package photos

// burn chars the surface around a spot: black middle, brown halo, ash, soot that rose,
// and what heat does to the material.
func (s *scene) burn() {
	f, n, o := &s.body.frame, tile(), s.hurt.between(0, 200)
	c := s.body.spot
	r := s.reach() * s.amount(.45, .95)
	s.soot(f, c, r)
	shape := s.blob(c, r, r*s.hurt.between(.7, 1), .7)
	s.area(f, c.x-2.6*r, c.y-2.6*r, c.x+2.6*r, c.y+2.6*r, func(u, v float32) (rgb, float32) {
		q := shape(u, v)
		if q > 1.5 {
			return rgb{}, 0
		}
		ash := smooth(.56, .72, n.at(u*2.2+o, v*2.2)) * smooth(.8, .3, q)
		char := grey(.035).mix(grey(.42), .6*ash)
		halo := rgb{.30, .15, .05}
		col := char.mix(halo, smooth(.62, .95, q))
		return col, .97*smooth(1, .6, q) + .62*smooth(1.5, .9, q)*smooth(.6, 1, q)
	})
	switch s.body.mat {
	case cloth, leather, cardboard:
		s.burnHole(f, c, r*.45)
	case plastic, glass:
		s.bubbles(f, c, r)
	}
}

// soot is what the smoke left above the fire.
func (s *scene) soot(f *frame, c pt, r float32) {
	n, o := tile(), s.hurt.between(0, 200)
	length := r * s.amount(1.8, 3)
	s.area(f, c.x-1.6*r, c.y-length, c.x+1.6*r, c.y, func(u, v float32) (rgb, float32) {
		t := (c.y - v) / length
		x := abs(u-c.x+r*.6*(n.at(o, v*.6)-.5)) / (r * (.55 + .7*t))
		wisps := .55 + .9*(n.at(u*.7+o, v*.22)-.5)
		return grey(.05), clamp01(.85*wisps) * (1 - t) * smooth(1, .2, x)
	})
}

// burnHole goes through, with a glowing-brown edge.
func (s *scene) burnHole(f *frame, c pt, r float32) {
	s.fill(f, s.ragged(c, r*1.25, r*1.1, .3, 17), plain(rgb{.22, .10, .04}, .95))
	hole := s.ragged(c, r, r*.9, .35, 17)
	s.fill(f, hole, plain(grey(.02), 1))
	s.soft(f, shifted(hole, s.sun.mul(-r*.4)), r*.5, plain(grey(.3), .45))
}

// bubbles are blisters of molten plastic.
func (s *scene) bubbles(f *frame, c pt, r float32) {
	for range int(s.amount(7, 20)) {
		p := c.add(polar(r*sqrt01(s.hurt.Float32())*.95, s.hurt.angle()))
		size := s.hurt.between(2, 4.5+3*s.wear)
		s.fill(f, ellipse(p.sub(s.sun.mul(size*.4)), size, size*.85), plain(grey(0), .7))
		s.fill(f, ellipse(p, size*.9, size*.75), plain(s.body.base.mul(.3).add(.04), .95))
		s.fill(f, circle(p.add(s.sun.mul(size*.4)), size*.25), plain(grey(.9), .75))
	}
}
