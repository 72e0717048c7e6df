package photos

// drawBoard draws a drawer front or cabinet door of wood with a bar handle.
func drawBoard(s *scene) {
	s.ground()
	d := s.d
	w, h := d.between(300, 340), d.between(180, 215)
	f := s.place(w, h, .2, fit{.84, 1.14})
	texture := woodTexture(d)
	edge := rounded(0, 0, w, h, 3)
	s.shadow(&f, edge, 11, .6)
	s.thickness(&f, edge, 8, texture(10, 10))
	s.fill(&f, edge, solid(texture))
	s.bevel(&f, edge, 2.2)
	if d.chance(.5) { // raised middle
		inner := rect(24, 24, w-24, h-24)
		s.fill(&f, inner, solid(func(u, v float32) rgb { return texture(u+60, v+31).mul(1.05) }))
		s.bevel(&f, inner, 3)
	}
	s.body = body{
		frame: f, w: w, h: h, outline: edge, whole: s.coverage(f.path(edge), f.path(shifted(edge, pt{0, 8}))),
		mat: wood, base: texture(w/2, h/2), spot: pt{w * d.between(.3, .7), h * d.between(.5, .78)},
		rims: boxRims(w, h), leaks: pt{w * .5, h * .8}, foot: pt{w * .5, h},
		seams: [][]pt{{{w * .2, h * .6}, {w * .8, h * .6}}},
	}
	s.boardHandle(&f, w, h)
}

// boardHandle draws a bar on two posts, or the two holes and the pale patch it leaves.
func (s *scene) boardHandle(f *frame, w, h float32) {
	half, y := s.d.between(42, 62), h*.27
	a, b := pt{w/2 - half, y}, pt{w/2 + half, y}
	c := s.d.pick(grey(.72), rgb{.75, .62, .35}, grey(.16))
	bar := rounded(a.x-12, y-7, b.x+12, y+7, 7)
	s.body.screws = []pt{a, b}
	s.fitPart(f, bar, a, func() {
		s.soft(f, bar, 3, plain(rgb{.95, .86, .7}, .3))
		for _, p := range []pt{a, b} {
			s.soft(f, circle(p, 11), 3, plain(grey(.1), .35))
			s.hole(f, p, 5)
		}
	}, func(g *frame) {
		s.fill(g, bar, func(u, v float32) (rgb, float32) {
			t := (v - y) / 7
			return c.mul(1.05 - .5*t*t - .3*t).add(.12 * exp(-12*(t+.4)*(t+.4))), 1
		})
		for _, p := range []pt{a, b} {
			s.line(g, []pt{p.sub(pt{9, 0}).add(pt{0, -7}), p.sub(pt{9, 0}).add(pt{0, 7})}, 1.3, grey(0), .4)
		}
	})
}
