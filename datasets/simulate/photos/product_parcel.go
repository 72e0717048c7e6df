package photos

// drawParcel draws a shipping box with front, side and top, tape and address label.
func drawParcel(s *scene) {
	s.stands = true
	s.ground()
	d := s.d
	w, h := d.between(220, 270), d.between(130, 170)
	side := float32(1)
	if d.chance(.5) {
		side = -1
	}
	depth := pt{side * d.between(45, 80), -d.between(62, 88)}
	all := s.upright(w+80, h+130, fit{.82, 1.06})
	f := newFrame(all.to.times(homography{1, 0, 40 - depth.x*.5, 0, 1, 90, 0, 0, 1}))
	texture := cardboardTexture(d)
	tl, tr, br, bl := pt{0, 0}, pt{w, 0}, pt{w, h}, pt{0, h}
	near, low, far, outer := tr, br, bl, tl // the flank's corners on the front, and the others
	if side < 0 {
		near, low, far, outer = tl, bl, br, tr
	}
	flank := []pt{near, low, low.add(depth), near.add(depth)}
	top := []pt{tl, tr, tr.add(depth), tl.add(depth)}
	s.shadow(&f, []pt{bl, br, br.add(depth), bl.add(depth)}, 14, .55)
	s.shadow(&f, append(rect(0, 0, w, h), flank[2:]...), 9, .4)
	s.fill(&f, flank, func(u, v float32) (rgb, float32) { return texture(v, u).mul(.62), 1 })
	s.fill(&f, rect(0, 0, w, h), solid(func(u, v float32) rgb { return texture(u, v).mul(.9) }))
	s.parcelTop(&f, top, depth, w, texture)
	s.parcelFront(&f, w, h, texture)
	s.body = body{
		frame: f, w: w, h: h, outline: rect(0, 0, w, h), mat: cardboard, base: rgb{.68, .51, .34},
		whole: s.coverage(f.path(rect(0, 0, w, h)), f.path(flank), f.path(top)),
		spot:  s.inside(w, h), rims: []rim{{low, pt{side * .5, .8}}, {far, pt{-side * .7, .7}}, {outer, pt{-side * .8, -.5}}, {near.add(depth), pt{side * .7, -.7}}},
		seams: [][]pt{{tl, tr}}, leaks: pt{w * d.between(.3, .7), h * .75}, foot: pt{w * .5, h},
	}
}

// parcelTop draws the closed top with tape, or the flaps standing open.
func (s *scene) parcelTop(f *frame, top []pt, depth pt, w float32, texture texture) {
	if s.part == partLoose {
		s.parcelOpen(f, top, depth, w, texture)
		return
	}
	s.fill(f, top, solid(func(u, v float32) rgb { return texture(u, v).mul(1.13) }))
	s.line(f, []pt{depth.mul(.5), {w + depth.x*.5, depth.y * .5}}, 1.4, grey(.15), .6)
	a, b := depth.mul(.38), depth.mul(.62)
	s.fill(f, []pt{a, a.add(pt{w, 0}), b.add(pt{w, 0}), b}, plain(rgb{.80, .66, .42}, .8))
	s.line(f, []pt{{0, 0}, {w, 0}}, 1.6, rgb{.9, .78, .6}, .6)
}

// parcelOpen draws the inside and the flaps, each at its own angle.
func (s *scene) parcelOpen(f *frame, top []pt, depth pt, w float32, texture texture) {
	s.fill(f, top, plain(rgb{.12, .085, .055}, 1))
	s.soft(f, []pt{depth.mul(.5), depth.mul(.5).add(pt{w, 0}), top[2], top[3]}, 9, plain(rgb{.42, .31, .2}, .9))
	flap := func(a, b, reach pt, light float32) {
		j := s.hurt.around(0, 12)
		q := []pt{a, b, b.add(reach).add(pt{j, j * .3}), a.add(reach).sub(pt{j, 0})}
		s.fill(f, q, solid(func(u, v float32) rgb { return texture(u, v).mul(light) }))
		s.line(f, append(q, q[0]), 1.3, rgb{.3, .2, .12}, .7)
	}
	lift := .55 + .5*s.wear
	flap(top[3], top[2], pt{4, -46 * lift}, .8)
	flap(top[0], top[3], pt{-40 * lift, -22}, .95)
	flap(top[1], top[2], pt{42 * lift, -16}, 1.05)
	flap(top[0], top[1], pt{-6, 30 * lift}, 1.2)
}

// parcelFront draws the label, or the rest of its glue, and the handling marks.
func (s *scene) parcelFront(f *frame, w, h float32, texture texture) {
	d := s.d
	x, y := d.between(12, w*.35), d.between(12, h*.3)
	lw, lh := d.between(76, 100), d.between(52, 66)
	label := rect(x, y, x+lw, y+lh)
	if s.part == partGone {
		s.fill(f, label, solid(func(u, v float32) rgb { return texture(u, v).mul(1.05) }))
		s.rags(f, label, rgb{.9, .89, .86})
	} else {
		s.fill(f, label, plain(grey(.93), 1))
		s.print(f, x+3, y+3, x+lw-3, y+lh-3, grey(.12))
	}
	ax := min(x+lw+30, w-40)
	for i := range 2 { // this side up
		cx := ax + 17*float32(i)
		s.fill(f, []pt{{cx, h - 46}, {cx + 7, h - 36}, {cx + 2.5, h - 36}, {cx + 2.5, h - 20}, {cx - 2.5, h - 20}, {cx - 2.5, h - 36}, {cx - 7, h - 36}}, plain(grey(.1), .75))
	}
	s.line(f, []pt{{ax - 10, h - 15}, {ax + 27, h - 15}}, 2.5, grey(.1), .75)
}

// rags leaves torn bits of paper where a label was.
func (s *scene) rags(f *frame, label []pt, c rgb) {
	n, o := tile(), s.hurt.between(0, 200)
	s.fill(f, label, func(u, v float32) (rgb, float32) { return c, smooth(.5, .56, n.at(u*.9+o, v*.9)) })
}
