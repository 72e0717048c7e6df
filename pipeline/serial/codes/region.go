package codes

import (
	"math"
	"slices"
	"sort"
)

// cellSide is the side of a cell in pixels of the reduced photo: the smallest place judged
// on its own.
const cellSide = 8

// searchSide is the longer side of the photo that is searched for places.
const searchSide = 800

// region is a place that may hold a code, in pixels of the whole photo.
type region struct {
	middle vec
	// linear says that the edges run one way, as in a linear code; otherwise two.
	linear bool
	// across is the direction in radians in which a linear code is read (edges cross it), or
	// that of one side of a matrix code, within a quarter turn.
	across float64
	// along is the region's own longer axis in radians, long and short half its extents.
	along       float64
	long, short float64
	energy      float64
}

// cell is what the edges in one square of the photo say.
type cell struct {
	xx, yy, xy float64 // structure tensor (Bigun and Granlund, 1987)
	re, im     float64 // fourfold direction: the sum of |g|^2 exp(4i angle)
}

func (c *cell) energy() float64 { return c.xx + c.yy }

// coherence is 1 where all edges run one way and 0 where they run all ways.
func (c *cell) coherence() float64 {
	if e := c.energy(); e > 0 {
		return math.Hypot(c.xx-c.yy, 2*c.xy) / e
	}
	return 0
}

func (c *cell) add(o *cell) {
	c.xx += o.xx
	c.yy += o.yy
	c.xy += o.xy
	c.re += o.re
	c.im += o.im
}

// grid is the photo's cells.
type grid struct {
	w, h  int
	cells []cell
}

func newGrid(g *gray) *grid {
	gr := &grid{w: g.w / cellSide, h: g.h / cellSide}
	gr.cells = make([]cell, gr.w*gr.h)
	for y := 1; y < min(gr.h*cellSide, g.h-1); y++ {
		for x := 1; x < min(gr.w*cellSide, g.w-1); x++ {
			i := y*g.w + x
			dx := float64(g.pix[i+1]) - float64(g.pix[i-1])
			dy := float64(g.pix[i+g.w]) - float64(g.pix[i-g.w])
			c := &gr.cells[y/cellSide*gr.w+x/cellSide]
			xx, yy, xy := dx*dx, dy*dy, dx*dy
			c.xx += xx
			c.yy += yy
			c.xy += xy
			if e := xx + yy; e > 0 { // (dx + i dy)^4 / |g|^2
				re, im := xx-yy, 2*xy
				c.re += (re*re - im*im) / e
				c.im += 2 * re * im / e
			}
		}
	}
	return gr
}

// around sums the cells within n of x, y.
func (gr *grid) around(x, y, n int) cell {
	var sum cell
	for cy := max(y-n, 0); cy <= min(y+n, gr.h-1); cy++ {
		for cx := max(x-n, 0); cx <= min(x+n, gr.w-1); cx++ {
			sum.add(&gr.cells[cy*gr.w+cx])
		}
	}
	return sum
}

// regions finds places in the photo, most promising first, at most `most`.
func regions(full *gray, most int) []region {
	n := max((max(full.w, full.h)+searchSide-1)/searchSide, 1)
	gr := newGrid(full.reduced(n))
	if len(gr.cells) == 0 {
		return nil
	}
	var found []region
	for _, part := range []float64{.5, .25, .12} {
		found = append(found, gr.parts(part, true)...)
		found = append(found, gr.parts(part, false)...)
	}
	for i := range found {
		r := &found[i]
		k := float64(n)
		r.middle = vec{(r.middle.x+.5)*k - .5, (r.middle.y+.5)*k - .5}
		r.long, r.short = r.long*k, r.short*k
	}
	found = slices.DeleteFunc(found, region.edge)
	sort.SliceStable(found, func(i, j int) bool { return found[i].energy > found[j].energy })
	return distinct(found, most)
}

// leastReach is half the length in pixels of what may be a part of a linear code.
const leastReach = 30

// edge says that a linear region is the edge of something: it is thin in the direction in
// which a code would be read.
func (r region) edge() bool {
	d := polar(r.across)
	reach := math.Abs(d.dot(polar(r.along)))*r.long + math.Abs(d.dot(polar(r.along+math.Pi/2)))*r.short
	return r.linear && reach < leastReach
}

// parts joins neighbouring cells whose edges are strong (above the noise and above `part`
// of the strongest) and of one sort.
func (gr *grid) parts(part float64, linear bool) []region {
	floor := gr.threshold(part)
	on := make([]bool, len(gr.cells))
	for y := range gr.h {
		for x := range gr.w {
			c := gr.around(x, y, 1)
			own := gr.cells[y*gr.w+x].energy()
			on[y*gr.w+x] = own > floor && (c.coherence() > .6) == linear
		}
	}
	var out []region
	for i := range on {
		if on[i] {
			if r, ok := gr.measure(flood(on, gr.w, gr.h, i), linear); ok {
				out = append(out, r)
			}
		}
	}
	return out
}

// threshold is the energy from which a cell counts: a part of the 99.5th percentile, and
// well above the median, which is the noise of the surface.
func (gr *grid) threshold(part float64) float64 {
	all := make([]float64, len(gr.cells))
	for i := range gr.cells {
		all[i] = gr.cells[i].energy()
	}
	sort.Float64s(all)
	return max(part*all[len(all)*995/1000], 2*all[len(all)/2], cellSide*cellSide*16)
}

// flood takes the connected cells from on, clearing them.
func flood(on []bool, w, h, start int) []int {
	on[start] = false
	part := []int{start}
	for next := 0; next < len(part); next++ {
		x, y := part[next]%w, part[next]/w
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				nx, ny := x+dx, y+dy
				if nx < 0 || ny < 0 || nx >= w || ny >= h || !on[ny*w+nx] {
					continue
				}
				on[ny*w+nx] = false
				part = append(part, ny*w+nx)
			}
		}
	}
	return part
}

// measure gives place, axes and directions of a set of cells.
func (gr *grid) measure(part []int, linear bool) (region, bool) {
	const least = 4 // cells
	if len(part) < least {
		return region{}, false
	}
	var sum cell
	var mx, my float64
	for _, i := range part {
		sum.add(&gr.cells[i])
		mx += float64(i % gr.w)
		my += float64(i / gr.w)
	}
	n := float64(len(part))
	mx, my = mx/n, my/n
	var xx, yy, xy float64
	for _, i := range part {
		dx, dy := float64(i%gr.w)-mx, float64(i/gr.w)-my
		xx += dx * dx
		yy += dy * dy
		xy += dx * dy
	}
	r := region{
		middle: vec{(mx+.5)*cellSide - .5, (my+.5)*cellSide - .5},
		linear: linear, energy: sum.energy(),
		along: math.Atan2(2*xy, xx-yy) / 2,
	}
	if linear {
		r.across = math.Atan2(2*sum.xy, sum.xx-sum.yy) / 2
	} else {
		r.across = math.Atan2(sum.im, sum.re) / 4
	}
	a, b := polar(r.along), polar(r.along+math.Pi/2)
	for _, i := range part {
		d := vec{float64(i%gr.w) - mx, float64(i/gr.w) - my}.times(cellSide)
		r.long = max(r.long, math.Abs(d.dot(a))+cellSide/2)
		r.short = max(r.short, math.Abs(d.dot(b))+cellSide/2)
	}
	return r, true
}

// distinct drops places that repeat an earlier one of the same sort and size.
func distinct(all []region, most int) []region {
	var out []region
	for _, r := range all {
		again := false
		for _, o := range out {
			near := r.middle.sub(o.middle).length() < .25*o.short
			if near && r.linear == o.linear && r.long < 1.3*o.long && r.long > .75*o.long {
				again = true
				break
			}
		}
		if !again && len(out) < most {
			out = append(out, r)
		}
	}
	return out
}
