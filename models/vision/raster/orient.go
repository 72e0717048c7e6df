package raster

// Orient returns m turned and mirrored so that a picture with the EXIF orientation o (1 to
// 8, JEITA CP-3451 tag 0x0112) stands upright. 1 and values outside 1..8 return m itself.
func Orient(m *Image, o int) *Image {
	if o < 2 || o > 8 {
		return m
	}
	w, h := OrientedSize(m.W, m.H, o)
	out := New(w, h)
	// The pixel (x, y) of the result is found at first + x*dx + y*dy in m.Pix.
	right, down := BytesPerPixel, m.Stride
	lastX, lastY := right*(m.W-1), down*(m.H-1)
	var first, dx, dy int
	switch o {
	case 2: // mirrored left to right
		first, dx, dy = lastX, -right, down
	case 3: // upside down
		first, dx, dy = lastX+lastY, -right, -down
	case 4: // mirrored top to bottom
		first, dx, dy = lastY, right, -down
	case 5: // transposed
		first, dx, dy = 0, down, right
	case 6: // turn right by 90 degrees
		first, dx, dy = lastY, -down, right
	case 7: // transposed about the other diagonal
		first, dx, dy = lastX+lastY, -down, -right
	case 8: // turn left by 90 degrees
		first, dx, dy = lastX, down, -right
	}
	for y := range h {
		row := out.Row(y)
		at := first + y*dy
		for i := 0; i < len(row); i += BytesPerPixel {
			p := m.Pix[at : at+3 : at+3]
			row[i], row[i+1], row[i+2] = p[0], p[1], p[2]
			at += dx
		}
	}
	return out
}

// OrientedSize gives the size that a picture of w by h pixels has once it is upright.
func OrientedSize(w, h, o int) (int, int) {
	if o >= 5 && o <= 8 {
		return h, w
	}
	return w, h
}
