package photos

// tear opens the surface: along a seam or across the material, with frayed threads,
// torn paper or a raw leather edge.
func (s *scene) tear() {
	f := &s.body.frame
	mid, angle := s.body.spot, s.hurt.angle()
	length := s.reach() * s.amount(.7, 1.8)
	if len(s.body.seams) > 0 && s.body.mat != cardboard && s.hurt.chance(.5) {
		seam := s.body.seams[s.hurt.IntN(len(s.body.seams))]
		i := s.hurt.IntN(len(seam) - 1)
		mid, angle = seam[i].lerp(seam[i+1], .5), angleOf(seam[i+1].sub(seam[i]))
	}
	upper, lower := s.lips(mid, angle, length, s.amount(9, 22))
	opening := append(append([]pt(nil), upper...), reversed(lower)...)
	s.soft(f, opening, 7, plain(grey(0), .4))
	s.rawEdge(f, upper, lower)
	s.fill(f, opening, plain(grey(.05), 1))
	if s.body.mat == cloth && s.wear > .35 {
		s.stuffing(f, mid, angle, length)
	}
	if s.body.mat != cardboard {
		s.fray(f, upper, lower)
	}
	lip := s.body.base.mix(grey(1), .5)
	s.line(f, upper, 1.6, lip, .8)
	s.line(f, shifted(lower, pt{0, .8}), 1.8, lip, .9)
}

// lips gives the two sides of an opening, uneven and meeting at the ends.
func (s *scene) lips(mid pt, angle, length, wide float32) (upper, lower []pt) {
	const steps = 16
	dir := polar(1, angle)
	side := dir.normal()
	bend := s.hurt.around(0, .12) * length
	for i := range steps + 1 {
		t := float32(i) / steps
		bow := 4 * t * (1 - t)
		p := mid.add(dir.mul((t - .5) * length)).add(side.mul(bend * bow))
		jag := s.hurt.between(.45, 1.3)
		upper = append(upper, p.sub(side.mul(wide*.5*bow*jag)))
		lower = append(lower, p.add(side.mul(wide*.5*bow*s.hurt.between(.45, 1.3))))
	}
	return upper, lower
}

// rawEdge shows the inner layer around the opening: pale paper, leather's suede, weave.
func (s *scene) rawEdge(f *frame, upper, lower []pt) {
	raw := s.body.base.mix(rgb{.93, .87, .76}, .65)
	wide := float32(2)
	if s.body.mat == cardboard {
		wide = 7
	}
	edge := func(float32) float32 { return wide * s.hurt.between(.4, 1) }
	s.stroke(f, upper, edge, raw, .95)
	s.stroke(f, lower, edge, raw.mul(.88), .95)
}

// stuffing swells out of the opening.
func (s *scene) stuffing(f *frame, mid pt, angle, length float32) {
	for range int(s.amount(6, 15)) {
		p := mid.add(polar(length*s.hurt.around(0, .27), angle)).add(pt{s.hurt.around(0, 4), s.hurt.around(0, 4)})
		r := s.hurt.between(4, 8+5*s.wear)
		s.soft(f, s.ragged(p.add(pt{1, 2}), r, r*.8, .3, 9), 4, plain(grey(.3), .4))
		s.soft(f, s.ragged(p, r, r*.8, .3, 9), 3, plain(rgb{.93, .91, .86}, .9))
	}
}

// fray draws threads from both sides into and over the opening.
func (s *scene) fray(f *frame, upper, lower []pt) {
	for range int(s.amount(26, 60)) {
		a, b := upper, lower
		if s.hurt.chance(.5) {
			a, b = lower, upper
		}
		i := 1 + s.hurt.IntN(len(a)-2)
		across := b[i].sub(a[i]).unit()
		dir := angleOf(across) + s.hurt.around(0, .7)
		thread := s.walk(a[i], dir, s.hurt.between(3, 6+8*s.wear), 2.5, .5)
		tone := s.body.base.mix(grey(1), s.hurt.between(.15, .65))
		s.line(f, thread, s.hurt.between(.7, 1.4), tone, .9)
	}
}

func reversed(path []pt) []pt {
	out := make([]pt, len(path))
	for i, p := range path {
		out[len(path)-1-i] = p
	}
	return out
}
