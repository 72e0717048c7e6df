package photos

// leak wets the product from where liquid comes out down to its foot, and leaves a
// puddle on the ground.
func (s *scene) leak() {
	liquid := s.hurt.pick(rgb{.30, .36, .42}, rgb{.28, .20, .08}, rgb{.20, .42, .22}, rgb{.34, .30, .26})
	if s.body.mat == cardboard {
		liquid = rgb{.20, .13, .07}
		s.soak(liquid)
	} else {
		s.trail(liquid)
	}
	s.puddle(liquid)
}

// soak darkens cardboard from below up to a tide line.
func (s *scene) soak(liquid rgb) {
	n, o := tile(), s.hurt.between(0, 200)
	w, h := s.body.w, s.body.h
	high := h * s.amount(.3, .75)
	s.area(&s.body.frame, -w*.4, -h*.5, w*1.4, h*1.1, func(u, v float32) (rgb, float32) {
		up := (h-v)/high + .8*(n.at(u*.35+o, v*.25)-.5)
		line := .35 * smooth(.86, .99, up)
		return liquid, (.55 + line) * smooth(1.03, .98, up)
	})
}

// trail is the wet path: dark, with a bright streak and drops beside it.
func (s *scene) trail(liquid rgb) {
	f := &s.body.frame
	for range 2 + int(2*s.wear) {
		from := s.body.leaks.add(pt{s.hurt.around(0, s.body.w*.1), s.hurt.around(0, 6)})
		length := max(s.body.foot.y-from.y, 12)
		line := s.walk(from, 1.5708, length, 6, .22)
		wide := s.amount(2.2, 5.5)
		s.stroke(f, line, func(t float32) float32 { return wide * (.6 + .6*t) }, liquid, .6)
		s.line(f, shifted(line, pt{-wide * .35, 0}), 1.1, grey(1), .65)
	}
	for range int(s.amount(6, 18)) {
		p := s.body.leaks.add(pt{s.hurt.around(0, s.body.w*.25), s.hurt.between(0, max(s.body.foot.y-s.body.leaks.y, 12))})
		s.drop(f, p, s.hurt.between(1.4, 3.6), liquid)
	}
}

// drop is one bead of liquid.
func (s *scene) drop(f *frame, p pt, r float32, liquid rgb) {
	s.fill(f, ellipse(p.sub(s.sun.mul(r*.4)), r, r*1.2), plain(grey(0), .35))
	s.fill(f, ellipse(p, r, r*1.2), plain(liquid.mix(grey(1), .25), .75))
	s.fill(f, circle(p.add(s.sun.mul(r*.35)), r*.3), plain(grey(1), .95))
}

// puddle lies at the foot, behind what stands in it and over what lies in it, glossy, with a bright rim towards the light.
func (s *scene) puddle(liquid rgb) {
	s.clip = nil
	if s.stands {
		s.clip = inverted(s.body.whole)
	}
	foot := s.body.to.apply(s.body.foot)
	foot.y = min(foot.y, float32(s.h)-44*s.k)
	f := newFrame(homography{s.k, 0, foot.x, 0, s.k, foot.y, 0, 0, 1})
	r := s.amount(75, 150)
	c := pt{s.hurt.around(0, r*.25), r * .1}
	shape := s.blob(c, r, r*.36, .8)
	n := tile()
	s.area(&f, -1.8*r, -r, 1.8*r, r, func(u, v float32) (rgb, float32) {
		q := shape(u, v)
		if q > 1.02 {
			return rgb{}, 0
		}
		rim := smooth(.86, .95, q) * smooth(1.02, .96, q)
		sky := smooth(.52, .66, n.at(u*.22+7, v*.8)) * smooth(.95, .7, q)
		shine := .5*sky + .45*rim*clamp01(.3+((u-c.x)*s.sun.x+(v-c.y)*s.sun.y)/r)
		return liquid.mix(grey(.97), shine), clamp01(.55+.5*shine) * smooth(1.02, .98, q)
	})
	for range int(s.amount(3, 9)) {
		p := c.add(pt{s.hurt.around(0, 1.5*r), s.hurt.between(-.1*r, .5*r)})
		s.drop(&f, p, s.hurt.between(1.5, 4), liquid)
	}
}

func inverted(m []uint8) []uint8 {
	out := make([]uint8, len(m))
	for i, v := range m {
		out[i] = 255 - v
	}
	return out
}
