package photos

// drawPanel draws a sheet metal panel: brushed or painted, screws, louvres and a cover
// plate that can come off.
func drawPanel(s *scene) {
	s.ground()
	d := s.d
	w, h := d.between(290, 330), d.between(190, 225)
	f := s.place(w, h, .22, fit{.84, 1.12})
	base := d.pick(rgb{.66, .67, .69}, rgb{.72, .73, .73})
	texture := brushedTexture(d, base)
	if d.chance(.55) {
		base = d.pick(rgb{.85, .86, .84}, rgb{.32, .42, .52}, rgb{.62, .16, .14}, rgb{.27, .45, .33}, rgb{.75, .62, .2})
		texture = paintTexture(d, base, .12)
	}
	edge := rounded(0, 0, w, h, 9)
	s.shadow(&f, edge, 9, .6)
	s.thickness(&f, edge, 5, base)
	s.fill(&f, edge, solid(texture))
	s.bevel(&f, edge, 1.6)
	s.body = body{
		frame: f, w: w, h: h, outline: edge, whole: s.coverage(f.path(edge), f.path(shifted(edge, pt{0, 5}))),
		mat: metal, base: base, spot: pt{w * d.between(.25, .5), h * d.between(.3, .75)}, rims: boxRims(w, h),
	}
	for i := range 5 { // louvres
		y := h*.2 + float32(i)*11
		slot := rounded(w*.12, y, w*.12+52, y+4.5, 2)
		s.fill(&f, slot, plain(grey(.07), 1))
		s.line(&f, []pt{{w*.12 + 2, y + 5.4}, {w*.12 + 50, y + 5.4}}, 1.2, grey(1), .4)
	}
	corners := []pt{{16, 16}, {w - 16, 16}, {w - 16, h - 16}, {16, h - 16}}
	for i, p := range corners {
		if i == 2 && s.part == partGone {
			s.hole(&f, p, 6)
			continue
		}
		s.screw(&f, p, 6.5)
	}
	s.panelCover(&f, w, h, base)
	s.body.screws = corners
	s.body.leaks, s.body.foot = pt{w * .7, h * .5}, pt{w * .7, h * .9}
	s.body.seams = [][]pt{{{w * .1, h * .8}, {w * .5, h * .8}}}
}

// panelCover draws the service cover with its screws, or the opening behind it.
func (s *scene) panelCover(f *frame, w, h float32, base rgb) {
	x0, y0, x1, y1 := w*.53, h*.22, w*.9, h*.72
	plate := rounded(x0, y0, x1, y1, 5)
	texture := paintTexture(s.d, base.mul(.86), .1)
	holes := []pt{{x0 + 9, y0 + 9}, {x1 - 9, y0 + 9}, {x1 - 9, y1 - 9}, {x0 + 9, y1 - 9}}
	s.fitPart(f, plate, holes[0], func() {
		s.socket(f, rounded(x0+5, y0+5, x1-5, y1-5, 4), grey(.09))
		for i := range 4 { // wires
			y := y0 + 18 + float32(i)*13
			wire := []pt{{x0 + 6, y}, {x0 + 40, y + s.hurt.around(0, 12)}, {x1 - 40, y + s.hurt.around(0, 12)}, {x1 - 6, y + 3}}
			s.line(f, wire, 2.6, s.hurt.pick(rgb{.7, .15, .12}, rgb{.15, .25, .6}, rgb{.75, .65, .15}, grey(.3)), .95)
		}
		for _, p := range holes {
			s.hole(f, p, 3.4)
		}
	}, func(g *frame) {
		s.fill(g, plate, solid(texture))
		s.bevel(g, plate, 1.4)
		for i, p := range holes {
			if s.part == partLoose && i > 0 {
				s.hole(g, p, 3.4)
				continue
			}
			s.screw(g, p, 4.6)
		}
		s.print(g, x0+26, y0+24, x1-26, y1-18, grey(.15))
	})
}

// bevel lights the edges that face the light and darkens the others.
func (s *scene) bevel(f *frame, path []pt, width float32) {
	n := len(path)
	for i, p := range path {
		q := path[(i+1)%n]
		out := q.sub(p).unit().normal().mul(-1) // clockwise paths on a picture
		lit := out.x*s.sun.x + out.y*s.sun.y
		c, alpha := grey(1), lit*.55
		if lit < 0 {
			c, alpha = grey(0), -lit*.45
		}
		s.line(f, []pt{p, q}, width, c, alpha)
	}
}
