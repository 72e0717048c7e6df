package photos

// screw draws a screw's head with its drive.
func (s *scene) screw(f *frame, p pt, r float32) {
	s.shadow(f, circle(p, r), 1.6, .5)
	s.fill(f, circle(p, r), func(u, v float32) (rgb, float32) {
		return grey(.62 - .22*((u-p.x)*s.sun.x+(v-p.y)*s.sun.y)/-r), 1
	})
	a := s.d.angle()
	for _, turn := range []float32{a, a + 1.5708} {
		e := polar(r*.62, turn)
		s.line(f, []pt{p.sub(e), p.add(e)}, r*.28, grey(.14), .9)
	}
}

// hole draws an empty hole: dark, with a lit lower lip.
func (s *scene) hole(f *frame, p pt, r float32) {
	s.fill(f, circle(p.sub(s.sun.mul(r*.18)), r*1.16), plain(grey(.92), .5))
	s.fill(f, circle(p, r), plain(grey(.05), 1))
	s.soft(f, circle(p.sub(s.sun.mul(r*.35)), r*.5), r*.5, plain(grey(.22), .8))
}

// socket draws what a part leaves: a recess of the part's outline with an unworn floor.
func (s *scene) socket(f *frame, path []pt, c rgb) {
	s.fill(f, path, plain(c, 1))
	s.soft(f, shifted(path, s.sun.mul(3)), 5, plain(grey(0), .28))
	closed := append(append([]pt(nil), path...), path[0])
	s.line(f, closed, 2.2, grey(.08), .75)
	s.line(f, shifted(closed, s.sun.mul(-1.6)), 1.2, grey(1), .45)
}

// stitches draws a sewn line.
func (s *scene) stitches(f *frame, line []pt, pitch, width float32, c rgb) {
	walkLine(line, pitch, func(p, dir pt) {
		e := dir.mul(pitch * .33)
		s.line(f, []pt{p.sub(e).add(pt{.6, .9}), p.add(e).add(pt{.6, .9})}, width, grey(0), .35)
		s.line(f, []pt{p.sub(e), p.add(e)}, width, c, .95)
	})
}

// walkLine visits places every pitch units along a line.
func walkLine(line []pt, pitch float32, visit func(p, dir pt)) {
	left := pitch / 2
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		length, dir := b.sub(a).length(), b.sub(a).unit()
		at := left
		for ; at < length; at += pitch {
			visit(a.add(dir.mul(at)), dir)
		}
		left = at - length
	}
}

// print draws lines that look like small text, and a barcode at the bottom.
func (s *scene) print(f *frame, x0, y0, x1, y1 float32, c rgb) {
	h := (y1 - y0) / 7
	for row := range 4 {
		y := y0 + h*(.7+float32(row))
		for x := x0 + h*.5; x < x1-h; {
			w := min(s.d.between(2, 13), x1-h*.4-x)
			s.fill(f, rect(x, y, x+w, y+h*.42), plain(c, .75))
			x += w + 2.5
			if s.d.chance(.09) {
				break
			}
		}
	}
	for x := x0 + h*.6; x < x1-h*.6; {
		w := s.d.between(.6, 2.2)
		s.fill(f, rect(x, y1-h*2.1, x+w, y1-h*.5), plain(c, .9))
		x += w + s.d.between(.8, 2)
	}
}
