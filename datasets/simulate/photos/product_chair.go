package photos

// drawChair draws a chair of wood or painted metal in front of a wall. One back slat can
// be crooked or gone; one leg can be broken (see crack) .
func drawChair(s *scene) {
	s.stands = true
	s.slim = true
	s.room(s.d.between(.52, .64))
	d := s.d
	w, h := float32(190), float32(300)
	f := s.upright(w, h, fit{.9, 1.1})
	texture, mat := woodTexture(d), wood
	if d.chance(.45) || s.rusty {
		base := d.pick(rgb{.75, .76, .76}, rgb{.25, .4, .35}, rgb{.7, .2, .15}, grey(.2))
		texture, mat = paintTexture(d, base, .1), metal
	}
	limb := func(a, b pt, width, light float32) []pt {
		dir := b.sub(a).unit().normal().mul(width / 2)
		path := []pt{a.add(dir), b.add(dir.mul(.8)), b.sub(dir.mul(.8)), a.sub(dir)}
		s.fill(&f, path, solid(func(u, v float32) rgb {
			t := ((u-a.x)*dir.x + (v-a.y)*dir.y) / (width * width / 4)
			return texture(v*1.5, u*1.5).mul(light * (1.02 - .3*t*t - .14*t))
		}))
		return path
	}
	seat := []pt{{18, 158}, {172, 158}, {188, 192}, {2, 192}}
	s.soft(&f, []pt{{-6, 296}, {176, 296}, {205, 272}, {26, 268}}, 16, plain(grey(.02), .5))
	var parts [][]pt
	parts = append(parts, limb(pt{32, 172}, pt{32, 272}, 10, .6), limb(pt{158, 172}, pt{158, 272}, 10, .6))
	posts := [][2]pt{{{24, 168}, {16, 8}}, {{166, 168}, {174, 8}}}
	for _, p := range posts {
		parts = append(parts, limb(p[1], p[0], 13, 1))
	}
	parts = append(parts, s.slats(&f, limb)...)
	for i, a := range []pt{{14, 196}, {176, 196}} {
		foot := pt{a.x + (a.x-95)*.06, 298}
		if i == 0 && s.broken {
			parts = append(parts, s.brokenLeg(&f, limb, a, foot)...)
			continue
		}
		parts = append(parts, limb(a, foot, 14, 1))
	}
	parts = append(parts, limb(pt{14, 246}, pt{176, 246}, 8, .8))
	s.shadow(&f, seat, 6, .3)
	s.fill(&f, seat, solid(func(u, v float32) rgb { return texture(u, v*2).mul(1.12) }))
	front := []pt{{2, 192}, {188, 192}, {188, 203}, {2, 203}}
	s.fill(&f, front, solid(func(u, v float32) rgb { return texture(u, v).mul(.78) }))
	px := [][]pt{f.path(seat), f.path(front)}
	for _, p := range parts {
		px = append(px, f.path(p))
	}
	s.body = body{
		frame: f, w: w, h: h, outline: seat, whole: s.coverage(px...), mat: mat, base: texture(90, 170),
		spot:  pt{d.between(60, 130), d.between(172, 184)},
		rims:  []rim{{pt{16, 268}, pt{-1, 0}}, {pt{174, 268}, pt{1, 0}}, {pt{18, 70}, pt{-1, 0}}, {pt{172, 70}, pt{1, 0}}},
		seams: [][]pt{{{10, 192}, {180, 192}}}, leaks: pt{95, 196}, foot: pt{95, 296},
		screws: []pt{{22, 150}, {168, 150}, {16, 200}, {174, 200}, {20, 246}, {170, 246}},
	}
}

// limbFunc draws a leg, post or slat from a to b and gives its outline.
type limbFunc = func(a, b pt, width, light float32) []pt

// brokenLeg draws a leg in two pieces with splintered ends.
func (s *scene) brokenLeg(f *frame, limb limbFunc, a, foot pt) [][]pt {
	snap := a.lerp(foot, s.hurt.between(.3, .45))
	lower := snap.add(pt{-6 - 8*s.wear, 6})
	end := foot.add(pt{16 + 26*s.wear, -2})
	parts := [][]pt{limb(lower, end, 13.5, .95), limb(a, snap, 14, 1)}
	raw := rgb{.93, .82, .62}
	if s.body.mat == metal {
		raw = grey(.8)
	}
	for i, p := range []pt{snap, lower} {
		up := float32(1 - 2*i)
		for k := range 5 {
			x := p.x - 6 + 3*float32(k)
			tip := pt{x + s.hurt.around(1, 2), p.y + up*s.hurt.between(5, 15)}
			s.fill(f, []pt{{x - 2, p.y - up*3}, {x + 3, p.y - up*3}, tip}, plain(raw.mul(s.hurt.between(.75, 1)), 1))
		}
		s.line(f, []pt{p.add(pt{-7, -up * 2}), p.add(pt{7, -up * 4})}, 1.4, grey(.05), .6)
	}
	return parts
}

// slats draws the back's four slats.
func (s *scene) slats(f *frame, limb limbFunc) [][]pt {
	var out [][]pt
	for i := range 4 {
		y := 22 + float32(i)*32
		a, b := pt{18, y}, pt{172, y}
		if i == 1 && s.part != partOK {
			for _, x := range []float32{18, 172} {
				s.hole(f, pt{x, y}, 4.2)
			}
			if s.part == partGone {
				continue
			}
			b = b.add(pt{-8, 18 + 16*s.wear})
		}
		out = append(out, limb(a, b, 15, 1.04))
	}
	return out
}
