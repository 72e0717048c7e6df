package photo

import "github.com/defekt/defekt/models/vision/raster"

// Hash is a perceptual hash of 64 bits: it says for each cell of an 8 x 8 grid whether it is
// darker than its right neighbour (difference hash, after N. Krawetz, 2013). Copies that
// were scaled or compressed again differ in few bits. Package datasets has a longer one for
// leakage checks; this one fits a database column and is compared by the million.
// A photo without structure hashes to 0, which is like no other photo.
func Hash(m *raster.Image) uint64 {
	const side = 8
	small := softened(m, side+1, side)
	var hash uint64
	strong := 0
	for y := range side {
		row := small[y*(side+1):]
		for x := range side {
			left, right := row[x], row[x+1]
			if left < right {
				hash |= 1 << (y*side + x)
			}
			if d := left - right; d > flatStep || d < -flatStep {
				strong++
			}
		}
	}
	if strong < side*side/8 {
		return 0
	}
	return hash
}

// flatStep is the step between neighbours, in units of [luma], that counts as structure.
const flatStep = 2 * 256

// fine is the number of boxes along a side of a cell that brightness is averaged over first,
// in whole numbers: a fraction of what a filter over all pixels takes.
const fine = 4

// softened gives the brightness of a w x h picture of the image, in units of [luma], row
// by row: means of boxes, weighted by a triangle that reaches into the neighbouring cells.
func softened(m *raster.Image, w, h int) []int {
	boxes := boxed(m, fine*w, fine*h)
	wide := triangle(fine * w) // rows of boxes become rows of cells
	half := make([]int, fine*h*w)
	for y := range fine * h {
		row := boxes[y*fine*w : (y+1)*fine*w]
		for x := range w {
			half[y*w+x] = wide.at(row, 1, x)
		}
	}
	high := triangle(fine * h)
	out := make([]int, w*h)
	for x := range w {
		for y := range h {
			out[y*w+x] = high.at(half[x:], w, y)
		}
	}
	return out
}

// samples is the number of pixels that are read along each side of a box, about.
const samples = 4

// boxed gives the mean brightness of cols x rows boxes, in units of [luma], from a grid
// of pixels spread over each.
func boxed(m *raster.Image, cols, rows int) []int {
	out := make([]int, cols*rows)
	stepX, stepY := max(1, m.W/cols/samples), max(1, m.H/rows/samples)
	for r := range rows {
		top := r * m.H / rows
		bottom := max(top+1, (r+1)*m.H/rows)
		for c := range cols {
			left := c * m.W / cols
			right := max(left+1, (c+1)*m.W/cols)
			sum, n := 0, 0
			for y := top; y < bottom; y += stepY {
				row := m.Row(y)
				for x := left; x < right; x += stepX {
					sum += int(luma(uint32(row[3*x]), uint32(row[3*x+1]), uint32(row[3*x+2])))
					n++
				}
			}
			out[r*cols+c] = sum / n
		}
	}
	return out
}

// triangle is the number of boxes along a line.
type triangle int

// at is the weighted mean around cell i of a line of boxes that lie step apart.
func (n triangle) at(line []int, step, i int) int {
	sum, weights := 0, 0
	for k := -fine / 2; k < fine+fine/2; k++ {
		j := i*fine + k
		if j < 0 || j >= int(n) {
			continue
		}
		weight := 2*fine - max(2*k-fine+1, fine-1-2*k) // of boxes at an odd number of half steps from the middle
		sum += weight * line[j*step]
		weights += weight
	}
	return sum / weights
}
