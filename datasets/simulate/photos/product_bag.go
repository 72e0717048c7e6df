package photos

// drawBag draws a leather bag: body, flap with stitches, handle and clasp.
func drawBag(s *scene) {
	s.ground()
	d := s.d
	w, h := d.between(270, 300), d.between(200, 225)
	all := s.place(w, h+56, .14, fit{.88, 1.15})
	f := newFrame(all.to.times(homography{1, 0, 0, 0, 1, 56, 0, 0, 1}))
	base := d.pick(rgb{.45, .26, .14}, rgb{.62, .40, .22}, rgb{.17, .15, .15}, rgb{.42, .13, .13}, rgb{.72, .58, .42})
	texture := leatherTexture(d, base)
	edge := append([]pt{{10, 0}, {w - 10, 0}}, rounded(0, 20, w, h, 34)[7:21]...)
	s.bagHandle(&f, w, base)
	s.shadow(&f, edge, 12, .6)
	s.fill(&f, edge, solid(func(u, v float32) rgb {
		x := u/w*2 - 1
		return texture(u, v).mul(1.02 - .3*x*x*x*x - .22*smooth(h*.75, h, v))
	}))
	thread := base.mix(rgb{.95, .85, .65}, .6)
	low := []pt{{12, h * .6}, {14, h - 34}, {40, h - 13}, {w - 40, h - 13}, {w - 14, h - 34}, {w - 12, h * .6}}
	s.stitches(&f, low, 6.5, 1.5, thread)
	fl := []pt{{4, 0}, {w - 4, 0}, {w - 2, h * .36}, {w * .86, h * .5}, {w * .6, h * .55}, {w * .4, h * .55}, {w * .14, h * .5}, {2, h * .36}}
	s.shadow(&f, fl, 6, .5)
	s.fill(&f, fl, solid(func(u, v float32) rgb { return texture(u+70, v+40).mul(1.12 - .25*v/h) }))
	hem := []pt{{10, h * .34}, {w * .16, h*.5 - 9}, {w * .4, h*.55 - 9}, {w * .6, h*.55 - 9}, {w * .84, h*.5 - 9}, {w - 10, h * .34}}
	s.stitches(&f, hem, 6.5, 1.5, thread)
	s.body = body{
		frame: f, w: w, h: h, outline: edge, whole: s.coverage(f.path(edge), f.path(fl)), mat: leather, base: base,
		spot: pt{w * d.between(.25, .75), h * d.between(.66, .8)}, rims: boxRims(w, h),
		seams: [][]pt{low[1:5]}, leaks: pt{w * .5, h * .7}, foot: pt{w * .5, h}, screws: []pt{{w / 2, h * .48}},
	}
	s.clasp(&f, pt{w / 2, h * .5})
}

func (s *scene) bagHandle(f *frame, w float32, base rgb) {
	var arc []pt
	for i := range 13 {
		t := float32(i) / 12
		arc = append(arc, pt{w*.3 + w*.4*t, 8 - 210*t*(1-t)})
	}
	s.line(f, shifted(arc, s.sun.mul(-6)), 13, grey(0), .3)
	s.line(f, arc, 14, base.mul(.72), 1)
	s.line(f, arc, 8, base.mul(.95), 1)
	s.stitches(f, shifted(arc, pt{0, 4}), 6, 1.3, base.mix(grey(1), .5))
}

// clasp draws the metal lock, or the rivet holes and the unfaded leather under it.
func (s *scene) clasp(f *frame, p pt) {
	c := s.d.pick(rgb{.82, .68, .35}, grey(.75), grey(.3))
	plate := rounded(p.x-24, p.y-19, p.x+24, p.y+19, 6)
	s.fitPart(f, plate, pt{p.x - 18, p.y - 13}, func() {
		s.fill(f, plate, plain(s.body.base.mul(.62), .85))
		s.bevel(f, plate, 1.2)
		for _, o := range []pt{{-17, -12}, {17, -12}, {17, 12}, {-17, 12}} {
			s.hole(f, p.add(o), 3.6)
		}
	}, func(g *frame) {
		s.fill(g, plate, func(u, v float32) (rgb, float32) {
			t := (u + v - p.x - p.y) / 40
			return c.mul(.85 - .25*t).add(.3 * exp(-10*(t+.3)*(t+.3))), 1
		})
		s.bevel(g, plate, 2)
		s.fill(g, circle(p, 7), plain(c.mul(.5), 1))
		s.line(g, []pt{{p.x, p.y - 4}, {p.x, p.y + 4}}, 2.4, grey(.05), 1)
	})
}
