package photos

// drawPlastic draws an appliance's housing: a display, a key pad and a grille.
func drawPlastic(s *scene) {
	s.ground()
	d := s.d
	w, h := d.between(290, 320), d.between(185, 210)
	f := s.place(w, h, .25, fit{.84, 1.12})
	base := d.pick(grey(.88), grey(.16), rgb{.78, .76, .70}, rgb{.22, .34, .5}, rgb{.85, .45, .15}, grey(.5))
	edge := rounded(0, 0, w, h, 26)
	s.shadow(&f, edge, 11, .6)
	s.thickness(&f, edge, 9, base)
	s.fill(&f, edge, solid(paintTexture(d, base, .14)))
	s.bevel(&f, edge, 3)
	s.line(&f, append(rounded(9, 9, w-9, h-9, 20), pt{w - 9, 29}), 1, grey(0), .25)
	s.body = body{
		frame: f, w: w, h: h, outline: edge, whole: s.coverage(f.path(edge), f.path(shifted(edge, pt{0, 9}))),
		mat: plastic, base: base, spot: pt{w * d.between(.2, .42), h * d.between(.5, .75)}, rims: boxRims(w, h),
		seams: [][]pt{{{w * .1, h * .9}, {w * .9, h * .9}}}, leaks: pt{w * .3, h * .36}, foot: pt{w * .3, h * .92},
		screws: []pt{{24, 24}, {w - 24, h - 24}},
	}
	display := rounded(w*.1, h*.14, w*.5, h*.36, 4)
	s.fill(&f, display, func(u, v float32) (rgb, float32) { return rgb{.25, .34, .3}.mul(1.15 - v/h*.7), 1 })
	s.bevel(&f, display, 2)
	s.print(&f, w*.13, h*.16, w*.45, h*.35, grey(.04))
	for i := range 7 {
		x := w*.12 + float32(i)*11
		s.fill(&f, rounded(x, h*.7, x+4.5, h*.88, 2), plain(grey(.04), .9))
	}
	s.keys(&f, w, h, base)
}

// keys draws a pad of three by four keys; the one in the middle can be off or gone.
func (s *scene) keys(f *frame, w, h float32, base rgb) {
	c := base.mix(grey(.5), .75)
	if s.d.chance(.5) {
		c = s.d.pick(rgb{.2, .2, .22}, rgb{.92, .92, .9}, rgb{.3, .45, .6})
	}
	for i := range 12 {
		x, y := w*.57+float32(i%3)*36, h*.14+float32(i/3)*35
		key := rounded(x, y, x+30, y+28, 6)
		s.socket(f, rounded(x-2, y-2, x+32, y+30, 7), base.mul(.5))
		draw := func(g *frame) {
			s.fill(g, key, func(_, v float32) (rgb, float32) { return c.mul(1.12 - .3*(v-y)/28), 1 })
			s.bevel(g, key, 1.6)
			s.line(g, []pt{{x + 10, y + 14}, {x + 20, y + 14}}, 2.4, grey(.5).mix(c, -.6), .9)
		}
		if i != 4 {
			draw(f)
			continue
		}
		s.fitPart(f, key, pt{x + 4, y + 4}, func() {
			s.fill(f, rounded(x-1, y-1, x+31, y+29, 6), plain(grey(.04), 1))
			s.fill(f, circle(pt{x + 15, y + 14}, 7), plain(rgb{.35, .45, .4}, 1))
			s.fill(f, circle(pt{x + 15, y + 14}, 3.4), plain(grey(.75), 1))
		}, draw)
	}
}
