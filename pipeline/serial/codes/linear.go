package codes

import (
	"math"

	"github.com/makiuchi-d/gozxing"
)

// profile is brightness along a line across the bars, a mean over some pixels along them:
// that is what makes noise and dirt vanish without blurring an edge.
type profile struct {
	v []float64
	// perPixel is how many samples one pixel of the photo has.
	perPixel float64
}

// samplesPerPixel is how finely a line is sampled: narrow bars of two pixels must keep
// their widths apart.
const samplesPerPixel = 3

// line takes a profile from a to b; bars run along dir (a unit vector) and the mean reaches
// half pixels to both sides.
func (g *gray) line(a, b, dir vec, half int) profile {
	n := int(b.sub(a).length() * samplesPerPixel)
	p := profile{v: make([]float64, n), perPixel: samplesPerPixel}
	scale := 1 / float64(2*half+1)
	for i := range p.v {
		at := a.lerp(b, (float64(i)+.5)/float64(n))
		sum := 0.
		for k := -half; k <= half; k++ {
			q := at.add(dir.times(float64(k)))
			sum += g.at(q.x, q.y)
		}
		p.v[i] = sum * scale
	}
	return p
}

// sharpened undoes some of the lens's blur: an unsharp mask of `pixels` width, `by` times.
func (p profile) sharpened(pixels, by float64) profile {
	if by == 0 {
		return p
	}
	soft := mean(mean(p.v, int(pixels*p.perPixel/2+.5)), int(pixels*p.perPixel/2+.5))
	out := profile{v: make([]float64, len(p.v)), perPixel: p.perPixel}
	for i, v := range p.v {
		out.v[i] = v + by*(v-soft[i])
	}
	return out
}

// mean is a running mean of side 2n+1.
func mean(v []float64, n int) []float64 {
	if n < 1 || len(v) == 0 {
		return v
	}
	out := make([]float64, len(v))
	sum := 0.
	at := func(i int) float64 { return v[min(max(i, 0), len(v)-1)] }
	for i := -n; i <= n; i++ {
		sum += at(i)
	}
	for i := range v {
		out[i] = sum / float64(2*n+1)
		sum += at(i+n+1) - at(i-n)
	}
	return out
}

// bars turns the profile to bits, true dark: below the middle between the darkest and the
// lightest within `pixels` to both sides, except where that range is small beside the
// range of a wide neighbourhood: there are no bars, and it is paper.
func (p profile) bars(pixels float64) *gozxing.BitArray {
	n := int(pixels * p.perPixel)
	lo, hi := extremes(p.v, n)
	wideLo, wideHi := extremes(p.v, 8*n)
	out := gozxing.NewBitArray(len(p.v))
	for i, v := range p.v {
		level := (lo[i] + hi[i]) / 2
		if wide := wideHi[i] - wideLo[i]; hi[i]-lo[i] < .35*wide {
			level = wideLo[i] + .4*wide
		}
		if v < level {
			out.Set(i)
		}
	}
	return out
}

// extremes gives the least and largest value within n to both sides of each place, in
// linear time (a queue of candidates, as in Lemire, 2006).
func extremes(v []float64, n int) (lo, hi []float64) {
	return sliding(v, n, func(a, b float64) bool { return a <= b }), sliding(v, n, func(a, b float64) bool { return a >= b })
}

func sliding(v []float64, n int, better func(a, b float64) bool) []float64 {
	out := make([]float64, len(v))
	queue := make([]int, 0, len(v))
	head, next := 0, 0
	for i := range v {
		for ; next <= min(i+n, len(v)-1); next++ {
			for len(queue) > head && better(v[next], v[queue[len(queue)-1]]) {
				queue = queue[:len(queue)-1]
			}
			queue = append(queue, next)
		}
		for queue[head] < i-n {
			head++
		}
		out[i] = v[queue[head]]
	}
	return out
}

// scan is one line's worth of settings.
type scan struct {
	half    int     // pixels of mean to both sides
	sharpen float64 // strength of the unsharp mask
	window  float64 // pixels of the threshold's neighbourhood, at least
	modules float64 // modules of it
	invert  bool
}

// scans are tried in this order on each line.
func scans() []scan {
	return []scan{
		{half: 2, sharpen: 0, window: 16, modules: 5},
		{half: 4, sharpen: 1.5, window: 12, modules: 4},
		{half: 7, sharpen: 3, window: 9, modules: 3},
		{half: 2, sharpen: 2, window: 30, modules: 8},
		{half: 1, sharpen: 0, window: 40, modules: 12},
		{half: 10, sharpen: 5, window: 12, modules: 4},
		{half: 4, sharpen: 1.5, window: 12, modules: 4, invert: true},
		{half: 7, sharpen: 3, window: 9, modules: 3, invert: true},
	}
}

// axes gives where lines through a linear region run: `along` the code, with bars running
// along `dir`.
func (r region) axes() (along, dir vec) {
	across := polar(r.across)
	dir = vec{-across.y, across.x}
	along = polar(r.along)
	if math.Abs(along.dot(across)) < math.Cos(25*math.Pi/180) {
		along = across // the region's shape says nothing: go square to the bars
	}
	return along, dir
}

// scanLinear reads a region line by line. It stops when enough says so.
func (t *tries) scanLinear(g *gray, r region, pass int) {
	along, dir := r.axes()
	reach := math.Abs(along.dot(polar(r.along)))*r.long + math.Abs(along.dot(polar(r.along+math.Pi/2)))*r.short
	reach = 1.12*reach + 14
	const modules = 140 // of a usual code with its quiet zone: EAN-13 has 113, Code 128 up to 200
	module := 2 * reach / modules
	height := math.Abs(dir.dot(polar(r.along)))*r.long + math.Abs(dir.dot(polar(r.along+math.Pi/2)))*r.short
	for _, s := range share(scans(), 3, pass) {
		for _, offset := range []float64{0, -.3, .3, -.55, .55, -.15, .15} {
			if t.done() {
				return
			}
			c := r.middle.add(dir.times(offset * height))
			p := g.line(c.sub(along.times(reach)), c.add(along.times(reach)), dir, s.half)
			if s.invert {
				for i := range p.v {
					p.v[i] = 255 - p.v[i]
				}
			}
			t.row(p.sharpened(max(3, .8*module), s.sharpen).bars(max(s.window, s.modules*module)), c)
		}
	}
}

// row has both linear readers look at one line, both ways.
func (t *tries) row(bits *gozxing.BitArray, at vec) {
	t.count++
	for range 2 {
		for _, reader := range t.rows {
			t.vote(at, func() (*gozxing.Result, error) { return reader.DecodeRow(0, bits, t.hints) })
		}
		bits.Reverse()
	}
}
