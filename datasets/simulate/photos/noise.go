package photos

import (
	"math/rand/v2"
	"sync"
)

// The noise tile is a constant table in all but name: it comes from a fixed seed and is
// made when it is first needed, since 256 KiB of literals would help nobody.
const tileSide = 256

type noiseTile [tileSide * tileSide]float32

var tile = sync.OnceValue(makeTile)

// makeTile sums octaves of value noise (fractal Brownian motion) that wrap around, and
// scales them to 0..1 with mean one half.
func makeTile() *noiseTile {
	t := new(noiseTile)
	r := rand.New(rand.NewPCG(20, 26))
	amplitude := float32(1)
	for cells := 8; cells <= tileSide; cells *= 2 {
		grid := make([]float32, cells*cells)
		for i := range grid {
			grid[i] = r.Float32() - 0.5
		}
		addOctave(t, grid, cells, amplitude)
		amplitude *= 0.55
	}
	lo, hi := t[0], t[0]
	for _, v := range t {
		lo, hi = min(lo, v), max(hi, v)
	}
	for i := range t {
		t[i] = clamp01(0.5 + 1.1*t[i]/(hi-lo))
	}
	return t
}

func addOctave(t *noiseTile, grid []float32, cells int, amplitude float32) {
	step := float32(cells) / tileSide
	for y := range tileSide {
		gy := float32(y) * step
		y0 := int(gy)
		fy := smooth(0, 1, gy-float32(y0))
		row0, row1 := grid[y0*cells:], grid[(y0+1)%cells*cells:]
		for x := range tileSide {
			gx := float32(x) * step
			x0 := int(gx)
			x1 := (x0 + 1) % cells
			fx := smooth(0, 1, gx-float32(x0))
			top := row0[x0] + (row0[x1]-row0[x0])*fx
			low := row1[x0] + (row1[x1]-row1[x0])*fx
			t[y*tileSide+x] += amplitude * (top + (low-top)*fy)
		}
	}
}

// at gives the noise at any place, 0..1, repeating every 256 units; features are about
// 32 units wide with detail down to one.
func (t *noiseTile) at(x, y float32) float32 {
	xf, yf := floor(x), floor(y)
	fx, fy := x-float32(xf), y-float32(yf)
	x0, y0 := xf&(tileSide-1), (yf&(tileSide-1))*tileSide
	x1, y1 := (xf+1)&(tileSide-1), ((yf+1)&(tileSide-1))*tileSide
	top := t[y0+x0] + (t[y0+x1]-t[y0+x0])*fx
	low := t[y1+x0] + (t[y1+x1]-t[y1+x0])*fx
	return top + (low-top)*fy
}

func floor(x float32) int {
	i := int(x)
	if float32(i) > x {
		i--
	}
	return i
}
