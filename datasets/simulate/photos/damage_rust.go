package photos

// rust eats the surface from its edges, its screws and the spot, and runs down.
func (s *scene) rust() {
	f, n, o := &s.body.frame, tile(), s.hurt.between(0, 200)
	seeds := s.rustSeeds()
	r := s.reach() * s.amount(.45, 1.05)
	x0, y0, x1, y1 := -s.body.w*.05, -s.body.h*.05, s.body.w*1.05, s.body.h*1.05
	for _, p := range seeds {
		if s.hurt.chance(.35 + .5*s.wear) {
			s.rustStreak(f, p, r)
		}
	}
	spread := 1 / (r * r)
	s.area(f, x0, y0, x1, y1, func(u, v float32) (rgb, float32) {
		near := float32(0)
		for _, p := range seeds {
			x, y := u-p.x, v-p.y
			near = max(near, 1-(x*x+y*y)*spread)
		}
		if near <= 0 {
			return rgb{}, 0
		}
		coarse, fine := n.at(u*.9+o, v*.9), n.at(u*3, v*3+o)
		eaten := .75*near + .9*(coarse-.5) + .5*(fine-.5)
		return rustColour(coarse, fine), .95 * smooth(.16, .42, eaten)
	})
	s.blisters(f, seeds, r)
}

// rustSeeds gives where corrosion starts: the spot, two of the screws, one rim.
func (s *scene) rustSeeds() []pt {
	seeds := []pt{s.body.spot}
	if r, ok := s.visibleRim(); ok {
		seeds = append(seeds, r.at)
	}
	for range 2 {
		if len(s.body.screws) > 0 {
			seeds = append(seeds, s.body.screws[s.hurt.IntN(len(s.body.screws))])
		}
	}
	return seeds
}

// rustColour runs from dark pits over brown to orange.
func rustColour(coarse, fine float32) rgb {
	c := rgb{.40, .17, .07}.mix(rgb{.66, .34, .14}, smooth(.35, .7, fine))
	return c.mix(rgb{.16, .08, .05}, .8*smooth(.55, .75, coarse)).mul(.85 + .4*(fine-.5))
}

// rustStreak is the brown water that ran down from a seed.
func (s *scene) rustStreak(f *frame, p pt, r float32) {
	n, o := tile(), s.hurt.between(0, 200)
	length, wide := r*s.hurt.between(1, 2.2), r*s.hurt.between(.15, .35)
	s.area(f, p.x-wide*1.5, p.y, p.x+wide*1.5, p.y+length, func(u, v float32) (rgb, float32) {
		t := (v - p.y) / length
		x := abs(u-p.x) / wide
		run := smooth(.4, .65, n.at(u*2.2+o, v*.06))
		return rgb{.55, .28, .12}, .7 * run * (1 - t) * smooth(1.3, .4, x)
	})
}

// blisters are paint that has lifted around the rust.
func (s *scene) blisters(f *frame, seeds []pt, r float32) {
	for range int(s.amount(5, 16)) {
		p := seeds[s.hurt.IntN(len(seeds))].add(polar(r*s.hurt.between(.5, 1.1), s.hurt.angle()))
		size := s.hurt.between(1.4, 3.2)
		s.fill(f, shifted(s.ragged(p, size, size, .3, 8), s.sun.mul(-1)), plain(grey(.05), .5))
		s.fill(f, s.ragged(p, size, size*.9, .3, 8), plain(rgb{.6, .3, .12}, .9))
	}
}
