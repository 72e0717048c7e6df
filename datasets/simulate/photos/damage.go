package photos

// damage draws a symptom over the finished product. What only takes a part off or out of
// place (missing, loose) was the product's own drawing already.
func (s *scene) damage(symptom string) {
	s.clip = s.body.whole
	switch symptom {
	case Crack:
		s.crack()
	case Scratch:
		s.scratch()
	case Dent:
		s.dent()
	case Tear:
		s.tear()
	case Stain:
		s.stain()
	case Corrosion:
		s.rust()
	case Leak:
		s.leak()
	case Burn:
		s.burn()
	}
	s.clip = nil
}

// amount runs from lo at severity 0 to hi at severity 1, give or take a tenth.
func (s *scene) amount(lo, hi float32) float32 {
	return (lo + (hi-lo)*s.wear) * s.hurt.between(.9, 1.1)
}

// reach is a length of the body's own scale, the same share of every product.
func (s *scene) reach() float32 { return (s.body.w + s.body.h) / 5 }

// blob gives the distance from c in radii with a ragged edge: 1 is the outline. rough 0
// is an ellipse, 1 very uneven.
func (s *scene) blob(c pt, rx, ry, rough float32) func(u, v float32) float32 {
	n, o := tile(), s.hurt.between(0, 200)
	fx, fy := 34/rx, 34/ry
	return func(u, v float32) float32 {
		x, y := (u-c.x)/rx, (v-c.y)/ry
		return hypot(x, y) + rough*(n.at((u-c.x)*fx+o, (v-c.y)*fy)-.5) + rough*.35*(n.at(u*1.3, v*1.3+o)-.5)
	}
}

// walk gives a line that wanders: steps of a length around a direction.
func (s *scene) walk(from pt, angle, length, step, wobble float32) []pt {
	line := []pt{from}
	for gone := float32(0); gone < length; gone += step {
		from = from.add(polar(step*s.hurt.between(.5, 1.5), angle+s.hurt.around(0, wobble)))
		line = append(line, from)
	}
	return line
}

// ragged gives a closed outline around c with uneven radii.
func (s *scene) ragged(c pt, rx, ry, uneven float32, n int) []pt {
	out := make([]pt, n)
	for i := range out {
		p := polar(s.hurt.between(1-uneven, 1), (float32(i)+s.hurt.around(0, .3))*6.2832/float32(n))
		out[i] = pt{c.x + p.x*rx, c.y + p.y*ry}
	}
	return out
}
