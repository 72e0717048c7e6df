package photos

// ground fills the picture with something to lie on, seen from above.
func (s *scene) ground() {
	w, h := float32(s.w), float32(s.h)
	far := s.d.between(.6, .95) // the far edge looks smaller
	u, v := w/s.k, h/s.k
	f := newFrame(quadMap(u, v, [4]pt{{w * (.5 - far/2*1.9), -h * .1}, {w * (.5 + far/2*1.9), -h * .1}, {w * 1.5, h * 1.1}, {-w * .5, h * 1.1}}))
	s.backdrop(&f, 0, s.h, s.groundTexture())
	s.keepBehind()
}

// groundTexture picks a table top, planks, tiles, concrete or carpet.
func (s *scene) groundTexture() texture {
	d := s.d
	switch d.IntN(6) {
	case 0:
		return planks(d)
	case 1:
		return tiles(d)
	case 2:
		return concrete(d)
	case 3:
		return clothTexture(d, d.pick(grey(.42), rgb{.36, .38, .44}, rgb{.55, .50, .43}))
	case 4:
		return woodTexture(d)
	}
	return paintTexture(d, d.pick(grey(.82), grey(.9), rgb{.75, .78, .8}, rgb{.35, .36, .38}), .06)
}

func planks(d dice) texture {
	wood := woodTexture(d)
	width, tile := d.between(46, 70), tile()
	return func(u, v float32) rgb {
		row := floor(v / width)
		shift := float32(row*row%7) * 83
		k := .82 + .36*tile.at(float32(row)*37.3, 11)
		edge := v - float32(row)*width
		if edge < 1.1 || int(u+shift+4000)%210 < 1 {
			k *= .5
		}
		return wood(u+shift, v).mul(k)
	}
}

func tiles(d dice) texture {
	base := d.pick(grey(.8), rgb{.78, .74, .68}, rgb{.6, .62, .63})
	pitch, n := d.between(80, 130), tile()
	return func(u, v float32) rgb {
		cx, cy := floor(u/pitch), floor(v/pitch)
		x, y := u-float32(cx)*pitch, v-float32(cy)*pitch
		if x < 2 || y < 2 {
			return base.mul(.68 + .2*(n.at(u*2, v*2)-.5))
		}
		k := .95 + .1*n.at(float32(cx)*31, float32(cy)*17) - .05
		return base.mul(k + .10*(n.at(u*.7, v*.7)-.5))
	}
}

func concrete(d dice) texture {
	base := d.pick(grey(.55), rgb{.6, .58, .55}, grey(.42))
	n, o := tile(), d.between(0, 200)
	return func(u, v float32) rgb {
		pit := smooth(.7, .8, n.at(u*3+o, v*3))
		return base.mul(.95 + .35*(n.at(u*.35, v*.35+o)-.5) + .12*(n.at(u*4, v*4)-.5) - .15*pit)
	}
}

// room fills the picture with a wall and a floor that meet at horizon (share of the
// height), for what stands.
func (s *scene) room(horizon float32) {
	w, h := float32(s.w), float32(s.h)
	y := h * horizon
	wall := newFrame(homography{s.k, 0, 0, 0, s.k, 0, 0, 0, 1})
	c := s.d.pick(rgb{.82, .80, .76}, rgb{.72, .76, .79}, rgb{.86, .86, .85}, rgb{.66, .68, .62}, rgb{.55, .58, .62})
	n := tile()
	s.backdrop(&wall, 0, int(y)+1, func(u, v float32) rgb {
		return c.mul(.97 + .05*(n.at(u*2, v*2)-.5) + .08*(n.at(u*.15, v*.15)-.5))
	})
	u, v := w/s.k*1.3, h/s.k
	f := newFrame(quadMap(u, v, [4]pt{{-w * .1, y}, {w * 1.1, y}, {w * 2, h * 1.3}, {-w, h * 1.3}}))
	s.backdrop(&f, int(y), s.h, s.groundTexture())
	skirting := []pt{{-5, y/s.k - 10}, {w/s.k + 5, y/s.k - 10}, {w/s.k + 5, y / s.k}, {-5, y / s.k}}
	s.fill(&wall, skirting, plain(c.mul(1.08), 1))
	s.soft(&wall, rect(-5, y/s.k-1, w/s.k+5, y/s.k+3), 4, plain(grey(.1), .5))
	s.keepBehind()
}
