package photo

import (
	"image"

	"github.com/defekt/defekt/models/vision/raster"
)

// Hash is a perceptual hash of 64 bits: it says for each cell of an 8 x 8 grid whether it is
// darker than its right neighbour (difference hash, after N. Krawetz, 2013). Copies that
// were scaled or compressed again differ in few bits. Package datasets has a longer one for
// leakage checks; this one fits a database column and is compared by the million.
// A photo without structure hashes to 0, which is like no other photo.
func Hash(m *raster.Image) uint64 {
	const side = 8
	small := raster.Resize(m, image.Rect(0, 0, m.W, m.H), side+1, side, raster.Triangle())
	var hash uint64
	strong := 0
	for y := range side {
		row := small.Row(y)
		for x := range side {
			left, right := level(row, x), level(row, x+1)
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

// flatStep is the step between neighbours, in thousands of a level, that counts as structure.
const flatStep = 2000

// level is the brightness of a pixel in thousands of a level.
func level(row []uint8, x int) int {
	return 299*int(row[3*x]) + 587*int(row[3*x+1]) + 114*int(row[3*x+2])
}
