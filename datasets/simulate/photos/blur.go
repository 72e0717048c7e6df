package photos

// blurMask softens a mask by two box filters of radius n in each direction, which is
// close to a Gaussian and costs the same for every radius.
func blurMask(m []uint8, w, h, n int) {
	buf := make([]uint8, max(w, h))
	for range 2 {
		for y := range h {
			boxLine(m, y*w, 1, w, n, buf)
		}
		for x := range w {
			boxLine(m, x, w, h, n, buf)
		}
	}
}

// boxLine averages one row or column in place; beyond the ends there is nothing.
func boxLine(m []uint8, start, stride, count, n int, buf []uint8) {
	for i := range count {
		buf[i] = m[start+i*stride]
	}
	scale := uint32(1<<16) / uint32(2*n+1)
	sum := uint32(0)
	for i := range min(n, count) {
		sum += uint32(buf[i])
	}
	for i := range count {
		if i+n < count {
			sum += uint32(buf[i+n])
		}
		if i-n-1 >= 0 {
			sum -= uint32(buf[i-n-1])
		}
		m[start+i*stride] = uint8((sum*scale + 1<<15) >> 16)
	}
}

// soften mixes every pixel with its neighbours, as a lens does that is not quite in
// focus: amount 0 leaves the picture, 1 is the mean of three pixels each way.
func soften(pix []rgb, w, h int, amount float32) {
	side := amount / 3
	mid := 1 - 2*side
	for y := range h {
		row := pix[y*w : (y+1)*w]
		prev := row[0]
		for x := range w {
			cur, next := row[x], row[min(x+1, w-1)]
			row[x] = rgb{cur.r*mid + (prev.r+next.r)*side, cur.g*mid + (prev.g+next.g)*side, cur.b*mid + (prev.b+next.b)*side}
			prev = cur
		}
	}
	above := make([]rgb, w)
	copy(above, pix[:w])
	for y := range h {
		row := pix[y*w : (y+1)*w]
		below := pix[min(y+1, h-1)*w:]
		for x := range w {
			cur, a, b := row[x], above[x], below[x]
			row[x] = rgb{cur.r*mid + (a.r+b.r)*side, cur.g*mid + (a.g+b.g)*side, cur.b*mid + (a.b+b.b)*side}
			above[x] = cur
		}
	}
}
