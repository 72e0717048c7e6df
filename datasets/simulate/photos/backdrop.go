package photos

// backdrop fills the rows y0 to y1 with a texture. Only every second pixel each way is
// computed and the rest is in between: the background of a photo is a little out of
// focus anyway, and this is most of the picture.
func (s *scene) backdrop(f *frame, y0, y1 int, t texture) {
	y0, y1 = max(y0, 0), min(y1, s.h)
	for y := y0; y < y1; y += 2 {
		row := s.pix[y*s.w : (y+1)*s.w]
		for x := 0; x < s.w; x += 2 {
			p := f.from.apply(pt{float32(x), float32(y)})
			row[x] = t(p.x, p.y)
		}
		for x := 1; x < s.w; x += 2 {
			row[x] = row[x-1].mix(row[min(x+1, s.w-1)&^1], .5)
		}
	}
	for y := y0 + 1; y < y1; y += 2 {
		below := y + 1
		if below >= y1 {
			below = y - 1
		}
		a, row, b := s.pix[(y-1)*s.w:], s.pix[y*s.w:(y+1)*s.w], s.pix[below*s.w:]
		for x := range row {
			row[x] = a[x].mix(b[x], .5)
		}
	}
}
