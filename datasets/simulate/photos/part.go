package photos

// fitPart draws the product's detachable part in the state that the symptom asks for:
// in place, off its place (over what it uncovers), or gone. place is the part's outline,
// pivot where a loose part still hangs, empty draws what lies below and draw the part
// itself in whatever frame it has come to.
func (s *scene) fitPart(f *frame, place []pt, pivot pt, empty func(), draw func(f *frame)) {
	switch s.part {
	case partOK:
		s.shadow(f, place, 3, .45)
		draw(f)
	case partGone:
		empty()
	case partLoose:
		empty()
		sign := float32(1)
		if s.hurt.chance(.5) {
			sign = -1
		}
		angle := sign * (.14 + .42*s.wear + s.hurt.between(0, .1))
		shift := 4 + 7*s.wear
		if extent(place) < 45 { // a small part has to go further to be seen
			angle, shift = angle*1.6+sign*.15, shift*1.4
		}
		g := f.moved(pivot, angle, polar(shift, s.hurt.angle()))
		s.shadow(&g, place, 7+5*s.wear, .6)
		draw(&g)
	}
}

// extent gives a path's width.
func extent(path []pt) float32 {
	lo, hi := path[0].x, path[0].x
	for _, p := range path {
		lo, hi = min(lo, p.x), max(hi, p.x)
	}
	return hi - lo
}
