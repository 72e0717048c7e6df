package photos

import "math"

// drawBottle draws a bottle, jug or flask with label and cap.
func drawBottle(s *scene) {
	s.stands = true
	s.room(s.d.between(.55, .68))
	d := s.d
	w, h := d.between(84, 150), d.between(215, 265)
	f := s.upright(w+70, h+30, fit{.86, 1.02})
	f = newFrame(f.to.times(homography{1, 0, 35, 0, 1, 12, 0, 0, 1}))
	base := d.pick(grey(.9), rgb{.2, .4, .7}, rgb{.15, .4, .25}, rgb{.45, .25, .1}, rgb{.85, .8, .3}, rgb{.7, .72, .74})
	neck := w * d.between(.16, .32)
	edge := bottlePath(w, h, neck, h*d.between(.18, .42))
	gloss := d.between(.25, .5)
	n := tile()
	s.soft(&f, ellipse(pt{w/2 - s.sun.x*30, h - 2}, w*.62, 12), 12, plain(grey(.02), .6))
	s.fill(&f, edge, func(u, v float32) (rgb, float32) {
		x := u/w*2 - 1
		round := sqrt01(1 - x*x)
		l := .5 + .5*round + .3*x*s.sun.x
		shine := gloss*exp(-60*(x-.45*s.sun.x)*(x-.45*s.sun.x)) + .12*exp(-200*(x+.7)*(x+.7))
		return base.mul(l + .06*(n.at(u*.5, v*.5)-.5)).add(shine), 1
	})
	s.bottleLabel(&f, w, h)
	s.body = body{
		frame: f, w: w, h: h, outline: edge, whole: s.coverage(f.path(edge)), mat: plastic, base: base,
		spot:  pt{w * d.between(.35, .6), h * d.between(.5, .75)},
		rims:  []rim{{pt{0, h * .5}, pt{-1, 0}}, {pt{w, h * .55}, pt{1, 0}}, {pt{w, h * .8}, pt{1, 0}}, {pt{0, h * .8}, pt{-1, 0}}},
		seams: [][]pt{{{8, h * .9}, {w - 8, h * .9}}}, foot: pt{w * .5, h - 3},
		leaks: pt{w * d.between(.3, .7), h * d.between(.35, .6)}, screws: []pt{{w / 2, h * .3}},
	}
	s.cap(&f, w/2, neck)
}

// bottlePath gives a body with shoulders that run into a neck of the given half width.
func bottlePath(w, h, neck, shoulder float32) []pt {
	right := []pt{{w/2 + neck, 14}, {w/2 + neck, shoulder * .55}}
	for i := range 9 {
		t := float32(i) / 8
		right = append(right, pt{w/2 + neck + (w/2-neck)*sin(t*math.Pi/2), shoulder*.55 + shoulder*.6*(1-sqrt01(1-t*t))})
	}
	right = append(right, pt{w, h - 14}, pt{w - 4, h - 5}, pt{w - 13, h})
	out := append([]pt(nil), right...)
	for i := len(right) - 1; i >= 0; i-- {
		out = append(out, pt{w - right[i].x, right[i].y})
	}
	return out
}

func (s *scene) bottleLabel(f *frame, w, h float32) {
	c := s.d.pick(grey(.93), rgb{.95, .85, .3}, rgb{.8, .2, .2}, rgb{.2, .55, .75})
	y0, y1 := h*.48, h*.8
	s.fill(f, rect(1, y0, w-1, y1), func(u, _ float32) (rgb, float32) {
		x := u/w*2 - 1
		return c.mul(.55 + .5*sqrt01(1-x*x) + .25*x*s.sun.x), 1
	})
	s.fill(f, rect(w*.18, y0+8, w*.82, y0+26), plain(c.mul(.35), .9))
	s.print(f, w*.18, y0+30, w*.82, y1-4, grey(.12))
}

// cap draws the screw cap, or the open mouth with its thread.
func (s *scene) cap(f *frame, x, neck float32) {
	c := s.d.pick(grey(.95), rgb{.75, .1, .1}, rgb{.1, .25, .6}, grey(.12))
	r := neck + 5
	lid := rounded(x-r, -10, x+r, 26, 4)
	empty := func() {
		for i := range 3 {
			y := 17 + float32(i)*6
			s.line(f, []pt{{x - neck - 2, y + 1.5}, {x + neck + 2, y - 1.5}}, 2.2, s.body.base.mul(.6), 1)
			s.line(f, []pt{{x - neck - 2, y + 3.5}, {x + neck + 2, y + .5}}, 1.2, grey(1), .5)
		}
		s.fill(f, ellipse(pt{x, 13}, neck+1, neck*.32), plain(s.body.base.mul(.85).add(.1), 1))
		s.fill(f, ellipse(pt{x, 13}, neck-2, neck*.24), plain(grey(.04), 1))
	}
	s.fitPart(f, lid, pt{x - r, 26}, empty, func(g *frame) {
		s.fill(g, lid, func(u, v float32) (rgb, float32) {
			t := (u - x) / r
			ridge := .06 * sin(u*2.4) * smooth(-2, 2, v)
			return c.mul(.55 + .5*sqrt01(1-t*t) + .25*t*s.sun.x + ridge).add(.1 * smooth(2, -8, v)), 1
		})
	})
}

// sqrt01 is the square root, 0 below 0.
func sqrt01(x float32) float32 { return float32(math.Sqrt(float64(max(x, 0)))) }
