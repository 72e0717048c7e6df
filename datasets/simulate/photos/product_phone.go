package photos

// drawPhone draws a phone with a lit or dark screen and a home button.
func drawPhone(s *scene) {
	s.ground()
	d := s.d
	w, h := float32(300), d.between(146, 160)
	f := s.place(w, h, .5, fit{.8, 1.0})
	rim := d.pick(grey(.75), grey(.15), rgb{.78, .66, .5})
	edge := rounded(0, 0, w, h, 20)
	s.shadow(&f, edge, 8, .65)
	s.thickness(&f, edge, 5, rim)
	s.fill(&f, edge, plain(rim, 1))
	s.bevel(&f, edge, 2)
	s.body = body{
		frame: f, w: w, h: h, outline: edge, whole: s.coverage(f.path(edge), f.path(shifted(edge, pt{0, 5}))),
		mat: glass, base: grey(.12), spot: pt{w * d.between(.25, .7), h * d.between(.3, .7)}, rims: boxRims(w, h),
		seams: [][]pt{{{w * .1, 4}, {w * .9, 4}}}, leaks: pt{w * .5, h * .9}, foot: pt{w * .5, h},
		screws: []pt{{w - 22, h / 2}},
	}
	screen := s.phoneScreen(w, h)
	if s.part != partLoose {
		screen(&f)
	} else { // the front has come out of the frame
		s.fill(&f, rounded(4, 4, w-4, h-4, 17), plain(grey(.03), 1))
		for i := range 6 {
			x := 20 + float32(i)*46
			s.fill(&f, rect(x, 8, x+30, h*.4), plain(s.hurt.pick(rgb{.1, .3, .18}, grey(.3), rgb{.5, .42, .2}), .9))
		}
		g := f.moved(pt{w, h}, .05+.09*s.wear, pt{-2, 5 + 6*s.wear})
		s.shadow(&g, edge, 9, .7)
		screen(&g)
	}
}

// phoneScreen picks the picture on the screen and gives the function that draws glass,
// picture and button.
func (s *scene) phoneScreen(w, h float32) func(g *frame) {
	top := s.d.pick(rgb{.15, .3, .6}, rgb{.6, .35, .5}, rgb{.1, .45, .4}, rgb{.2, .2, .25})
	low := s.d.pick(rgb{.7, .5, .35}, rgb{.2, .1, .35}, rgb{.05, .1, .2})
	lit := s.d.chance(.7)
	icons := make([]rgb, 15)
	for i := range icons {
		icons[i] = s.d.pick(rgb{.9, .3, .25}, rgb{.25, .7, .35}, rgb{.95, .75, .2}, rgb{.3, .5, .9}, grey(.92))
	}
	shine := s.d.between(60, 220)
	return func(g *frame) {
		s.fill(g, rounded(4, 4, w-4, h-4, 17), plain(grey(.045), 1))
		view := rect(28, 11, w-44, h-11)
		s.fill(g, view, func(u, v float32) (rgb, float32) {
			c := top.mix(low, u/w).mul(.9 + .2*v/h)
			if !lit {
				c = grey(.05)
			}
			return c, 1
		})
		for i, c := range icons {
			x, y := 44+float32(i/3)*42, 22+float32(i%3)*(h-44)/2.7
			if lit {
				s.fill(g, rounded(x, y, x+24, y+24, 6), plain(c, .9))
			}
		}
		s.fill(g, []pt{{shine, 4}, {shine + 46, 4}, {shine - 4, h - 4}, {shine - 50, h - 4}}, plain(grey(1), .07))
		s.phoneButton(g, pt{w - 23, h / 2})
	}
}

func (s *scene) phoneButton(g *frame, p pt) {
	if s.part == partGone {
		s.hole(g, p, 17)
		s.fill(g, rect(p.x-6, p.y-7, p.x+6, p.y+7), plain(rgb{.85, .7, .25}, 1))
		s.line(g, []pt{{p.x - 9, p.y + 2}, {p.x + 9, p.y + 4}}, 2.4, rgb{.6, .35, .1}, .9)
		return
	}
	s.fill(g, circle(p, 13), plain(grey(.3), 1))
	s.fill(g, circle(p, 11), plain(grey(.1), 1))
	s.line(g, append(rounded(p.x-4, p.y-4, p.x+4, p.y+4, 1), pt{p.x + 4, p.y - 3}), 1.2, grey(.6), .9)
}
