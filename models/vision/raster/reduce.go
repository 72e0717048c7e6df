package raster

// Reduce shrinks m by the whole factor n in both directions: every output pixel is the mean
// of n by n input pixels (fewer at the right and lower edges), rounded. The result has
// ceil(W/n) by ceil(H/n) pixels; with n of 1 it is m itself. It panics when n < 1.
func Reduce(m *Image, n int) *Image {
	if n < 1 {
		panic("raster: reduce by less than 1")
	}
	if n == 1 || m.W == 0 || m.H == 0 {
		return m
	}
	out := New((m.W+n-1)/n, (m.H+n-1)/n)
	sums := make([]uint32, 3*out.W)
	for y := range out.H {
		clear(sums)
		rows := min(n, m.H-y*n)
		for r := range rows {
			addRow(sums, m.Row(y*n+r), n)
		}
		meanRow(out.Row(y), sums, n, rows, m.W)
	}
	return out
}

// addRow adds the pixels of row to the sums of their output pixels, n pixels each.
func addRow(sums []uint32, row []uint8, n int) {
	step := BytesPerPixel * n
	for o := 0; len(row) > 0; o += 3 {
		part := row[:min(step, len(row))]
		row = row[len(part):]
		var r, g, b uint32
		for ; len(part) >= 3; part = part[3:] {
			r += uint32(part[0])
			g += uint32(part[1])
			b += uint32(part[2])
		}
		s := sums[o : o+3 : o+3]
		s[0] += r
		s[1] += g
		s[2] += b
	}
}

// meanRow divides the sums by the number of pixels in each.
func meanRow(out []uint8, sums []uint32, n, rows, width int) {
	for o := 0; o < len(sums); o += 3 {
		count := uint32(rows * min(n, width-o/3*n))
		for c := range 3 {
			out[o+c] = uint8((sums[o+c] + count/2) / count)
		}
	}
}
