package photos

// drawFabric draws a cushion: woven cloth, piping seams and a row of buttons.
func drawFabric(s *scene) {
	s.ground()
	d := s.d
	w, h := d.between(300, 340), d.between(215, 245)
	f := s.place(w, h, .3, fit{.86, 1.25})
	base := d.pick(rgb{.30, .38, .52}, rgb{.62, .58, .50}, rgb{.55, .25, .25}, rgb{.35, .45, .35}, rgb{.75, .70, .62}, rgb{.33, .33, .36})
	weave := clothTexture(d, base)
	edge := cushion(w, h, 0)
	s.shadow(&f, edge, 12, .6)
	s.fill(&f, edge, solid(func(u, v float32) rgb {
		x, y := u/w*2-1, v/h*2-1
		swell := (1 - x*x*x*x) * (1 - y*y*y*y)
		slope := -(x*x*x*s.sun.x + y*y*y*s.sun.y) * -.28
		return weave(u, v).mul(.6 + .42*swell + slope)
	}))
	piping := cushion(w, h, 14)
	piping = append(piping, piping[0])
	s.line(&f, shifted(piping, pt{1, 2}), 4, grey(0), .3)
	s.line(&f, piping, 3, base.mul(1.15), 1)
	seam := []pt{{w * .08, h * .74}, {w * .35, h * .75}, {w * .65, h * .74}, {w * .92, h * .75}}
	s.line(&f, seam, 2.4, grey(0), .4)
	s.stitches(&f, shifted(seam, pt{0, 4}), 7, 1.5, base.mix(grey(1), .5))
	s.body = body{
		frame: f, w: w, h: h, outline: edge, whole: s.coverage(f.path(edge)), mat: cloth, base: base,
		spot: pt{w * d.between(.3, .7), h * d.between(.5, .7)}, rims: boxRims(w, h),
		seams: [][]pt{seam}, leaks: pt{w * .5, h * .6}, foot: pt{w * .5, h},
	}
	for i := range 3 {
		s.button(&f, pt{w * (.25 + .25*float32(i)), h * .3}, i == 1)
	}
}

// cushion gives a rectangle with drawn-in sides, inset by in.
func cushion(w, h, in float32) []pt {
	corners := rect(in, in, w-in, h-in)
	var out []pt
	for i, a := range corners {
		b := corners[(i+1)%4]
		pull := b.sub(a).unit().normal().mul(8)
		for k := range 10 {
			t := float32(k) / 10
			out = append(out, a.lerp(b, t).add(pull.mul(4*t*(1-t))))
		}
	}
	return out
}

// button draws a sewn button in its dimple. The one that can be lost hangs on its thread
// when loose, and leaves thread ends when gone.
func (s *scene) button(f *frame, p pt, detachable bool) {
	s.soft(f, circle(p, 24), 14, plain(grey(0), .35))
	c := s.d.pick(rgb{.85, .82, .75}, rgb{.25, .18, .14}, rgb{.6, .5, .35})
	turn := s.d.angle()
	draw := func(g *frame) {
		s.fill(g, circle(p, 15), func(u, v float32) (rgb, float32) {
			r := hypot(u-p.x, v-p.y) / 15
			return c.mul(.85 + .3*smooth(.95, .7, r) - .2*smooth(.7, .6, r)*smooth(.5, .6, r)), 1
		})
		for i := range 4 {
			s.fill(g, circle(p.add(polar(4.5, turn+float32(i)*1.57)), 1.7), plain(grey(.05), .9))
		}
	}
	if !detachable || s.part == partOK {
		s.shadow(f, circle(p, 15), 3, .5)
		draw(f)
		return
	}
	threads := func(n int) {
		s.hole(f, p, 3)
		for range n {
			a := s.hurt.angle()
			m := p.add(polar(9, a))
			s.line(f, []pt{p, m, m.add(polar(s.hurt.between(6, 16), a+s.hurt.around(0, 1.2)))}, 1.5, grey(.93), .95)
		}
	}
	threads(6)
	if s.part == partLoose {
		drop := polar(26+14*s.wear, s.hurt.between(.6, 2.4))
		s.line(f, []pt{p, p.add(drop.mul(.5)).add(pt{5, 0}), p.add(drop)}, 1.6, grey(.93), 1)
		g := f.moved(p, s.hurt.angle(), drop)
		s.shadow(&g, circle(p, 15), 6, .6)
		draw(&g)
	}
}
