package datasets

import (
	"image"
	"image/color"
	"math/bits"
)

// hashSide is the side of the difference hash: 16 x 16 = 256 bits.
const hashSide = 16

// NearPhoto is the number of bits, of 256, up to which two photos count as
// near-duplicates.
const NearPhoto = 30

// PhotoHash is a perceptual fingerprint: it changes little when a photo is scaled,
// recompressed or slightly brightened (difference hash, after N. Krawetz, 2013).
type PhotoHash struct {
	// Bits says for each cell of a 16 x 16 grid whether it is darker than its right
	// neighbour; Mirrored is the same for the mirror image.
	Bits, Mirrored [4]uint64
	// Flat says that the photo has too little structure for its bits to mean anything.
	Flat bool
	// Detail is a 32 x 32 grid of brightness less that of its surroundings: what is left
	// when shape and light of the scene are taken away.
	Detail [detailSide * detailSide]float32
}

// HashPhoto computes the fingerprint.
func HashPhoto(img image.Image) PhotoHash {
	grid := greyGrid(img, hashSide, hashSide+1)
	h := PhotoHash{Detail: detail(img)}
	strong := 0
	for y := range hashSide {
		for x := range hashSide {
			left, right := grid[y][x], grid[y][x+1]
			bit := y*hashSide + x
			if left < right {
				h.Bits[bit/64] |= 1 << (bit % 64)
			}
			// The cell that mirrors this one compares the same two values the other way.
			mirror := y*hashSide + hashSide - 1 - x
			if right < left {
				h.Mirrored[mirror/64] |= 1 << (mirror % 64)
			}
			if d := left - right; d > 2 || d < -2 {
				strong++
			}
		}
	}
	h.Flat = strong < hashSide*hashSide/8
	return h
}

// Distance is the number of bits in which a and b differ, b as it is or mirrored.
func (h *PhotoHash) Distance(other *PhotoHash) int {
	return min(differ(&h.Bits, &other.Bits), differ(&h.Bits, &other.Mirrored))
}

func differ(a, b *[4]uint64) int {
	n := 0
	for i := range a {
		n += bits.OnesCount64(a[i] ^ b[i])
	}
	return n
}

// greyGrid is the mean brightness (0 to 255) of the cells of a grid.
func greyGrid(img image.Image, rows, columns int) [][]float64 {
	sum, count := newGrid(rows, columns), newGrid(rows, columns)
	b := img.Bounds()
	grey := greyAt(img)
	// Up to 8 samples along each side of a cell are plenty for a mean.
	stepX, stepY := max(b.Dx()/(8*columns), 1), max(b.Dy()/(8*rows), 1)
	for y := 0; y < b.Dy(); y += stepY {
		row := y * rows / b.Dy()
		for x := 0; x < b.Dx(); x += stepX {
			column := x * columns / b.Dx()
			sum[row][column] += grey(b.Min.X+x, b.Min.Y+y)
			count[row][column]++
		}
	}
	for y := range sum {
		for x := range sum[y] {
			if count[y][x] > 0 {
				sum[y][x] /= count[y][x]
			}
		}
	}
	return sum
}

func newGrid(rows, columns int) [][]float64 {
	cells, grid := make([]float64, rows*columns), make([][]float64, rows)
	for y := range grid {
		grid[y] = cells[y*columns : (y+1)*columns]
	}
	return grid
}

// greyAt reads brightness without a conversion of the whole image; the usual results of
// decoders skip the colour interface.
func greyAt(img image.Image) func(x, y int) float64 {
	switch img := img.(type) {
	case *image.YCbCr:
		return func(x, y int) float64 { return float64(img.Y[img.YOffset(x, y)]) }
	case *image.Gray:
		return func(x, y int) float64 { return float64(img.GrayAt(x, y).Y) }
	case *image.NRGBA:
		return func(x, y int) float64 {
			p := img.Pix[img.PixOffset(x, y):]
			return luma(p[0], p[1], p[2])
		}
	case *image.RGBA:
		return func(x, y int) float64 {
			p := img.Pix[img.PixOffset(x, y):]
			return luma(p[0], p[1], p[2])
		}
	}
	return func(x, y int) float64 {
		return float64(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y) //nolint:forcetypeassert // GrayModel gives Gray
	}
}

func luma(r, g, b uint8) float64 {
	return 0.299*float64(r) + 0.587*float64(g) + 0.114*float64(b)
}
