package raster

import (
	"image"
)

// A pixel travels as one word: red in bits 0-20, green in 21-41, blue in 42-62. Adding
// words and multiplying them by an integer does the same to all three lanes, and as long as
// each lane's true value stays within 0..2^21-1 at the end, lanes do not disturb each other.
const (
	laneBits = 21
	laneG    = laneBits
	laneB    = 2 * laneBits
	// lanes has a one in each lane.
	lanes = 1 | 1<<laneG | 1<<laneB
	// sumBias is added to each lane's weighted sum: one half, to round, and 2^19, a multiple
	// of 128 levels, so that the overshoot of negative lobes stays positive.
	overshoot = 128
	sumBias   = overshoot<<weightBits + weightOne/2
)

// Scratch holds the working memory of [Scratch.Resize], so that a worker that resizes many
// pictures allocates it once. The zero value is ready; it must not be used by two
// goroutines at a time.
type Scratch struct {
	across, down taps
	line         []uint64 // one input row, a word a pixel
	ring         []uint64 // the resized rows that the vertical kernel reads
	sums         []uint64
	last         tapsKey
}

// tapsKey names the geometry that across and down were computed for.
type tapsKey struct {
	filter string
	crop   image.Rectangle
	w, h   int
}

// Resize resamples the part of src within crop to w by h pixels, with support scaled up
// when reducing (antialiasing), as Pillow's resize(box=crop) does. Only pixels within crop
// are read: cropping costs nothing and saves the work outside. The horizontal pass comes
// first and keeps only as many rows as the vertical kernel reads. It panics when crop is
// not within src or a size is not positive.
func (s *Scratch) Resize(src *Image, crop image.Rectangle, w, h int, f Filter) *Image {
	dst := New(w, h)
	s.ResizeInto(dst, src, crop, f)
	return dst
}

// ResizeInto is [Scratch.Resize] to the size of dst, which must not share pixels with src.
func (s *Scratch) ResizeInto(dst, src *Image, crop image.Rectangle, f Filter) {
	if crop.Empty() || !crop.In(src.Bounds()) || dst.W <= 0 || dst.H <= 0 {
		panic("raster: resize: the crop must be within the source and the size positive")
	}
	s.prepare(crop, dst.W, dst.H, f)
	w := dst.W
	next := crop.Min.Y // the first input row that is not in the ring yet
	for y := range dst.H {
		start := int(s.down.start[y])
		next = max(next, start)
		for ; next < start+s.down.n; next++ {
			packRow(s.line, src.Row(next)[BytesPerPixel*crop.Min.X:BytesPerPixel*crop.Max.X])
			at := next % s.down.n * w
			s.across.apply(s.ring[at:at+w], s.line)
		}
		s.column(dst.Row(y), w, start, s.down.weights[y*s.down.n:(y+1)*s.down.n])
	}
}

// Resize is [Scratch.Resize] with scratch memory of its own.
func Resize(src *Image, crop image.Rectangle, w, h int, f Filter) *Image {
	var s Scratch
	return s.Resize(src, crop, w, h, f)
}

// prepare computes the weights and sizes the buffers, unless the last call had the same
// geometry.
func (s *Scratch) prepare(crop image.Rectangle, w, h int, f Filter) {
	key := tapsKey{f.name, crop, w, h}
	if key == s.last {
		return
	}
	s.across.compute(f, 0, crop.Dx(), w)
	s.down.compute(f, crop.Min.Y, crop.Dy(), h)
	s.line = grow(s.line, crop.Dx())
	s.ring = grow(s.ring, s.down.n*w)
	s.sums = grow(s.sums, w)
	s.last = key
}

// packRow spreads packed RGB bytes into one word a pixel.
func packRow(line []uint64, row []uint8) {
	row = row[:BytesPerPixel*len(line)]
	for i := range line {
		p := row[BytesPerPixel*i : BytesPerPixel*i+3 : BytesPerPixel*i+3]
		line[i] = uint64(p[0]) | uint64(p[1])<<laneG | uint64(p[2])<<laneB
	}
}

// apply computes one row of the horizontal pass.
func (t *taps) apply(out, line []uint64) {
	switch bias := t.bias(); {
	case t.lobes:
		for i := range out {
			out[i] = clampLanes(t.sum(line, i, bias))
		}
	case t.n == 4:
		weights, start := t.weights[:4*len(out)], t.start[:len(out)]
		for i := range out {
			w := (*[4]int32)(weights[4*i:])
			px := (*[4]uint64)(line[start[i]:])
			sum := bias + px[0]*uint64(w[0]) + px[1]*uint64(w[1]) + px[2]*uint64(w[2]) + px[3]*uint64(w[3])
			out[i] = sum >> weightBits & (255 * lanes)
		}
	default:
		for i := range out {
			out[i] = t.sum(line, i, bias) >> weightBits & (255 * lanes)
		}
	}
}

// sum weighs the input of output position i.
func (t *taps) sum(line []uint64, i int, sum uint64) uint64 {
	w := t.weights[i*t.n : (i+1)*t.n]
	px := line[t.start[i]:][:len(w)]
	for j, weight := range w {
		sum += px[j] * uint64(int64(weight))
	}
	return sum
}

// bias is what each sum starts with: a half to round, and with lobes what keeps it
// positive.
func (t *taps) bias() uint64 {
	if t.lobes {
		return sumBias * lanes
	}
	return weightOne / 2 * lanes
}

// column computes one output row of the vertical pass from the ring.
func (s *Scratch) column(out []uint8, w, start int, weights []int32) {
	sums := s.sums[:w]
	bias := s.down.bias()
	for i := range sums {
		sums[i] = bias
	}
	// Four rows at a time; where fewer are left, a row is repeated with weight 0.
	for j := 0; j < len(weights); j += 4 {
		var rows [4][]uint64
		var k [4]uint64
		for r := range rows {
			use := min(j+r, len(weights)-1)
			at := (start + use) % s.down.n * w
			rows[r] = s.ring[at : at+w][:len(sums)]
			if j+r < len(weights) {
				k[r] = uint64(int64(weights[j+r]))
			}
		}
		r0, r1, r2, r3 := rows[0][:len(sums)], rows[1][:len(sums)], rows[2][:len(sums)], rows[3][:len(sums)]
		k0, k1, k2, k3 := k[0], k[1], k[2], k[3]
		for i := range sums {
			sums[i] += r0[i]*k0 + r1[i]*k1 + r2[i]*k2 + r3[i]*k3
		}
	}
	out = out[:BytesPerPixel*len(sums)]
	for i, sum := range sums {
		v := sum >> weightBits & (255 * lanes)
		if s.down.lobes {
			v = clampLanes(sum)
		}
		o := out[BytesPerPixel*i : BytesPerPixel*i+3 : BytesPerPixel*i+3]
		o[0], o[1], o[2] = uint8(v), uint8(v>>laneG), uint8(v>>laneB)
	}
}

// clampLanes turns sums biased by sumBias into levels of 0..255 in each lane.
func clampLanes(sum uint64) uint64 {
	const fine = 0x1ff // 9 bits hold a level plus the overshoot on both sides
	v := sum >> weightBits & (fine * lanes)
	// Each lane now holds level+128 in 0..511. The common case is that none is out of range.
	v -= overshoot * lanes
	if v&(1<<8*lanes|1<<(laneBits-1)*lanes) == 0 {
		return v
	}
	v += overshoot * lanes
	return clampLane(v) | clampLane(v>>laneG)<<laneG | clampLane(v>>laneB)<<laneB
}

// clampLane takes level+overshoot in the low 9 bits of v and gives the level in 0..255.
func clampLane(v uint64) uint64 {
	level := int(v&0x1ff) - overshoot
	return uint64(min(max(level, 0), 255))
}
