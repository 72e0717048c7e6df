package photos

// stain spoils the colour: a spill with a tide line and drops, or a bleached or yellowed
// patch.
func (s *scene) stain() {
	f := &s.body.frame
	c := s.body.spot
	r := s.reach() * s.amount(.45, .95)
	if s.slim {
		r *= .7
	}
	tint, strength := s.stainColour()
	s.spill(f, c, r, tint, strength)
	for range 2 + int(4*s.wear) {
		p := c.add(polar(r*s.hurt.between(1, 1.7), s.hurt.angle()))
		s.spill(f, p, r*s.hurt.between(.06, .22), tint, strength)
	}
}

// stainColour picks a spill that stands out against the body.
func (s *scene) stainColour() (rgb, float32) {
	if s.body.mat == glass {
		return s.hurt.pick(rgb{.75, .35, .85}, rgb{.9, .85, .3}, rgb{.2, .9, .5}), .75 // panel fault
	}
	tint := s.hurt.pick(rgb{.25, .14, .06}, rgb{.12, .11, .10}, rgb{.12, .13, .38}, rgb{.42, .09, .12})
	if s.body.base.luma() < .42 {
		tint = s.hurt.pick(rgb{.78, .75, .70}, rgb{.72, .60, .42}, rgb{.60, .66, .60})
	}
	return tint, s.amount(.58, .85)
}

// spill is one blob: even inside, darker rim, soft ragged edge.
func (s *scene) spill(f *frame, c pt, r float32, tint rgb, strength float32) {
	shape := s.blob(c, r*s.hurt.between(.9, 1.35), r*s.hurt.between(.7, 1), .75)
	n, o := tile(), s.hurt.between(0, 200)
	s.area(f, c.x-2.2*r, c.y-2.2*r, c.x+2.2*r, c.y+2.2*r, func(u, v float32) (rgb, float32) {
		q := shape(u, v)
		if q > 1.1 {
			return rgb{}, 0
		}
		body := .68 + .5*(n.at(u*.6+o, v*.6)-.5) + .35*smooth(.74, .97, q)
		return tint, clamp01(strength*body) * smooth(1.06, .96, q)
	})
}
