package photos

// warp pushes the product around a place: its pixels at the middle move by d, less
// towards radius, so that its outline bends. The background stays as it is, and shows
// where the product gave way.
func (s *scene) warp(middle pt, radius float32, d pt) {
	r := s.bounds([]pt{middle}, radius)
	src := make([]rgb, len(s.pix))
	copy(src, s.pix)
	shade := float32(.6) // what was under a lying product is in its shadow
	if s.stands {
		shade = 1
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p := pt{float32(x), float32(y)}
			q := p.sub(middle).length() / radius
			if q >= 1 {
				continue
			}
			from := p.sub(d.mul((1 - q*q) * (1 - q*q)))
			at := y*s.w + x
			behind := src[at]
			if k := float32(s.body.whole[at]) / 255; k > 0 {
				behind = behind.mix(s.behind[at].mul(shade), k)
			}
			s.pix[at] = behind.mix(sample(src, s.w, s.h, from), s.covered(from))
		}
	}
}

// covered gives how much of a place belongs to the product, 0..1, between pixels too.
func (s *scene) covered(p pt) float32 {
	p.x = min(max(p.x, 0), float32(s.w)-1.001)
	p.y = min(max(p.y, 0), float32(s.h)-1.001)
	x0, y0 := int(p.x), int(p.y)
	fx, fy := p.x-float32(x0), p.y-float32(y0)
	i := y0*s.w + x0
	m := s.body.whole
	top := float32(m[i]) + (float32(m[i+1])-float32(m[i]))*fx
	low := float32(m[i+s.w]) + (float32(m[i+s.w+1])-float32(m[i+s.w]))*fx
	return (top + (low-top)*fy) / 255
}

// keepBehind saves the background for warp, where it will be needed.
func (s *scene) keepBehind() {
	if s.bends {
		s.behind = append([]rgb(nil), s.pix...)
	}
}
